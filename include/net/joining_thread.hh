// A thread that is joined where it goes out of scope. std::jthread does that too, but the libc++ of
// clang before version 20 has it only as an experiment.
#pragma once

#include <thread>
#include <utility>

namespace net {

class JoiningThread {
 public:
  template <typename Function>
  explicit JoiningThread(Function run) : thread_(std::move(run)) {}
  ~JoiningThread() {
    if (thread_.joinable()) thread_.join();
  }
  JoiningThread(JoiningThread&&) noexcept = default;
  JoiningThread& operator=(JoiningThread&& other) noexcept {
    std::swap(thread_, other.thread_);  // the other one joins what ran here
    return *this;
  }

  void join() { thread_.join(); }

 private:
  std::thread thread_;
};

}  // namespace net
