// Threads for sessions and connections: made on demand, parked between tasks, bounded in number,
// and all ended by one call.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>

namespace net {

class StopRegistration;

// Takes what a task's exception says, in any thread. Throws nothing.
using FailureReport = std::function<void(std::string_view reason)>;
// Writes the reason and a newline to stderr.
void report_on_stderr(std::string_view reason);

// Starts a thread that nobody will join, on a stack of stack_size bytes; false when the system
// gives none.
[[nodiscard]] bool start_thread(std::size_t stack_size, void* (*body)(void*), void* argument);

// Every task runs on a thread of its own. A thread that is done waits for the next task, and ends
// when none has come for two seconds, or enough are waiting already.
class ThreadPool {
 public:
  // At most `max` tasks at once, each on a stack of stack_size bytes.
  ThreadPool(std::size_t max, std::size_t stack_size, FailureReport report = report_on_stderr);
  // Stops, and ends the threads. A program that is about to end may leave that to the system, which
  // does it faster.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Starts a task; false when `max` are running, when the system has no thread or memory left to
  // give, or after stop(). An exception that leaves a task is reported and ends nothing else.
  [[nodiscard]] bool run(std::function<void()> task);

  // Shuts every socket that a StopRegistration holds, now and from now on, so that whatever waits
  // on one returns; then waits until every task has returned. Not to be called from a task.
  void stop();

  [[nodiscard]] bool stopping() const;
  // Tasks given and not yet returned.
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] std::size_t max() const { return max_; }

 private:
  friend class StopRegistration;

  static void* begin(void* pool);
  void work();
  bool add_thread();  // both with mutex_ held

  const std::size_t max_;
  const std::size_t stack_size_;
  const FailureReport report_;
  mutable std::mutex mutex_;
  std::condition_variable given_;     // a task was given, or it is time to leave
  std::condition_variable returned_;  // no task is running
  std::condition_variable gone_;      // the last thread has left
  std::deque<std::function<void()>> tasks_;
  std::size_t threads_ = 0;
  std::size_t running_ = 0;
  std::size_t parked_ = 0;
  bool stopping_ = false, leaving_ = false;
  StopRegistration* registrations_ = nullptr;
};

// Holds a socket in its pool's register, for stop() to shut. It must go before the socket is
// closed: declare it after the socket's owner.
class StopRegistration {
 public:
  StopRegistration(ThreadPool& pool, int socket);
  ~StopRegistration();
  StopRegistration(const StopRegistration&) = delete;
  StopRegistration& operator=(const StopRegistration&) = delete;

 private:
  friend class ThreadPool;

  ThreadPool& pool_;
  const int socket_;
  StopRegistration* previous_ = nullptr;
  StopRegistration* next_ = nullptr;
};

}  // namespace net
