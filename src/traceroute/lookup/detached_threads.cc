#include "traceroute/lookup/detached_threads.hh"

#include <pthread.h>

#include <deque>
#include <mutex>

namespace traceroute {

// What the threads share with the owner, and keep alive when they outlive it.
struct DetachedThreads::Shared {
  std::mutex mutex;
  std::deque<std::function<void()>> waiting;
  std::size_t threads = 0;

  void work();
};

namespace {

// What libc's resolver needs is about 80 KiB; many threads may wait at once.
constexpr std::size_t stack_size = std::size_t{256} * 1024;

// Runs the body in a thread that nobody will join. False when there can be no more threads.
bool start_thread(void* (*body)(void*), void* argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_size);
  pthread_t thread;
  const int error = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  return error == 0;
}

}  // namespace

// A thread's life: one task after the other, until none waits.
void DetachedThreads::Shared::work() {
  std::unique_lock lock(mutex);
  while (!waiting.empty()) {
    const std::function<void()> task = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
  --threads;
}

DetachedThreads::DetachedThreads(std::size_t most)
    : shared_(std::make_shared<Shared>()), most_(most) {}

bool DetachedThreads::run(std::function<void()> task) {
  const std::lock_guard lock(shared_->mutex);
  shared_->waiting.push_back(std::move(task));
  if (shared_->threads == most_) return true;
  auto keeper = std::make_unique<std::shared_ptr<Shared>>(shared_);
  const auto body = [](void* argument) -> void* {
    const std::unique_ptr<std::shared_ptr<Shared>> kept(
        static_cast<std::shared_ptr<Shared>*>(argument));
    (*kept)->work();
    return nullptr;
  };
  if (start_thread(body, keeper.get())) {
    (void)keeper.release();
    ++shared_->threads;
  } else if (shared_->threads == 0) {
    shared_->waiting.pop_back();
    return false;
  }
  return true;
}

}  // namespace traceroute
