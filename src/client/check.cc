#include "client/check.hh"

namespace client {

std::vector<Check> checks(char stage) {
  switch (stage) {
    case 'a':
      return stage_a_checks();
    case 'b':
      return stage_b_checks();
    case 'c':
      return stage_c_checks();
    default:
      return stage_d_checks();
  }
}

Check check_field(std::string_view title, Message message, wire::Rule rule,
                  std::string_view expected) {
  return {title, rule, expected, [=](Trial& trial) {
            CheckSession session(trial);
            session.reach(message);
            for (const wire::Fault& fault :
                 wire::deviations(session.packet(message), session.expected_header(message))) {
              if (fault.rule == rule) throw Broken(fault.text());
            }
          }};
}

std::string words(const std::string& name, const std::optional<wire::Fault>& fault) {
  if (!fault) throw Skipped("with the numbers of this session the message is right");
  return name + ": " + fault->text();
}

}  // namespace client
