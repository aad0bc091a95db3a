#include "client/check/checks.hh"

#include <algorithm>

namespace client {

namespace {

std::vector<Check> joined(std::vector<Check> checks, const std::vector<Check>& more) {
  checks.insert(checks.end(), more.begin(), more.end());
  return checks;
}

// Which secret a wrong psecret is: "secretA?", "secretB of another session?".
std::string guess_secret(const Target& target, const CheckSession& session, wire::Bytes packet) {
  const std::uint32_t psecret = wire::decode_header(packet)->psecret;
  const std::string name = target.secrets.name(psecret);
  if (name.empty()) return "";
  const bool own = psecret == session.a.secret_a || psecret == session.b.secret_b;
  return name + (own ? "?" : " of another session?");
}

}  // namespace

std::vector<CheckGroup> all_checks() {
  std::vector<CheckGroup> groups{{"stage a", stage_a_checks()},
                                 {"stage b", joined(stage_b_checks(), stage_b_end_checks())},
                                 {"stage c", stage_c_checks()},
                                 {"stage d", joined(stage_d_checks(), stage_d_end_checks())},
                                 {"all stages", whole_checks()}};
  for (CheckGroup& group : groups) {
    std::ranges::sort(group.checks,
                      [](const Check& a, const Check& b) { return a.number < b.number; });
  }
  return groups;
}

Check check_field(std::size_t number, std::string_view title, Message message, wire::Rule rule,
                  std::string_view expected, const Excuse& excuse) {
  return {number, title, rule, expected, [=](Trial& trial) {
            CheckSession session(trial);
            session.reach(message);
            for (wire::Fault& fault :
                 wire::deviations(session.packet(message), session.expected_header(message))) {
              if (fault.rule != rule) continue;
              if (rule == wire::Rule::psecret && fault.guess.empty())
                fault.guess = guess_secret(trial.target, session, session.packet(message));
              throw Broken(fault.text(),
                           std::string(fault.seen == excuse.seen ? excuse.reason : ""));
            }
          }};
}

std::string describe_fault(const std::string& name, const std::optional<wire::Fault>& fault) {
  if (!fault) throw Skipped("with the numbers of this session the message is right");
  wire::Fault known = *fault;
  known.guess.clear();
  return name + ": " + known.text();
}

}  // namespace client
