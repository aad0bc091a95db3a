#include "net/wait.hh"

#include <array>
#include <cerrno>
#include <vector>

#include "net/error.hh"
#include "net/kernel.hh"

namespace net {

std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline) {
  std::array<pollfd, 32> polled;
  std::size_t count = 0;
  for (const int fd : fds) polled.at(count++) = {fd, POLLIN, 0};
  while (true) {
    const int ready = poll_until(std::span(polled.data(), count), deadline);
    if (ready == 0) return std::nullopt;
    if (ready < 0 && errno != EINTR) fail("wait for input");
    for (std::size_t i = 0; ready > 0 && i < count; ++i) {
      if (polled[i].revents != 0) return i;
    }
  }
}

bool wait_for(std::span<Interest> interests, Deadline deadline) {
  std::vector<pollfd> polled;
  for (Interest& interest : interests) {
    const int events = (interest.to_read ? POLLIN : 0) | (interest.to_write ? POLLOUT : 0);
    polled.push_back({events != 0 ? interest.fd : -1, static_cast<short>(events), 0});
    interest.readable = interest.writable = false;
  }
  while (true) {
    const int ready = poll_until(polled, deadline);
    if (ready == 0) return false;
    if (ready < 0 && errno != EINTR) fail("wait for input");
    if (ready > 0) break;
  }
  for (std::size_t i = 0; i < interests.size(); ++i) {
    const short events = polled[i].revents;
    interests[i].readable = interests[i].to_read && (events & ~POLLOUT) != 0;
    interests[i].writable = interests[i].to_write && (events & ~POLLIN) != 0;
  }
  return true;
}

}  // namespace net
