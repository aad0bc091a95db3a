// What a session has still to do, each thing at its time.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "net/deadline.hh"

namespace server {

class TimerQueue {
 public:
  using Action = std::function<void()>;

  // Does something after a delay, or at once when that is none.
  void add(net::Clock::duration delay, Action action) {
    if (delay == net::Clock::duration::zero()) return action();
    entries_.push_back({net::Deadline::after(delay), std::move(action)});
  }
  // Does what is due; returns when the next thing will be.
  net::Deadline do_due() {
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
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    net::Deadline due;
    Action action;
  };
  std::vector<Entry> entries_;
};

}  // namespace server
