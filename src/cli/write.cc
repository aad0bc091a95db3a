#include "cli/write.hh"

#include <fcntl.h>
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
// reads. `refused`: how often in a row it took nothing, though poll(2) said that it would, as a
// terminal with room for one byte does not take a newline, which becomes two.
bool wait_writable(int fd, int refused) {
  constexpr int max_wait = 1000, moment = 20;  // milliseconds, of one who only reads slowly
  if (refused > 1) (void)poll(nullptr, 0, moment);
  pollfd polled[] = {{fd, POLLOUT, 0}, {stop_fd, POLLIN, 0}};
  while (poll(polled, std::size(polled), -1) < 0 && errno == EINTR) {
  }
  if (polled[1].revents == 0) return true;
  const bool ready = polled[0].revents != 0 || poll(polled, 1, max_wait) != 0;
  if (ready && refused <= max_wait / moment) return true;
  errno = ECANCELED;
  return false;
}

// A terminal that can be written may take a part, and make the writer wait until somebody reads:
// for long, where ssh(1) has lost its network. Opened anew it need not, and still does for all who
// share the descriptor. One that may only be read stays so, whatever the privilege.
void make_terminal_nonblocking(int fd) {
  const bool writable = (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
  const char* const name = writable && isatty(fd) == 1 ? ttyname(fd) : nullptr;
  const int own = name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
  if (own < 0) return;
  (void)dup2(own, fd);
  close(own);
}

}  // namespace

void stop_writing_at(int stop) noexcept { stop_fd = stop; }

void reopen_terminals() noexcept {
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) make_terminal_nonblocking(fd);
}

std::size_t write_whole(int fd, std::string_view text) noexcept {
  // A pipe that can be written takes so much without another wait.
  const std::size_t max_at_once = stop_fd < 0 ? text.size() : PIPE_BUF;
  std::size_t done = 0;
  int refused = 0;
  while (done < text.size()) {
    if ((stop_fd >= 0 || refused > 0) && !wait_writable(fd, refused)) break;
    const ssize_t count = write(fd, text.data() + done, std::min(text.size() - done, max_at_once));
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      refused = 0;
    } else if (count < 0 && errno == EAGAIN) {
      ++refused;
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
