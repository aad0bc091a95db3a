// What a session has still to do, each thing at its time.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "net/deadline.hh"

namespace server {

class TimerQueue {
 public:
  using Action = std::function<void()>;

  // Does something after a delay, or at once when that is none.
  void add(net::Clock::duration delay, Action action) {
    if (delay == net::Clock::duration::zero()) return action();
    entries_.emplace(net::Clock::now() + delay, std::move(action));
  }
  // Does what is due; returns when the next thing will be.
  net::Deadline do_due() {
    while (!entries_.empty() && entries_.begin()->first <= net::Clock::now()) {
      entries_.extract(entries_.begin()).mapped()();  // taken out first: it may add others
    }
    return entries_.empty() ? net::Deadline() : net::Deadline(entries_.begin()->first);
  }
  void clear() { entries_.clear(); }

 private:
  std::multimap<net::Clock::time_point, Action> entries_;  // by when they are due
};

}  // namespace server
