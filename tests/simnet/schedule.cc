#include "simnet/schedule.hh"

#include <poll.h>

#include <algorithm>
#include <ctime>

#include "net/deadline.hh"

namespace simnet {

namespace {

constexpr Span spent_awake = std::chrono::microseconds(150);
// The very last of it without a system call: what arrives then has the kernel's time all the same.
constexpr Span spent_blind = std::chrono::microseconds(10);

Span read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + Span(now.tv_nsec);
}

}  // namespace

Clocks read_clocks() { return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC)}; }

Span monotonic_now() { return read_clock(CLOCK_MONOTONIC); }

void Schedule::add(Departure departure) {
  departure.order = count_++;
  queue_.push(std::move(departure));
}

Span Schedule::left() const {
  if (queue_.empty()) return Span::max();
  return std::max(queue_.top().due - monotonic_now(), Span{});
}

Departure Schedule::take() {
  // priority_queue only lets its top be copied; the order of the others does not depend on it.
  Departure first = std::move(const_cast<Departure&>(queue_.top()));
  queue_.pop();
  return first;
}

void wait_for(std::span<const int> descriptors, const Schedule& schedule) {
  const Span left = schedule.left();
  if (left <= spent_awake) {
    while (schedule.left() <= spent_blind && schedule.left() > Span{}) {
    }
    return;
  }
  std::vector<pollfd> polled;
  for (const int fd : descriptors) polled.push_back({fd, POLLIN, 0});
  const timespec asleep = net::to_timespec(left - spent_awake);
  ppoll(polled.data(), polled.size(), left == Span::max() ? nullptr : &asleep, nullptr);
}

}  // namespace simnet
