#include "server/stages/timer_queue.hh"

namespace server {

void TimerQueue::add(net::Clock::duration delay, Action action) {
  if (delay == net::Clock::duration::zero()) return action();
  entries_.push_back({net::Deadline::after(delay), std::move(action)});
}

net::Deadline TimerQueue::do_due() {
  net::Deadline next;
  // By index and from a copy: an action may add entries.
  for (std::size_t i = 0; i < entries_.size();) {
    if (!entries_[i].due.passed()) {
      next = next.or_sooner(entries_[i++].due);
      continue;
    }
    const Action action = std::move(entries_[i].action);
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
    action();
  }
  return next;
}

}  // namespace server
