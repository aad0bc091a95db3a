#include "client/check/checks.hh"

namespace client {

namespace {

using wire::Rule;

void at_least_one(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::c2);
  const wire::C2& c = session.c;
  if (c.num2 == 0 || c.len2 == 0 || c.secret_c == 0) {
    throw Broken("num2 " + std::to_string(c.num2) + ", len2 " + std::to_string(c.len2) +
                 ", secretC " + std::to_string(c.secret_c));
  }
}

void connect_after(Trial& trial, std::chrono::milliseconds pause) {
  CheckSession session(trial);
  session.reach(Message::b2);
  session.pause(pause);
  require([&] {
    session.connect();
    session.take_c2();
  });
}

// The time without a connection is counted from when the server listens: where it did so late in
// other sessions, another one is given as much more. Where a c2 knows another secret, the port may
// be another session's by now, whose connection this was.
void forgotten_before_c1(Trial& trial) {
  constexpr int max_strange = 3;
  std::chrono::milliseconds late{0};
  for (int strange = 0;;) {
    CheckSession session(trial);
    session.reach(Message::b2);
    session.pause(forget_wait + late);
    try {
      session.connect(0ms);
      session.take_c2();
    } catch (const NotMade&) {
      return expect_serving(trial);
    }
    const auto header = wire::decode_header(session.packet(Message::c2));
    if (header->psecret != session.b.secret_b && ++strange < max_strange) continue;
    const auto seen = trial.target.tcp_late.get();
    if (late > 0ms || seen == 0ms) throw Broken("the connection was accepted, and c2 came");
    late = seen;
  }
}

void closed_after_silence(Trial& trial) {
  CheckSession session(trial);
  session.reach_c2_with({[](const wire::C2& c) { return c.num2 > 0; }, "num2 above 0"});
  trial.sent = "nothing after c2";
  const auto end = session.await_end(net::Deadline::after(close_wait));
  if (!end.closed || end.d2) throw Broken(end.seen + " after 5 s");
  expect_serving(trial);
}

// One of two connections is served.
void second_connection(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::b2);
  session.connect();
  CheckSession second(trial);
  second.b = session.b;
  try {
    second.connect(0ms);
  } catch (const NotMade&) {
    // refused, since the first was taken already
  }
  require_after(trial, "a second connection to tcp_port", [&] {
    session.take_c2();
    session.send_messages(session.right_messages(), "d1");
    session.take_d2();
  });
}

void lives_after(Trial& trial, bool c2_first, bool reset) {
  CheckSession session(trial);
  session.reach(Message::b2);
  session.connect();
  if (c2_first) session.take_c2();
  trial.sent = std::string("the connection, ") + (reset ? "reset" : "closed") +
               (c2_first ? " after c2" : " at once");
  {
    const Suspicion suspicion(trial, trial.sent);
    session.drop_connection(reset);
  }
  expect_serving(trial);
}

}  // namespace

std::vector<Check> stage_c_checks() {
  return {
      {301, "c2 comes without a word from the client", Rule::c2, "c2 within 4 s",
       [](Trial& trial) { told_here(Message::c2, [&] { connect_after(trial, 0ms); }); }},
      check_field(302, "c2 is 28 bytes", Message::c2, Rule::size, "28 bytes"),
      check_field(303, "c2 has payload_len 13", Message::c2, Rule::payload_len, "payload_len 13",
                  {"payload_len 16", "the course's own server sends 16"}),
      check_field(304, "c2 has psecret secretB", Message::c2, Rule::psecret, "secretB"),
      check_field(305, "c2 has step 2", Message::c2, Rule::step, "step 2"),
      check_field(306, "c2 has the client's student_id", Message::c2, Rule::student_id,
                  "the student_id of a1"),
      {307, "c2 has num2, len2 and secretC of at least 1", Rule::at_least_one, "at least 1",
       at_least_one},
      {308, "a connection 2 s after b2", Rule::silence, "c2",
       [](Trial& trial) { connect_after(trial, 2s); }},
      {309, "a connection 3.7 s after b2", Rule::silence, "the connection is refused",
       forgotten_before_c1},
      {310, "silence after c2", Rule::silence, "the connection is closed within 5 s",
       closed_after_silence},
      {311, "a second connection", Rule::strangers, "the first is served", second_connection},
      {312, "a connection that is reset at once", Rule::many, "the server lives",
       [](Trial& trial) { lives_after(trial, false, true); }},
      {313, "a connection that is closed at once", Rule::many, "the server lives",
       [](Trial& trial) { lives_after(trial, false, false); }},
      {314, "a connection that is reset after c2", Rule::many, "the server lives",
       [](Trial& trial) { lives_after(trial, true, true); }},
  };
}

}  // namespace client
