#include <unistd.h>

#include <cstdlib>

#include "cli/program.hh"
#include "client/check/run.hh"
#include "client/check/tap.hh"
#include "client/services.hh"

namespace client {

namespace {

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

// One line on a terminal that says how far the checks are, and is gone when they are done.
class CountLine {
 public:
  explicit CountLine(std::size_t checks) : checks_(checks) {}
  void show(std::size_t made) {
    if (!terminal_) return;
    std::string text = std::to_string(made);
    text += " of " + std::to_string(checks_) + " checks made\r";
    put(text);
    shown_ = true;
  }
  void clear() {
    if (shown_) put("\x1b[K");
    shown_ = false;
  }

 private:
  static void put(std::string_view text) {
    static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
  }

  const std::size_t checks_;
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
};

tap::Line line_of(const Check& check, const Result& result) {
  const wire::RuleEntry& rule = wire::entry(check.rule);
  tap::Line line{check.number % 100, std::to_string(check.number) + ' ' + std::string(check.title),
                 result.ok()};
  if (result.kind == Result::Kind::skipped) line.skip = result.seen;
  if (!rule.in_handout) line.todo = "the handout is silent";
  if (!result.ok()) {
    line.details = {{"sent", result.sent.empty() ? "nothing" : result.sent},
                    {"expected", std::string(check.expected)},
                    {"seen", result.seen},
                    {"rule", std::string(rule.clause)}};
  }
  return line;
}

}  // namespace

int check_server(const Options& options) {
  const auto addresses =
      net::resolve(options.host, options.port, options.family, net::Deadline::after(10s));
  Target target;
  target.student_id = options.student_id;
  target.verbose = options.verbose;
  choose_address(target, addresses);
  target.unanswered = 0;

  const auto groups = all_checks();
  std::vector<Check> checks;
  for (const CheckGroup& group : groups) {
    checks.insert(checks.end(), group.checks.begin(), group.checks.end());
  }
  // The harness of Perl, prove, ends at version 13; this variable tells that it is there.
  cli::print(tap::begin(std::getenv("HARNESS_ACTIVE") ? 13 : 14, groups.size()));
  CountLine progress(checks.size());
  CheckRun run(target, checks, options.jobs);
  std::size_t next = 0, failed = 0, silent = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::size_t failed_before = failed;
    cli::print(tap::begin_subtest(groups[i].title, groups[i].checks.size()));
    for (const Check& check : groups[i].checks) {
      const Result result = run.wait_for(next++, [&](std::size_t made) { progress.show(made); });
      const tap::Line line = line_of(check, result);
      if (!line.ok) ++(line.todo.empty() ? failed : silent);
      progress.clear();
      cli::print(tap::text(line, true));
    }
    cli::print(tap::text({i + 1, std::string(groups[i].title), failed == failed_before}, false));
  }
  cli::print("# " + std::to_string(next) + " checks of " + target.address.text() + ": " +
             std::to_string(failed) + " failed, and " + std::to_string(silent) +
             " more where the handout is silent\n");
  return failed == 0 ? 0 : 1;
}

}  // namespace client
