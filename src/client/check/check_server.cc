// client -c: the address that is checked, the checks, and their report.
#include "client/check/report.hh"

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "cli/program.hh"
#include "cli/write.hh"
#include "client/progress.hh"
#include "client/services.hh"
#include "net/error.hh"
#include "net/stop_signal.hh"
#include "net/wait.hh"

namespace client {

namespace {

// Readable once the program is to end, which then says so in its report. To be called before any
// thread starts.
int stop_descriptor() {
  // As long as the program.
  static const net::FileDescriptor stop = net::stop_signal(net::Hangup::stops);
  cli::stop_writing_at(stop.get());
  return stop.get();
}

// The first of the host's addresses that answers an a1, or else the very first. Returns what was
// wrong with each if none does.
std::string choose_address(Target& target, const std::vector<net::Address>& addresses) {
  std::string words;
  for (const net::Address& address : addresses) {
    target.address = address;
    target.dead = false;
    target.unanswered = 0;
    Trial trial{target, 0, net::Deadline::after(10s)};
    try {
      CheckSession session(trial);
      session.open();
      target.address = address.settled_by(session.a2_from);
      return "";
    } catch (const std::exception& error) {
      words += (words.empty() ? "" : "; ") + address.text() + ": " + net::reason(error);
    }
  }
  target.address = addresses.front();
  return words;
}

// Why no more checks can be made.
std::string reason_to_end(const Target& target, bool interrupted) {
  if (interrupted) return "interrupted";
  const std::string server = "the server at " + target.address.text();
  if (target.dead) {
    const std::string cause = target.suspects.text();
    return server + " answers no right a1 any more" + (cause.empty() ? "" : ", since " + cause);
  }
  if (target.one_client.empty()) return "no end in time";
  return server + " serves one client at a time: " + target.one_client +
         ", and the rule is: " + std::string(wire::entry(wire::Rule::many).clause) +
         "; -j 1 makes the checks one after the other";
}

// All checks; or the one of a number, or those of a hundred.
std::vector<CheckGroup> chosen_checks(std::optional<std::size_t> only) {
  std::vector<CheckGroup> groups = all_checks();
  if (!only) return groups;
  for (CheckGroup& group : groups) {
    std::erase_if(group.checks, [number = *only](const Check& check) {
      return number % 100 == 0 ? check.number / 100 != number / 100 : check.number != number;
    });
  }
  std::erase_if(groups, [](const CheckGroup& group) { return group.checks.empty(); });
  if (groups.empty()) {
    throw cli::UsageError("--only " + std::to_string(*only) + ": no check has this number");
  }
  return groups;
}

// Makes all checks; the counts, or nullopt when the server died or the time was over.
std::optional<Counts> make_all(Target& target, const std::vector<CheckGroup>& groups,
                               std::size_t jobs, Report& report) {
  std::vector<Check> checks;
  for (const CheckGroup& group : groups) {
    checks.insert(checks.end(), group.checks.begin(), group.checks.end());
  }
  ProgressLine progress;
  CheckRun run(target, checks, jobs);
  Counts counts;
  for (const CheckGroup& group : groups) {
    const std::size_t failed_before = counts.failed;
    report.begin_group(group);
    for (const Check& check : group.checks) {
      const auto result = run.wait_for(counts.made, [&](std::size_t made) {
        const std::string share =
            std::to_string(made) + " of " + std::to_string(checks.size()) + " checks";
        progress.show(share + " made", share);
      });
      progress.clear();
      if (!result) {
        const bool interrupted = net::is_readable({target.stop});
        report.bail_out(reason_to_end(target, interrupted));
        // Checks that are under way would wait for their server first.
        if (interrupted) std::_Exit(cli::interrupted_status);
        return std::nullopt;
      }
      report.add(check, *result);
      ++counts.made;
      if (!result->ok()) ++(excuse_of(check, *result).empty() ? counts.failed : counts.silent);
    }
    report.end_group(group, counts.failed == failed_before);
  }
  report.end(counts);
  return counts;
}

}  // namespace

int check_server(const Options& options) {
  const auto groups = chosen_checks(options.only);
  // What finds no descriptor is made again, one check after the other, which takes long.
  constexpr std::size_t descriptors_of_one = 3;
  const std::size_t room =
      std::max<std::size_t>(net::raise_descriptor_limit() / descriptors_of_one, 1);
  const auto addresses =
      net::resolve(options.host, options.port, options.family, net::Deadline::after(10s));
  Target target;
  target.student_id = options.student_id;
  target.verbose = options.verbose;
  const auto report = options.json ? json_report() : tap_report();
  const std::string no_answer = choose_address(target, addresses);
  target.stop = stop_descriptor();
  report->begin(target.address.text(), groups.size());
  if (!no_answer.empty()) {
    report->bail_out(no_answer);
    return 1;
  }
  const auto counts = make_all(target, groups, std::min(options.jobs, room), *report);
  return counts && counts->failed == 0 ? 0 : 1;
}

}  // namespace client
