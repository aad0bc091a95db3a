// The checks of a server: what each one does, which rule it is about, and how it came out.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "client/check_session.hh"
#include "wire/rules.hh"

namespace client {

struct Check {
  std::string_view title;
  wire::Rule rule;
  std::string_view expected;
  // Returns if the rule is kept; throws Broken, NotMade or Skipped.
  std::function<void(Trial&)> run;
};

// The checks of one stage: 'a' to 'd'.
std::vector<Check> checks(char stage);
std::vector<Check> stage_a_checks();
std::vector<Check> stage_b_checks();
std::vector<Check> stage_c_checks();
std::vector<Check> stage_d_checks();

// The number by which the man page lists a check: 101 is the first of stage a, 201 of stage b.
constexpr std::size_t check_number(char stage, std::size_t index) {
  return static_cast<std::size_t>(stage - 'a' + 1) * 100 + index + 1;
}

// Whether a field of a server's message is as the rule has it.
Check check_field(std::string_view title, Message message, wire::Rule rule,
                  std::string_view expected);

// The words for what is wrong with a message. Throws Skipped when nothing is, as with a server
// whose secrets are all alike.
std::string words(const std::string& name, const std::optional<wire::Fault>& fault);

// Fails as broken what would fail as not made: the step is what the check is about.
template <typename Step>
void must(Step step) {
  try {
    step();
  } catch (const NotMade& error) {
    throw Broken(error.what());
  }
}

}  // namespace client
