#include "net/wake_event.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "net/error.hh"

namespace net {

WakeEvent::WakeEvent() {
  int ends[2];
  if (pipe(ends) != 0) fail("open a pipe");
  read_end_ = FileDescriptor(ends[0]);
  write_end_ = FileDescriptor(ends[1]);
  for (const int end : ends) {
    if (fcntl(end, F_SETFD, FD_CLOEXEC) != 0 || fcntl(end, F_SETFL, O_NONBLOCK) != 0) {
      fail("open a pipe");
    }
  }
}

// A full pipe is set already.
void WakeEvent::set() const {
  constexpr char any = 0;
  (void)!write(write_end_.get(), &any, 1);
}

bool WakeEvent::clear() const {
  std::array<char, 512> ignored;
  bool was_set = false;
  while (read(fd(), ignored.data(), ignored.size()) > 0) was_set = true;
  return was_set;
}

}  // namespace net
