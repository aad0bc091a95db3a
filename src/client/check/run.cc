#include "client/check/run.hh"

#include <algorithm>
#include <system_error>

namespace client {

namespace {

// A right server that leaves out half of 50 acks takes 25 s on average for one session.
constexpr auto max_check = 100s;
constexpr int max_attempts = 3;  // of a check that this machine was too busy for

// Nothing when the server is dead or the time for all checks is over.
std::optional<Result> make_once(const Check& check, Target& target) {
  for (int attempt = 1;; ++attempt) {
    Trial trial{target, check.number, net::Deadline::after(max_check).or_sooner(target.deadline)};
    try {
      check.run(trial);
      return Result{};
    } catch (const Broken& error) {
      return Result{Result::Kind::broken, trial.sent, error.what(), error.excuse};
    } catch (const Skipped& error) {
      if (target.deadline.passed()) return std::nullopt;
      return Result{Result::Kind::skipped, trial.sent, error.what()};
    } catch (const HeldUp& error) {
      if (attempt == max_attempts) return Result{Result::Kind::skipped, trial.sent, error.what()};
    } catch (const Dead&) {
      return std::nullopt;
    } catch (const std::exception& error) {
      return Result{Result::Kind::not_made, trial.sent,
                    std::string("the check could not be made: ") + error.what()};
    }
  }
}

// What fails, and counts, is made again before it is told: a datagram may have been lost, or have
// gone to a port that was another session's by then.
std::optional<Result> make(const Check& check, Target& target) {
  auto first = make_once(check, target);
  if (!first || first->ok()) return first;
  if (!wire::entry(check.rule).in_handout || !first->excuse.empty()) return first;
  auto second = make_once(check, target);
  const bool both = second && !second->ok();
  return both && first->kind == Result::Kind::broken ? first : second;
}

}  // namespace

CheckRun::CheckRun(Target& target, const std::vector<Check>& checks, std::size_t jobs)
    : target_(target), checks_(checks), results_(checks.size()) {
  try {
    while (threads_.size() < std::min(jobs, checks.size())) {
      threads_.emplace_back([this] {
        while (make_next()) {
        }
      });
    }
  } catch (const std::system_error&) {
    // With no thread at all, the one that waits makes the checks.
  }
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
    another_.wait(lock);
  }
  return results_[index];
}

bool CheckRun::over() const { return target_.dead || target_.deadline.passed(); }

bool CheckRun::make_next() {
  const std::size_t index = next_++;
  if (index >= checks_.size() || over()) return false;
  auto result = make(checks_[index], target_);
  const std::lock_guard lock(mutex_);
  // What failed when the server was dead already says nothing.
  if (!target_.dead || (result && result->ok())) results_[index] = std::move(result);
  ++made_;
  another_.notify_all();
  return true;
}

}  // namespace client
