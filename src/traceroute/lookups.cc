#include "traceroute/lookups.hh"

#include <pthread.h>
#include <sys/eventfd.h>

#include <deque>
#include <map>
#include <mutex>

#include "net/error.hh"
#include "net/file_descriptor.hh"

namespace traceroute {

namespace {

struct Question {
  net::Deadline deadline;
  std::optional<std::string> answer;
};

}  // namespace

// What the threads share with the owner, and keep alive when they outlive it.
struct Lookups::Shared {
  Lookup lookup;
  net::FileDescriptor news{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::map<std::string, Question> questions;  // by the address as text
  std::deque<net::Address> waiting;
  std::size_t threads = 0;

  void work();
};

namespace {

// What libc's resolver needs is about 80 KiB; many threads may wait at once.
constexpr std::size_t stack_size = 256 * 1024;

// Runs work() in a thread that nobody will join. False when there can be no more threads.
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

// A thread's life: one question after the other, until none waits.
void Lookups::Shared::work() {
  std::unique_lock lock(mutex);
  while (!waiting.empty()) {
    const net::Address address = waiting.front();
    waiting.pop_front();
    lock.unlock();
    std::string answer = lookup(address);
    lock.lock();
    questions[address.host()].answer = std::move(answer);
    eventfd_write(news.get(), 1);
  }
  --threads;
}

Lookups::Lookups(Lookup lookup, net::Clock::duration patience, std::size_t most)
    : shared_(std::make_shared<Shared>()), patience_(patience), most_(most) {
  if (!shared_->news) net::fail("open an event descriptor");
  shared_->lookup = std::move(lookup);
}

void Lookups::ask(const net::Address& address) {
  const std::lock_guard lock(shared_->mutex);
  const bool is_new =
      shared_->questions.try_emplace(address.host(), Question{net::Deadline::after(patience_), {}})
          .second;
  if (!is_new) return;
  shared_->waiting.push_back(address);
  if (shared_->threads == most_) return;
  auto keeper = std::make_unique<std::shared_ptr<Shared>>(shared_);
  const auto body = [](void* argument) -> void* {
    const std::unique_ptr<std::shared_ptr<Shared>> kept(
        static_cast<std::shared_ptr<Shared>*>(argument));
    (*kept)->work();
    return nullptr;
  };
  // Without a thread the question waits for the next one, or for its deadline.
  if (!start_thread(body, keeper.get())) return;
  keeper.release();
  ++shared_->threads;
}

std::optional<std::string> Lookups::answer(const net::Address& address) {
  ask(address);
  const std::lock_guard lock(shared_->mutex);
  const Question& question = shared_->questions[address.host()];
  if (!question.answer && question.deadline.passed()) return "";
  return question.answer;
}

int Lookups::fd() const { return shared_->news.get(); }

void Lookups::clear() {
  eventfd_t ignored = 0;
  eventfd_read(fd(), &ignored);
}

net::Deadline Lookups::deadline() const {
  const std::lock_guard lock(shared_->mutex);
  net::Deadline next;
  for (const auto& [address, question] : shared_->questions) {
    if (!question.answer && !question.deadline.passed()) next = next.or_sooner(question.deadline);
  }
  return next;
}

}  // namespace traceroute
