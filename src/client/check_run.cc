#include "client/check_run.hh"

#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "cli/program.hh"
#include "client/check.hh"
#include "client/tap.hh"

namespace client {

namespace {

constexpr std::string_view stages = "abcd";
constexpr auto longest_check = 60s;

struct Result {
  enum class Kind { holds, broken, not_made, skipped };
  Kind kind = Kind::holds;
  std::string sent, seen;
};

struct Item {
  Check check;
  std::size_t number;
  std::optional<Result> result = {};
};

Result make(const Item& item, Target& target) {
  Trial trial{target, item.number, net::Deadline::after(longest_check)};
  try {
    item.check.run(trial);
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

tap::Line line_of(const Item& item, std::size_t index) {
  const wire::RuleEntry& rule = wire::entry(item.check.rule);
  const Result& result = *item.result;
  const bool good = result.kind == Result::Kind::holds || result.kind == Result::Kind::skipped;
  tap::Line line{index + 1, std::to_string(item.number) + ' ' + std::string(item.check.title),
                 good};
  if (result.kind == Result::Kind::skipped) line.skip = result.seen;
  if (!rule.in_handout) line.todo = "the handout is silent";
  if (!good) {
    line.details = {{"sent", result.sent},
                    {"expected", std::string(item.check.expected)},
                    {"seen", result.seen},
                    {"rule", std::string(rule.clause)}};
  }
  return line;
}

// All checks, made by so many threads in order, each taken as soon as it and all before it are
// done.
class Checks {
 public:
  Checks(Target& target, std::size_t jobs) : target_(target) {
    for (const char stage : stages) {
      std::size_t index = 0;
      for (Check& check : checks(stage)) {
        items_.push_back({std::move(check), check_number(stage, index++)});
      }
    }
    for (std::size_t i = 0; i < std::min(jobs, items_.size()); ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }

  const Item& wait_for(std::size_t index) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] {
      show_progress();
      return items_[index].result.has_value();
    });
    clear_progress();
    return items_[index];
  }

 private:
  void work() {
    while (true) {
      const std::size_t index = next_++;
      if (index >= items_.size()) return;
      Result result = make(items_[index], target_);
      const std::lock_guard lock(mutex_);
      items_[index].result = std::move(result);
      ++done_count_;
      done_.notify_all();
    }
  }

  void show_progress() const {
    if (!terminal_) return;
    const std::string text = '\r' + std::to_string(done_count_) + " of " +
                             std::to_string(items_.size()) + " checks made";
    static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
  }
  void clear_progress() const {
    constexpr std::string_view erase = "\r\x1b[K";
    if (terminal_) static_cast<void>(!write(STDERR_FILENO, erase.data(), erase.size()));
  }

  Target& target_;
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  std::vector<Item> items_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t done_count_ = 0;
  std::vector<std::jthread> threads_;
};

// The first of the host's addresses that answers an a1; the very first when none does, so that the
// checks say what is wrong.
void choose_address(Target& target, const std::vector<net::Address>& addresses) {
  for (const net::Address& address : addresses) {
    target.address = address;
    if (addresses.size() == 1) return;
    Trial trial{target, 0, net::Deadline::after(1s)};
    try {
      return CheckSession(trial).open();
    } catch (const std::exception&) {
      continue;
    }
  }
  target.address = addresses.front();
}

}  // namespace

int run_checks(const CheckRun& run) {
  const auto addresses = net::resolve(run.host, run.port, run.family, net::Deadline::after(10s));
  Target target;
  target.student_id = run.student_id;
  target.verbose = run.verbose;
  choose_address(target, addresses);
  target.unanswered = 0;

  // The harness of Perl, prove, ends at version 13; it says so by this variable.
  cli::print(tap::begin(std::getenv("HARNESS_ACTIVE") ? 13 : 14, stages.size()));
  Checks all(target, run.jobs);
  std::size_t next = 0, failed = 0, silent = 0;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const std::size_t count = checks(stages[stage]).size(), failed_before = failed;
    const std::string title = std::string("stage ") + stages[stage];
    cli::print(tap::begin_subtest(title, count));
    for (std::size_t i = 0; i < count; ++i) {
      const tap::Line line = line_of(all.wait_for(next++), i);
      if (!line.ok) ++(line.todo.empty() ? failed : silent);
      cli::print(tap::text(line, true));
    }
    cli::print(tap::text({stage + 1, title, failed == failed_before}, false));
  }
  cli::print("# " + std::to_string(next) + " checks of " + target.address.text() + ": " +
             std::to_string(failed) + " failed, and " + std::to_string(silent) +
             " where the handout is silent\n");
  return failed == 0 ? 0 : 1;
}

}  // namespace client
