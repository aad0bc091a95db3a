// The checks of a server: what each one does, which rule it is about, and how it came out.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/check/session.hh"
#include "wire/rules.hh"

namespace client {

struct Check {
  std::size_t number;  // by which the man page lists it: it stays, whatever checks are added
  std::string_view title;
  wire::Rule rule;
  std::string_view expected;
  // Returns if the rule is kept; throws Broken, NotMade or Skipped. Breaks no rule itself, nor one
  // on which the handout is silent, but the one that it is about.
  std::function<void(Trial&)> run;
};

std::vector<Check> stage_a_checks();
std::vector<Check> stage_b_checks();
std::vector<Check> stage_b_end_checks();  // of what ends a session there
std::vector<Check> stage_c_checks();
std::vector<Check> stage_d_checks();
std::vector<Check> stage_d_end_checks();
std::vector<Check> whole_checks();  // of all stages together

// The checks of a stage: those of stage a have numbers from 101 on, those of stage b from 201 on;
// in their order.
struct CheckGroup {
  std::string_view title;
  std::vector<Check> checks;
};
std::vector<CheckGroup> all_checks();

// What several checks of stage d seek.
inline constexpr Sought<wire::C2> two_messages{[](const wire::C2&c) { return c.num2 > 1; },
                                               "num2 above 1"},
    some_padding{[](const wire::C2&c) { return c.len2 % 4 != 0 && c.num2 > 0; },
                 "len2 off the boundary"};

// Whether one packet at least is left unacked at first.
void check_one_unacked(Trial& trial);

// The well-known fault of an a2 whose packet 0, or packet 1 after it, is not acked, or of a c2
// whose messages get no d2: tries what else may be meant. Empty where none is.
std::string guess_at_a2(Trial& trial, bool first_acked);
std::string guess_at_c2(Trial& trial);

// Whether a field of a server's message is as the rule has it. What the course's own server does is
// excused: a value and the reason.
struct Excuse {
  std::string_view seen;
  std::string_view reason;
};
Check check_field(std::size_t number, std::string_view title, Message message, wire::Rule rule,
                  std::string_view expected, const Excuse& excuse = {});

// The words for what is wrong with a message that a check sends. Throws Skipped when nothing is, as
// with a server whose secrets are all alike.
std::string describe_fault(const std::string& name, const std::optional<wire::Fault>& fault);

// Makes the check of how a message goes on. A number in it that is too large because of a
// well-known fault is told there, once: all other checks are skipped for it.
template <typename Step>
void told_here(Message message, Step step) {
  try {
    step();
  } catch (const TooMuch& asked) {
    if (!asked.odd || asked.message != message) throw;
    throw Broken(asked.what());
  }
}

// Fails as broken what would fail as not made: the step is what the check is about.
template <typename Step>
void require(Step step) {
  try {
    step();
  } catch (const Unanswered&) {
    throw;  // it may be that the server is dead
  } catch (const NotMade& error) {
    throw Broken(error.what());
  }
}

// The same; what is told as sent is what the check is about, and not the step's last message.
template <typename Step>
void require_after(Trial& trial, std::string sent, Step step) {
  try {
    require(step);
  } catch (const Broken&) {
    trial.sent = std::move(sent);
    throw;
  }
}

}  // namespace client
