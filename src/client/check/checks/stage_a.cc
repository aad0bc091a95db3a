#include <set>

#include "client/check/checks.hh"
#include "client/check/faulty.hh"

namespace client {

namespace {

using wire::Rule;

// Listens for an answer, which must not come.
void expect_no_answer(CheckSession& session, std::chrono::milliseconds span) {
  for (const auto end = net::Deadline::after(span); !end.passed();) {
    const auto event = session.take(end);
    if (event == CheckSession::Event::refused) return;  // a server that is gone is no silent one
    if (event != CheckSession::Event::nothing) throw Broken("an answer came");
  }
}

// Sends the wrong a1 twice, since one may be lost, and listens. The first has its turn: the server
// must answer a right one next, and if it does not, its end has a cause.
void expect_silence(Trial& trial, const Faulty& fault) {
  auto packet = wire::encode_a1(trial.target.student_id);
  fault.spoil(packet, {});
  const std::string what = describe_fault("a1", wire::judge_a1(packet));
  CheckSession session(trial);
  {
    const OneAtATime::Turn turn(trial.target.wrong_a1);
    if (trial.target.dead) throw Dead("");
    session.send_wrong(packet, trial.target.address.port(), what, true);
    expect_serving(trial);
  }
  expect_no_answer(session, silence_wait / 2);
  session.send_wrong(packet, trial.target.address.port(), what);
  expect_no_answer(session, silence_wait);
  expect_serving(trial);
}

Check serves_id(std::size_t number, std::string_view title, std::uint16_t id, Rule rule) {
  return {number, title, rule, "a2", [id](Trial& trial) {
            CheckSession session(trial);
            session.student_id = id;
            try {
              require([&] { session.open(); });
            } catch (const Unanswered& error) {
              expect_serving(trial);
              throw Broken(error.what(), "", true);
            }
          }};
}

// Two sessions from one socket: two answers with different ports. What looks like the second one
// may be a copy of the first that the network has made.
void two_sessions(Trial& trial) {
  constexpr int max_copies = 2;
  CheckSession session(trial);
  session.open();
  const wire::A2 first = session.a;
  for (int copies = 0; copies <= max_copies; ++copies) {
    session.open();
    if (session.a.udp_port != first.udp_port) return;
  }
  throw Broken("each a2 names udp_port " + std::to_string(first.udp_port));
}

// A server that draws from 1 to 20 has five equal ones in one run of 160,000.
void fresh_secret(Trial& trial) {
  constexpr int sessions = 5;
  std::set<std::uint32_t> secrets;
  for (int i = 0; i < sessions && secrets.size() < 2; ++i) {
    CheckSession session(trial);
    session.open();
    secrets.insert(session.a.secret_a);
  }
  if (secrets.size() == 1) {
    throw Broken("secretA " + std::to_string(*secrets.begin()) + " in five sessions");
  }
}

void at_least_one(Trial& trial) {
  CheckSession session(trial);
  session.open();
  const wire::A2& a = session.a;
  if (a.num == 0 || a.len == 0 || a.secret_a == 0) {
    throw Broken("num " + std::to_string(a.num) + ", len " + std::to_string(a.len) + ", secretA " +
                 std::to_string(a.secret_a));
  }
}

void port_in_range(Trial& trial) {
  CheckSession session(trial);
  session.open();
  if (const auto fault = wire::judge_port(session.a)) {
    throw Broken(fault->text());
  }
}

void from_main_port(Trial& trial) {
  CheckSession session(trial);
  session.open();
  const auto port = session.a2_from.port();
  if (port != trial.target.address.port()) throw Broken("port " + std::to_string(port));
}

}  // namespace

std::vector<Check> stage_a_checks() {
  std::vector<Check> all{
      {101, "a1 is answered", Rule::a2, "a2 within 4 s",
       [](Trial& trial) { require([&] { CheckSession(trial).open(); }); }},
      check_field(102, "a2 is 28 bytes", Message::a2, Rule::size, "28 bytes"),
      check_field(103, "a2 has payload_len 16", Message::a2, Rule::payload_len, "payload_len 16"),
      check_field(104, "a2 has psecret 0", Message::a2, Rule::psecret, "psecret 0"),
      check_field(105, "a2 has step 2", Message::a2, Rule::step, "step 2"),
      check_field(106, "a2 has the client's student_id", Message::a2, Rule::student_id,
                  "the student_id of a1"),
      {107, "a2 names a port", Rule::ports, "udp_port 1 to 65535", port_in_range},
      {108, "a2 has num, len and secretA of at least 1", Rule::at_least_one, "at least 1",
       at_least_one},
      {109, "a2 comes from the main port", Rule::source, "the port to which a1 was sent",
       from_main_port},
      {110, "secretA is fresh in each session", Rule::secrets, "not the same one in five sessions",
       fresh_secret},
      serves_id(111, "student_id 0 is served", 0, Rule::any_client),
      serves_id(112, "student_id 999 is served", 999, Rule::any_client),
      serves_id(113, "student_id 65535 is served", 65535, Rule::any_id),
      {114, "a1 twice opens two sessions", Rule::new_session, "two a2, each with its own udp_port",
       two_sessions},
  };
  for (const Faulty& fault : faulty_a1()) {
    all.push_back({fault.number, fault.title, fault.rule, "silence",
                   [&fault](Trial& trial) { expect_silence(trial, fault); }});
  }
  return all;
}

}  // namespace client
