// What must end a session in stage d without d2: silence, and a wrong stream.
#include <algorithm>

#include "client/check/checks.hh"
#include "client/check/faulty.hh"

namespace client {

namespace {

using wire::Rule;
using Packet = std::vector<std::uint8_t>;
using Packets = CheckSession::Packets;
using SoughtC2 = Sought<wire::C2>;

constexpr SoughtC2 two_with_bytes{[](const wire::C2&c) { return c.num2 > 1 && c.len2 > 0; },
                                  "num2 above 1"},
    some_bytes{[](const wire::C2&c) { return c.num2 > 0 && c.len2 > 0; }, "num2 and len2 above 0"};

constexpr std::string_view closed_without_d2 = "the connection is closed within 5 s, without d2";

// Closed, and no secretD; and the server lives.
void expect_refusal(Trial& trial, CheckSession& session) {
  const auto end = session.await_end(net::Deadline::after(close_wait));
  if (end.d2 || !end.closed) throw Broken(end.seen + (end.closed ? "" : " after 5 s"));
  expect_serving(trial);
}

// Messages that are wrong, and in which way.
struct Wrong {
  Packets messages;
  std::string what;
};

// Sends what must be refused with the messages as the server takes them. While that is not known,
// they go at once; if it then is found to take them apart only, the refusal may have been for that,
// and it is done once more.
template <typename Spoil>
void expect_refused(Trial& trial, const SoughtC2& sought, Spoil spoil, bool half_close = false) {
  const auto attempt = [&] {
    CheckSession session(trial);
    session.reach_c2_with(sought);
    const Wrong wrong = spoil(session);
    {
      const Suspicion suspicion(trial, wrong.what);
      session.send_messages(wrong.messages, wrong.what);
      if (half_close) session.half_close();
    }
    expect_refusal(trial, session);
  };
  const Pace known = trial.target.pace;
  attempt();
  if (known != Pace::unknown) return;
  if (trial.target.pace == Pace::unknown) CheckSession(trial).find_pace();
  if (trial.target.pace == Pace::apart) attempt();
}

// One of the messages, the first or the last, is wrong. A server that sends no d2 for right ones
// may want all to be wrong in this way.
void expect_fault_refused(Trial& trial, const Faulty& fault, bool last) {
  bool all = false;
  const auto spoil = [&](const CheckSession& session) -> Wrong {
    Packets messages = session.right_messages();
    Packet& wrong = last ? messages.back() : messages.front();
    fault.spoil(wrong, {session.a, session.b, session.c});
    if (all) std::ranges::fill(messages, Packet(wrong));
    const std::string name =
        "d1 " + std::to_string(last ? session.c.num2 : 1) + " of " + std::to_string(session.c.num2);
    const std::string what = describe_fault(name, wire::judge_d1(wrong, session.c));
    return {std::move(messages), what};
  };
  const SoughtC2& sought = fault.needs_padding ? some_padding : some_bytes;
  try {
    expect_refused(trial, sought, spoil);
  } catch (const D2Missing&) {
    const std::string sent = trial.sent;
    all = true;
    CheckSession session(trial);
    session.reach_c2_with(sought);
    const Wrong wrong = spoil(session);
    session.send_messages(wrong.messages, wrong.what);
    expect_refusal(trial, session);
    trial.sent = sent;
    throw;
  }
}

// A stream that is wrong as a whole.
using Spoil = Packets (*)(const CheckSession& session, const Packet& message);

Check refusing(std::size_t number, std::string_view title, Rule rule, Spoil spoil,
               const SoughtC2& sought = two_with_bytes, bool half_close = false) {
  return {number, title, rule, closed_without_d2, [=](Trial& trial) {
            const auto wrong = [&](const CheckSession& session) -> Wrong {
              return {spoil(session, wire::encode_d1(session.c, session.student_id)),
                      std::string(title)};
            };
            expect_refused(trial, sought, wrong, half_close);
          }};
}

Packets without_padding(const CheckSession& session, const Packet& message) {
  return Packets(session.c.num2,
                 {message.begin(), message.begin() + wire::header_size + session.c.len2});
}

Packets one_header(const CheckSession& session, const Packet& message) {
  Packets messages(session.c.num2, {message.begin() + wire::header_size, message.end()});
  messages.front() = message;
  return messages;
}

Packets one_too_few(const CheckSession& session, const Packet& message) {
  return Packets(session.c.num2 - 1, message);
}

// The last two together, so that both are there when the server may answer.
Packets one_too_many(const CheckSession& session, const Packet& message) {
  Packets messages(session.c.num2, message);
  messages.back().insert(messages.back().end(), message.begin(), message.end());
  return messages;
}

void silent_in_the_middle(Trial& trial) {
  CheckSession session(trial);
  session.reach_c2_with(two_messages);
  Packets messages = session.right_messages();
  session.send_d1(messages.front(), "d1 1");
  session.pause(forget_wait);
  messages.erase(messages.begin());
  session.send_messages(messages, "the other d1s after 3.7 s");
  expect_refusal(trial, session);
}

void lives_after_reset(Trial& trial) {
  CheckSession session(trial);
  session.reach_c2_with({});
  const auto stream = session.right_d1s();
  session.send_d1(wire::Bytes(stream).first(stream.size() / 2), "half of the d1s, then a reset");
  {
    const Suspicion suspicion(trial, trial.sent);
    session.drop_connection(true);
  }
  expect_serving(trial);
}

}  // namespace

std::vector<Check> stage_d_end_checks() {
  std::vector<Check> all{
      refusing(426, "d1 without its padding", Rule::size, without_padding, some_padding),
      refusing(427, "a header on the first d1 only", Rule::count, one_header),
      refusing(428, "one d1 too few, then silence", Rule::silence, one_too_few),
      refusing(429, "one d1 too few, then the end of the stream", Rule::count, one_too_few,
               two_with_bytes, true),
      refusing(430, "one d1 too many", Rule::count, one_too_many),
      {431, "3.7 s of silence between d1s", Rule::silence, closed_without_d2, silent_in_the_middle},
      {432, "a reset between d1s", Rule::many, "the server lives", lives_after_reset},
  };
  for (const Faulty& fault : faulty_d1()) {
    all.push_back({fault.number, fault.title, fault.rule, closed_without_d2,
                   [&fault](Trial& trial) { expect_fault_refused(trial, fault, false); }});
  }
  // A server may check the first message alone.
  static constexpr std::pair<std::size_t, std::string_view> last[] = {
      {423, "d1 with a wrong psecret, the last one"},
      {424, "d1 with step 2, the last one"},
      {425, "d1 with a byte that is not c, the last one"}};
  for (const auto& [number, title] : last) {
    for (const Faulty& fault : faulty_d1()) {
      if (fault.title != title.substr(0, title.find(','))) continue;
      all.push_back({number, title, fault.rule, closed_without_d2,
                     [&fault](Trial& trial) { expect_fault_refused(trial, fault, true); }});
    }
  }
  return all;
}

}  // namespace client
