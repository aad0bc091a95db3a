// What a session has still to do, each thing at its time.
#pragma once

#include <functional>
#include <vector>

#include "net/deadline.hh"

namespace server {

class TimerQueue {
 public:
  using Action = std::function<void()>;

  // Does something after a delay, or at once when that is none.
  void add(net::Clock::duration delay, Action action);
  // Does what is due; returns when the next thing will be.
  net::Deadline do_due();
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    net::Deadline due;
    Action action;
  };
  std::vector<Entry> entries_;
};

}  // namespace server
