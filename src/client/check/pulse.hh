// Whether this process was held up: stopped by SIGSTOP (signal(7)) or Ctrl-Z, or kept waiting by
// other work of the machine.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "net/deadline.hh"
#include "net/joining_thread.hh"

namespace client {

// A thread that wakes ten times a second. Where it woke half a second late, nothing that went by
// time meanwhile says anything about the server. Without a thread to be had, none was late.
class Pulse {
 public:
  Pulse();
  ~Pulse();
  // Until it wakes next, so that what held it up before is over.
  void wait_for_next();
  // Whether it was late at some time since then, or is now.
  [[nodiscard]] bool was_late_since(net::Clock::time_point begin) const;

 private:
  void beat();

  mutable std::mutex mutex_;
  std::condition_variable end_, next_;
  bool over_ = false;
  net::Clock::time_point last_ = net::Clock::now(), last_late_ = net::Clock::time_point::min();
  std::optional<net::JoiningThread> thread_;
};

}  // namespace client
