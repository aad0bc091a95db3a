#include <array>
#include <list>

#include "client/check/checks.hh"

namespace client {

namespace {

using wire::Rule;

// Four secrets of two sessions: eight random numbers, of which some are not alike.
void fresh_secrets(Trial& trial) {
  std::array<std::array<std::uint32_t, 4>, 2> secrets{};
  for (auto& four : secrets) {
    CheckSession session(trial);
    session.reach(Message::d2);
    four = {session.a.secret_a, session.b.secret_b, session.c.secret_c, session.d.secret_d};
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (secrets[0][i] == secrets[1][i]) {
      throw Broken(std::string("secret") + static_cast<char>('A' + i) + ' ' +
                   std::to_string(secrets[0][i]) + " in both");
    }
  }
}

// The one that comes last is not kept waiting by those before it.
void many_at_once(Trial& trial) {
  constexpr int before = 15;
  std::list<CheckSession> open;
  for (int i = 0; i < before; ++i) open.emplace_back(trial).reach(Message::a2);
  open.front().deliver(0);
  require([&] { CheckSession(trial).reach(Message::d2); });
}

void after_many_left(Trial& trial) {
  constexpr int count = 64;
  for (int i = 0; i < count; ++i) CheckSession(trial).open();
  trial.sent = "64 a1s, and then nothing more in their sessions; then a session";
  require([&] { CheckSession(trial).reach(Message::d2); });
}

}  // namespace

std::vector<Check> whole_checks() {
  return {
      {"the secrets are fresh in each session", Rule::secrets, "other secrets in another session",
       fresh_secrets},
      {"sixteen sessions at once", Rule::many, "d2 in the last of them", many_at_once},
      {"64 sessions left half-way", Rule::many, "d2 in one more", after_many_left},
  };
}

}  // namespace client
