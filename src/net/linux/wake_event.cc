#include "net/wake_event.hh"

#include <sys/eventfd.h>

#include <cerrno>

#include "net/error.hh"

namespace net {

WakeEvent::WakeEvent() : read_end_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!read_end_) fail("open an event descriptor");
}

// EAGAIN: it is set already. Who waits for the event may have nothing else to wake up by, so any
// other failure, which the manual page does not know, is not the end.
void WakeEvent::set() const {
  constexpr int max_attempts = 3;
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    if (eventfd_write(fd(), 1) == 0 || errno == EAGAIN) return;
  }
}

bool WakeEvent::clear() const {
  eventfd_t count = 0;
  return eventfd_read(fd(), &count) == 0;
}

}  // namespace net
