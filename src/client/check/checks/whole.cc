#include <algorithm>
#include <array>
#include <list>
#include <string>
#include <vector>

#include "client/check/checks.hh"

namespace client {

namespace {

using wire::Rule;

// Of each of the four, what it was in one session after the other.
using Secrets = std::array<std::vector<std::uint32_t>, 4>;

// A secret that was always the same, or always that of another stage; empty if there is none.
std::string not_fresh(const Secrets& secrets) {
  const auto name = [&](const auto& secret) {
    return std::string("secret") + static_cast<char>('A' + (&secret - secrets.data()));
  };
  for (const auto& secret : secrets) {
    const auto first = secret.front();
    if (std::ranges::count(secret, first) == std::ssize(secret))
      return name(secret) + ' ' + std::to_string(first);
    const auto& same = *std::ranges::find(secrets, secret);
    if (&same != &secret) return name(secret) + " the same as " + name(same);
  }
  return "";
}

// By chance, if each is drawn from 1 to 20, five sessions show that in one run of 37,000.
void fresh_secrets(Trial& trial) {
  constexpr int sessions = 5;
  Secrets secrets;
  std::string seen;
  for (int i = 0; i < sessions; ++i) {
    CheckSession session(trial);
    session.reach(Message::d2);
    secrets[0].push_back(session.a.secret_a);
    secrets[1].push_back(session.b.secret_b);
    secrets[2].push_back(session.c.secret_c);
    secrets[3].push_back(session.d.secret_d);
    seen = not_fresh(secrets);
    if (i > 0 && seen.empty()) return;
  }
  throw Broken(seen + " in five sessions");
}

// Sessions that all begin at once, if the server takes more than one a1 at once. Returns how many
// were answered: a server may have room for fewer.
int open_many(Trial& trial, std::list<CheckSession>& sessions, int count) {
  const auto open = [](CheckSession& session) {
    try {
      session.open();
      return true;
    } catch (const Dead&) {
      throw;
    } catch (const Unanswered&) {
      return false;
    }
  };
  for (int i = 0; i < count; ++i) {
    CheckSession& session = sessions.emplace_back(trial);
    if (!trial.target.one_after_the_other) session.send_a1();
  }
  int answered = 0;
  for (CheckSession& session : sessions) {
    if (!open(session)) break;
    ++answered;
  }
  return answered;
}

// The one that comes first is not ended by those after it, if they were not too slow, and the one
// that comes last is not kept waiting by those before it.
void many_at_once(Trial& trial) {
  constexpr int others = 15;
  std::list<CheckSession> sessions;
  const auto soon = net::Deadline::after(2s);
  const int answered = open_many(trial, sessions, others);
  if (answered < others) {
    throw Unanswered("no a2 came to the a1 of session " + std::to_string(answered + 1) +
                     " within 4 s, while those before it were open");
  }
  CheckSession& first = sessions.front();
  if (!soon.passed() && first.a.num > 0)
    require_after(trial, "14 other a1s, and then packet_id 0", [&] { first.deliver(0); });
  require([&] { CheckSession(trial).reach(Message::d2); });
}

// As many as the server has room for.
void after_many_left(Trial& trial) {
  std::list<CheckSession> sessions;
  (void)open_many(trial, sessions, 64);
  sessions.clear();
  require_after(trial, "64 a1s, and then nothing more in their sessions; then a session",
                [&] { CheckSession(trial).reach(Message::d2); });
}

}  // namespace

std::vector<Check> whole_checks() {
  return {
      {501, "the secrets are fresh in each session", Rule::secrets,
       "four secrets, and others in another session", fresh_secrets},
      {502, "sixteen sessions at once", Rule::many, "d2 in the last of them", many_at_once},
      {503, "64 sessions left half-way", Rule::many, "d2 in one more", after_many_left},
  };
}

}  // namespace client
