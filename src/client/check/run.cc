#include "client/check/run.hh"

#include <algorithm>

namespace client {

namespace {

constexpr auto max_check = 60s;

Result make(const Check& check, Target& target) {
  Trial trial{target, check.number, net::Deadline::after(max_check)};
  try {
    check.run(trial);
    return {};
  } catch (const Broken& error) {
    return {Result::Kind::broken, trial.sent, error.what()};
  } catch (const Skipped& error) {
    return {Result::Kind::skipped, trial.sent, error.what()};
  } catch (const std::exception& error) {
    return {Result::Kind::not_made, trial.sent,
            std::string("the check could not be made: ") + error.what()};
  }
}

}  // namespace

CheckRun::CheckRun(Target& target, const std::vector<Check>& checks, std::size_t jobs)
    : target_(target), checks_(checks), results_(checks.size()) {
  for (std::size_t i = 0; i < std::min(jobs, checks.size()); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

Result CheckRun::wait_for(std::size_t index, const std::function<void(std::size_t made)>& tell) {
  std::unique_lock lock(mutex_);
  while (!results_[index]) {
    tell(made_);
    another_.wait(lock);
  }
  return *results_[index];
}

void CheckRun::work() {
  while (true) {
    const std::size_t index = next_++;
    if (index >= checks_.size()) return;
    Result result = make(checks_[index], target_);
    const std::lock_guard lock(mutex_);
    results_[index] = std::move(result);
    ++made_;
    another_.notify_all();
  }
}

}  // namespace client
