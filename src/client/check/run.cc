#include "client/check/run.hh"

#include <algorithm>
#include <new>
#include <numeric>
#include <system_error>
#include <utility>

#include "client/check/clients.hh"
#include "client/check/faulty.hh"
#include "net/error.hh"
#include "net/wait.hh"

namespace client {

namespace {

// A right server that leaves out half of 50 acks takes 25 s on average for one session.
constexpr auto max_check = 100s;
// For all checks; more where few are made at once.
constexpr auto max_run = 240s;
constexpr auto max_run_of_one_thread = 2400s;
constexpr int max_attempts = 3;  // at the end, of a check during which this process was held up
constexpr std::size_t max_held_up = 8;  // of those at once

// Whether it is this machine that has no room: that says nothing about the server.
bool is_our_shortage(const std::exception& error) {
  const auto* const failed = dynamic_cast<const std::system_error*>(&error);
  return dynamic_cast<const std::bad_alloc*>(&error) ||
         (failed && net::is_shortage(failed->code().value()));
}

// nullopt when the server is dead or the time for all checks is over.
std::optional<Result> make_once(const Check& check, Target& target) {
  Trial trial{target, check.number, net::Deadline::after(max_check).or_sooner(target.deadline)};
  try {
    check.run(trial);
    return Result{};
  } catch (const Broken& error) {
    return Result{Result::Kind::broken, trial.sent, error.what(), error.excuse,
                  error.unanswered ? AtTheEnd::alone : AtTheEnd::no};
  } catch (const Skipped& error) {
    if (target.deadline.passed()) return std::nullopt;
    return Result{Result::Kind::skipped, trial.sent, error.what()};
  } catch (const Dead&) {
    return std::nullopt;
  } catch (const std::exception& error) {
    if (is_our_shortage(error)) {
      return Result{Result::Kind::skipped, trial.sent, net::reason(error), {}, AtTheEnd::alone};
    }
    return Result{Result::Kind::not_made,
                  trial.sent,
                  std::string("the check could not be made: ") + error.what(),
                  {},
                  dynamic_cast<const Unanswered*>(&error) ? AtTheEnd::alone : AtTheEnd::no};
  }
}

// What fails, and counts, is made again before it is told: a datagram may have been lost, or have
// gone to a port that was another session's by then.
std::optional<Result> make_again(const Check& check, Target& target, bool last_time) {
  auto first = make_once(check, target);
  if (!first || first->ok() || (first->at_the_end != AtTheEnd::no && !last_time)) return first;
  if (!wire::entry(check.rule).in_handout || !first->excuse.empty()) return first;
  auto second = make_once(check, target);
  const bool both = second && !second->ok();
  return both && first->kind == Result::Kind::broken ? first : second;
}

// What fails while this process is held up says nothing: it is made at the end, when few other
// checks keep the machine busy.
std::optional<Result> make_on_time(const Check& check, Target& target, Pulse& pulse,
                                   bool last_time) {
  for (int attempt = 1;; ++attempt) {
    if (last_time) pulse.wait_for_next();
    const auto begin = net::Clock::now();
    auto result = make_again(check, target, last_time);
    if (!result || result->ok() || !pulse.was_late_since(begin)) return result;
    if (last_time && attempt < max_attempts) continue;
    return Result{Result::Kind::skipped,
                  result->sent,
                  "this machine was too busy: " + result->seen,
                  {},
                  AtTheEnd::few_at_once};
  }
}

bool is_serving(Target& target) {
  Trial trial{target, 0, target.deadline};
  try {
    expect_serving(trial);
  } catch (const Dead&) {
    return false;
  } catch (const std::exception&) {
    // It does not always answer: that is no death.
  }
  return true;
}

// A failure is told only when a right a1 has been answered after it: with a server that was about
// to die, it says nothing.
std::optional<Result> make(const Check& check, Target& target, Pulse& pulse, bool last_time) {
  auto result = make_on_time(check, target, pulse, last_time);
  if (result && result->at_the_end != AtTheEnd::no && !last_time) return result;
  if (result && !result->ok() && !is_serving(target)) return std::nullopt;
  return result;
}

// What takes longest begins first, else all would wait for it at the end: silence, several
// sessions, and what is asked at the end of a session; then wrong a1s, which wait for each other.
std::vector<std::size_t> slowest_first(const std::vector<Check>& checks) {
  constexpr std::size_t first_of_stage_d = 401;
  const auto haste = [&](std::size_t index) {
    const auto& [number, title, rule, expected, run] = checks[index];
    if (rule == wire::Rule::silence || rule == wire::Rule::many || rule == wire::Rule::secrets ||
        number >= first_of_stage_d) {
      return 0;
    }
    return std::ranges::find(faulty_a1(), number, &Faulty::number) != faulty_a1().end() ? 1 : 2;
  };
  std::vector<std::size_t> order(checks.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, haste);
  return order;
}

}  // namespace

CheckRun::CheckRun(Target& target, const std::vector<Check>& checks, std::size_t jobs)
    : target_(target), checks_(checks), order_(slowest_first(checks)), results_(checks.size()) {
  net::Clock::duration waiting{0};
  try {
    waiting = find_how_clients_are_taken(target, jobs > 1);
    if (!target.one_client.empty()) return;
  } catch (const std::exception&) {
    // The checks will say what is wrong.
  }
  constexpr std::size_t max_jobs_in_order = 8;
  if (target.one_after_the_other) jobs = std::min(jobs, max_jobs_in_order);
  // Until it is known how many there are, no thread begins.
  const std::lock_guard lock(mutex_);
  try {
    while (threads_.size() < std::min(jobs, checks.size())) {
      threads_.emplace_back([this] {
        mutex_.lock();
        mutex_.unlock();
        try {
          while (make_next()) {
          }
        } catch (const std::bad_alloc&) {
          give_up();
        }
      });
    }
  } catch (const std::exception&) {
    // With no thread at all, the one that waits makes the checks.
  }
  const auto threads = static_cast<int>(std::max<std::size_t>(threads_.size(), 1));
  target.deadline = net::Deadline::after(max_run + max_run_of_one_thread / threads + waiting);
}

std::optional<Result> CheckRun::wait_for(std::size_t index,
                                         const std::function<void(std::size_t made)>& tell) {
  while (threads_.empty() && !results_[index] && !over()) {
    tell(made_);
    make_next();
  }
  std::unique_lock lock(mutex_);
  while (!results_[index] && !over()) {
    tell(made_);
    another_.wait_for(lock, 100ms);  // nobody notifies it of a signal
  }
  if (gave_up_ && !results_[index]) throw std::bad_alloc();
  return results_[index];
}

// Even what went wrong cannot be told for want of memory: as with a dead server, all ends soon.
void CheckRun::give_up() {
  const std::lock_guard lock(mutex_);
  gave_up_ = target_.dead = true;
  another_.notify_all();
}

bool CheckRun::over() const {
  const bool stopped = target_.stop >= 0 && net::is_readable({target_.stop});
  return target_.dead || !target_.one_client.empty() || target_.deadline.passed() || stopped;
}

std::optional<CheckRun::Next> CheckRun::take_next() {
  std::unique_lock lock(mutex_);
  if (next_ < order_.size() && !over()) {
    ++running_;
    return Next{order_[next_++], false};
  }
  std::vector<std::size_t>* last = nullptr;
  another_.wait(lock, [&] {
    last = held_up_.empty() ? &alone_ : &held_up_;
    return over() || running_ == 0 || (last == &held_up_ && running_ < max_held_up);
  });
  if (last->empty() || over()) return std::nullopt;
  const std::size_t index = last->back();
  last->pop_back();
  ++running_;
  return Next{index, true};
}

bool CheckRun::make_next() {
  const auto next = take_next();
  if (!next) return false;
  auto result = make(checks_[next->index], target_, pulse_, next->last_time);
  const std::lock_guard lock(mutex_);
  --running_;
  if (result && result->at_the_end != AtTheEnd::no && !next->last_time && !target_.dead) {
    (result->at_the_end == AtTheEnd::alone ? alone_ : held_up_).push_back(next->index);
  } else {
    // What failed when the server was dead already says nothing.
    if (!target_.dead || (result && result->ok())) results_[next->index] = std::move(result);
    ++made_;
  }
  another_.notify_all();
  return true;
}

}  // namespace client
