#include "cli/write.hh"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace cli {

std::size_t write_whole(int fd, std::string_view text) noexcept {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = write(fd, text.data() + done, text.size() - done);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      (void)poll(&writable, 1, -1);
    } else if (count == 0) {  // no write(2) should; there is no reason but that nothing fits
      errno = ENOSPC;
      break;
    } else if (errno != EINTR) {
      break;
    }
  }
  return done;
}

}  // namespace cli
