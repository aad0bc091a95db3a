#include "traceroute/lookup/detached_threads.hh"

#include <deque>
#include <mutex>

#include "net/thread_pool.hh"

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

DetachedThreads::DetachedThreads(std::size_t max_threads)
    : shared_(std::make_shared<Shared>()), max_threads_(max_threads) {}

bool DetachedThreads::run(std::function<void()> task) {
  const std::lock_guard lock(shared_->mutex);
  shared_->waiting.push_back(std::move(task));
  if (shared_->threads == max_threads_) return true;
  auto keeper = std::make_unique<std::shared_ptr<Shared>>(shared_);
  const auto body = [](void* argument) -> void* {
    const std::unique_ptr<std::shared_ptr<Shared>> kept(
        static_cast<std::shared_ptr<Shared>*>(argument));
    (*kept)->work();
    return nullptr;
  };
  if (net::start_thread(stack_size, body, keeper.get())) {
    (void)keeper.release();
    ++shared_->threads;
  } else if (shared_->threads == 0) {
    shared_->waiting.pop_back();
    return false;
  }
  return true;
}

}  // namespace traceroute
