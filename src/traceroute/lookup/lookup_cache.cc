#include "traceroute/lookup/lookup_cache.hh"

#include <deque>
#include <map>
#include <mutex>
#include <new>

#include "net/wake_event.hh"

namespace traceroute {

namespace {

struct Question {
  net::Deadline deadline;
  std::optional<std::string> answer;
  net::Deadline again;  // when one without an answer is asked once more
};

// Of the time that an answer is waited for: a name server may be away for a while.
constexpr int again_after = 600;

// What is remembered, so that a run over any number of targets stays small: the oldest questions
// are forgotten, and asked again when they come up again.
constexpr std::size_t max_questions = 32768;

}  // namespace

// What the threads share with the owner, and keep alive when they outlive it.
struct LookupCache::Shared {
  Lookup lookup;
  net::WakeEvent news;
  std::mutex mutex;
  std::map<std::string, Question> questions;  // by the address as text
  std::deque<std::string> asked;              // the same in order of asking, and of the deadlines
  std::deque<std::string> open;               // those of them whose deadlines may still matter
};

LookupCache::LookupCache(Lookup lookup, net::Clock::duration timeout, std::size_t max_threads)
    : shared_(std::make_shared<Shared>()), timeout_(timeout), threads_(max_threads) {
  shared_->lookup = std::move(lookup);
}

void LookupCache::ask(const net::Address& address) {
  const std::string key = address.host();
  const std::lock_guard lock(shared_->mutex);
  const Question question{
      net::Deadline::after(timeout_), {}, net::Deadline::after(again_after * timeout_)};
  const auto [known, is_new] = shared_->questions.try_emplace(key, question);
  if (!is_new) {
    if (known->second.answer != "" || !known->second.again.passed()) return;
    known->second.again = question.again;
  } else {
    shared_->asked.push_back(key);
    shared_->open.push_back(key);
    if (shared_->asked.size() > max_questions) {
      shared_->questions.erase(shared_->asked.front());
      shared_->asked.pop_front();
    }
  }
  threads_.run([shared = shared_, address, key] {
    std::string answer;
    try {
      answer = shared->lookup(address);
    } catch (const std::bad_alloc&) {
      // As if there were none.
    }
    const std::lock_guard answered(shared->mutex);
    const auto asked = shared->questions.find(key);
    if (asked != shared->questions.end()) asked->second.answer = std::move(answer);
    shared->news.set();
  });
}

std::optional<std::string> LookupCache::answer(const net::Address& address) {
  ask(address);
  const std::lock_guard lock(shared_->mutex);
  const Question& question = shared_->questions[address.host()];
  if (!question.answer && question.deadline.passed()) return "";
  return question.answer;
}

int LookupCache::fd() const { return shared_->news.fd(); }

bool LookupCache::clear() { return shared_->news.clear(); }

net::Deadline LookupCache::deadline() {
  const std::lock_guard lock(shared_->mutex);
  for (auto& open = shared_->open; !open.empty(); open.pop_front()) {
    const auto found = shared_->questions.find(open.front());
    if (found == shared_->questions.end() || found->second.answer) continue;
    if (!found->second.deadline.passed()) return found->second.deadline;
  }
  return {};
}

}  // namespace traceroute
