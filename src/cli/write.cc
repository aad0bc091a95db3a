#include "cli/write.hh"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <iterator>

namespace cli {

namespace {

std::atomic<int> stop_fd = -1;

// Waits until the descriptor takes something; false, and errno, when it is time to stop and nobody
// reads.
bool wait_writable(int fd) {
  constexpr int patience = 1000;  // milliseconds, of one who only reads slowly
  pollfd polled[] = {{fd, POLLOUT, 0}, {stop_fd, POLLIN, 0}};
  while (poll(polled, std::size(polled), -1) < 0 && errno == EINTR) {
  }
  if (polled[0].revents != 0 || polled[1].revents == 0) return true;
  if (poll(polled, 1, patience) != 0) return true;
  errno = ECANCELED;
  return false;
}

}  // namespace

void stop_writing_at(int stop) noexcept { stop_fd = stop; }

std::size_t write_whole(int fd, std::string_view text) noexcept {
  // A pipe that can be written takes so much without another wait.
  const std::size_t most = stop_fd < 0 ? text.size() : PIPE_BUF;
  std::size_t done = 0;
  while (done < text.size()) {
    if (stop_fd >= 0 && !wait_writable(fd)) break;
    const ssize_t count = write(fd, text.data() + done, std::min(text.size() - done, most));
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      if (!wait_writable(fd)) break;
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
