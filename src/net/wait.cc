#include "net/wait.hh"

#include <array>
#include <cerrno>
#include <exception>
#include <thread>
#include <vector>

#include "net/error.hh"
#include "net/kernel.hh"

namespace net {

namespace {

// Whether any of them is ready before the deadline.
bool wait_until_ready(std::span<pollfd> polled, Deadline deadline) {
  while (true) {
    const int ready = poll_until(polled, deadline);
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) fail("wait for input");
  }
}

}  // namespace

void pause_on_shortage() {
  constexpr auto shortage_wait = 20ms;
  std::this_thread::sleep_for(shortage_wait);
}

std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline) {
  std::array<pollfd, 8> few{};
  std::vector<pollfd> many(fds.size() > few.size() ? fds.size() : 0);
  const auto polled = many.empty() ? std::span(few).first(fds.size()) : std::span(many);
  for (std::size_t i = 0; i < fds.size(); ++i) polled[i] = {fds[i], POLLIN, 0};
  if (!wait_until_ready(polled, deadline)) return std::nullopt;
  static thread_local std::size_t turn = 0;
  std::size_t next = ++turn % polled.size();
  while (polled[next].revents == 0) next = (next + 1) % polled.size();
  return next;
}

std::optional<std::size_t> wait_readable_patiently(std::span<const int> fds, Deadline deadline) {
  constexpr int max_failures = 50;
  for (int failures = 1;; ++failures) {
    try {
      return wait_readable(fds, deadline);
    } catch (const std::exception&) {
      if (failures == max_failures) throw;
    }
    pause_on_shortage();
  }
}

std::size_t wait_readable_always(std::span<const int> fds,
                                 const std::function<void(std::string_view reason)>& report) {
  for (bool reported = false;; reported = true) {
    try {
      return *wait_readable(fds, Deadline());
    } catch (const std::exception& failure) {
      if (!reported) report(reason(failure));
    }
    pause_on_shortage();
  }
}

bool wait_for(std::span<Interest> interests, Deadline deadline) {
  std::vector<pollfd> polled;
  for (Interest& interest : interests) {
    const int events = (interest.to_read ? POLLIN : 0) | (interest.to_write ? POLLOUT : 0);
    polled.push_back({events != 0 ? interest.fd : -1, static_cast<short>(events), 0});
    interest.readable = interest.writable = false;
  }
  if (!wait_until_ready(polled, deadline)) return false;
  for (std::size_t i = 0; i < interests.size(); ++i) {
    const short events = polled[i].revents;
    interests[i].readable = interests[i].to_read && (events & ~POLLOUT) != 0;
    interests[i].writable = interests[i].to_write && (events & ~POLLIN) != 0;
  }
  return true;
}

}  // namespace net
