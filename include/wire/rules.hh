// The rules of the course's four-stage protocol, as far as one side can see the other keep or break
// them. Each check and each fault names its rule. The man pages list them all (a test compares).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace wire {

// In the order of their numbers, which begin at 1.
enum class Rule {
  size,
  payload_len,
  psecret,
  step,
  hello,
  packet_id,
  zeros,
  resend,
  until_acked,
  silence,
  connection,
  count,
  value,
  any_client,
  a2,
  ack,
  unacked,
  b2,
  c2,
  d2,
  ports,
  secrets,
  many,
  stream,
  student_id,
  any_id,
  at_least_one,
  new_session,
  source,
  order,
  sockets,
  strangers,
  b2_again,
  patience,
  pad,
  duplicates,
};

// What is known of a rule.
struct RuleEntry {
  Rule rule;
  // False where the handout of the course is silent: breaking such a rule is worth telling, and no
  // fault.
  bool in_handout;
  std::string_view clause;  // the rule in one clause
};

// All rules, by number.
std::span<const RuleEntry> rules();

const RuleEntry& entry(Rule rule);
constexpr std::size_t number(Rule rule) { return static_cast<std::size_t>(rule) + 1; }

}  // namespace wire
