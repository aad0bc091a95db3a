#include "net/thread_pool.hh"

#include <limits.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <utility>

#include "net/error.hh"
#include "net/sockaddr.hh"

namespace net {

namespace {

// Enough for a burst to find its threads waiting; the memory of more is better given back, and of
// all of them once no task has come for a while.
constexpr std::size_t max_parked = 128;
constexpr auto max_parked_time = std::chrono::seconds(2);

// Resets a connection that is to end so (Stream::reset_on_close), and those that wait at a listener
// of such connections: after shutdown(2) alone the peer would see what is on its way, and then a
// clean end. Does nothing to other sockets, nor where the system can only reset by closing.
void reset_now(int socket) {
  linger at_close{};
  socklen_t size = sizeof at_close;
  (void)getsockopt(socket, SOL_SOCKET, SO_LINGER, &at_close, &size);
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;  // connect(2): dissolves the association
  if (at_close.l_onoff == 0 || at_close.l_linger != 0) return;
  (void)::connect(socket, &nobody, sizeof nobody);
}

// shutdown(2) wakes what waits in accept, connect, recv, send or poll, which close(2) does not; of
// a listener that was reset one thread only. Of sockets without a peer that is so on Linux alone:
// elsewhere a UDP socket gets itself for a peer, and accept is left in time.
void wake(int socket) {
  reset_now(socket);
  if (shutdown(socket, SHUT_RDWR) == 0) return;
  int type = 0;
  socklen_t size = sizeof type;
  (void)getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size);
  SocketAddress itself;
  socklen_t length = itself.capacity;
  if (type != SOCK_DGRAM || getsockname(socket, itself.get(), &length) != 0) return;
  (void)::connect(socket, itself.get(), length);
  shutdown(socket, SHUT_RDWR);
}

}  // namespace

void report_on_stderr(std::string_view reason) {
  char newline = '\n';
  const iovec line[] = {{const_cast<char*>(reason.data()), reason.size()}, {&newline, 1}};
  (void)!writev(STDERR_FILENO, line, 2);
}

bool start_thread(std::size_t stack_size, void* (*body)(void*), void* argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, stack_size);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, body, argument) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}

ThreadPool::ThreadPool(std::size_t max, std::size_t stack_size, FailureReport report)
    : max_(max),
      stack_size_(std::max(stack_size, static_cast<std::size_t>(PTHREAD_STACK_MIN))),
      report_(std::move(report)) {}

bool ThreadPool::run(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || running_ == max_) return false;
  if (parked_ <= tasks_.size() && !add_thread()) return false;
  try {
    tasks_.push_back(std::move(task));
  } catch (const std::bad_alloc&) {
    return false;  // what was started waits for the next task
  }
  ++running_;
  given_.notify_one();
  return true;
}

bool ThreadPool::add_thread() {
  const bool started = start_thread(stack_size_, begin, this);
  // A new thread counts as parked: it takes the next task, as those that wait for one do.
  if (started) ++threads_, ++parked_;
  return started;
}

void* ThreadPool::begin(void* pool) {
  static_cast<ThreadPool*>(pool)->work();
  return nullptr;
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    given_.wait_for(lock, max_parked_time, [this] { return leaving_ || !tasks_.empty(); });
    --parked_;
    if (tasks_.empty()) break;
    {
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      try {
        task();
      } catch (const std::exception& error) {
        report_(reason(error));
      }
    }  // what the task held is gone before the task counts as returned
    lock.lock();
    if (--running_ == 0) returned_.notify_all();
    // To end a thread takes the system longer than to park it: while stopping, that waits.
    if (parked_ >= max_parked && !stopping_) break;
    ++parked_;
  }
  if (--threads_ == 0) gone_.notify_all();
}

void ThreadPool::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  for (const StopRegistration* each = registrations_; each; each = each->next_) wake(each->socket_);
  returned_.wait(lock, [this] { return running_ == 0; });
}

ThreadPool::~ThreadPool() {
  stop();
  std::unique_lock lock(mutex_);
  leaving_ = true;
  given_.notify_all();
  gone_.wait(lock, [this] { return threads_ == 0; });
}

bool ThreadPool::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

std::size_t ThreadPool::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

StopRegistration::StopRegistration(ThreadPool& pool, int socket) : pool_(pool), socket_(socket) {
  const std::lock_guard lock(pool_.mutex_);
  next_ = std::exchange(pool_.registrations_, this);
  if (next_) next_->previous_ = this;
  if (pool_.stopping_) wake(socket_);
}

StopRegistration::~StopRegistration() {
  const std::lock_guard lock(pool_.mutex_);
  (previous_ ? previous_->next_ : pool_.registrations_) = next_;
  if (next_) next_->previous_ = previous_;
}

}  // namespace net
