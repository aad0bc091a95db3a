#include <algorithm>
#include <optional>

#include "client/check/checks.hh"

namespace client {

namespace {

using wire::Rule;
using Event = CheckSession::Event;

// Packets that go out together or in another order say more when they are many.
void completes(Trial& trial, void (*go)(CheckSession&),
               void (CheckSession::*open)() = &CheckSession::open) {
  CheckSession session(trial);
  (session.*open)();
  require([&] {
    go(session);
    session.finish_b();
  });
}

// The first packet that is not acked has a cause perhaps.
void every_packet_acked(Trial& trial) {
  CheckSession session(trial);
  session.open();
  try {
    session.finish_b();
  } catch (const Unanswered&) {
    throw;
  } catch (const NotMade& error) {
    const bool none = session.acked.empty(), first = session.acked == std::set<std::uint32_t>{0};
    const bool known = session.a.num > 0 && !wire::judge_port(session.a);
    throw Broken(error.what() +
                 after_colon(known && (none || first) ? guess_at_a2(trial, first) : ""));
  }
}

// Sends what is not acked yet in the order given, and again every 0.5 s, listening in between.
void send_in_rounds(CheckSession& session, bool reverse) {
  constexpr int max_rounds = 40;
  PortRefusals refusals;
  for (int round = 0; round < max_rounds && !session.has_b2 && !refusals.for_good(); ++round) {
    refusals.sent();
    for (std::uint32_t i = 0; i < session.a.num; ++i) {
      const std::uint32_t id = reverse ? session.a.num - 1 - i : i;
      if (!session.acked.contains(id)) session.send_b1(id);
    }
    const auto due = net::Deadline::after(resend_interval);
    while (!due.passed() && session.acked.size() < session.a.num && !session.has_b2) {
      if (session.take(due) == Event::refused) refusals.refused();
    }
    if (session.acked.size() >= session.a.num) return;
  }
}

// Not all packets were sent yet: whatever came in which order, and how often, they are not there.
void expect_no_b2(CheckSession& session) {
  const auto end = net::Deadline::after(1s);
  while (!end.passed() && !session.has_b2) session.take(end);
  const std::size_t sent = session.sent_b1().size();
  if (session.has_b2 && sent < session.a.num) {
    throw Broken("b2 came when " + std::to_string(sent) + " of " + std::to_string(session.a.num) +
                 " packets had been sent");
  }
}

// The first packet, which comes last, is left to the end.
void in_reverse(CheckSession& session) {
  for (std::uint32_t id = session.a.num; id-- > 1 && !session.has_b2;) session.deliver(id);
  expect_no_b2(session);
}

// All but the last packet come again after their acks, and then the last one.
void each_again(CheckSession& session) {
  for (std::uint32_t id = 0; id + 1 < session.a.num && !session.has_b2; ++id) session.deliver(id);
  for (std::uint32_t id = 0; id + 1 < session.a.num && !session.has_b2; ++id) session.send_b1(id);
  expect_no_b2(session);
}

void from_new_sockets(CheckSession& session) {
  for (std::uint32_t id = 0; id < session.a.num && !session.has_b2; ++id) {
    session.change_socket();
    session.deliver(id);
  }
}

void slowly(CheckSession& session) {
  constexpr std::uint32_t slow_ones = 2;
  for (std::uint32_t id = 0; id < std::min(session.a.num, slow_ones); ++id) {
    session.pause(2s);
    session.deliver(id);
  }
}

// A server may end the session for a packet that comes again, but not count it for the last one.
void b2_not_before(Trial& trial) {
  std::optional<CheckSession> session;
  // A late a2 may begin a session whose last packet is the one that is delivered first.
  do {
    session.emplace(trial).open_short_with_packets();
    for (std::uint32_t id = 0; id + 1 < session->a.num; ++id) session->deliver(id);
  } while (session->sent_b1().contains(session->a.num - 1));
  expect_no_b2(*session);
  session->send_b1(0);
  expect_no_b2(*session);
}

// Two packets, if there are as many: 0 is the same in each byte order.
void ack_names_packet(Trial& trial) {
  CheckSession session(trial);
  session.open_with_packets();
  for (std::uint32_t id = 0; id < std::min(session.a.num, 2U) && !session.has_b2; ++id) {
    require([&] { session.deliver(id); });
  }
}

void port_in_range(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::b2);
  if (const auto fault = wire::judge_port(session.b)) {
    throw Broken(fault->text());
  }
}

void secret_at_least_one(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::b2);
  if (session.b.secret_b == 0) throw Broken("secretB 0");
}

void b2_again(Trial& trial) {
  CheckSession session(trial);
  session.open_short_with_packets();
  session.finish_b();
  session.has_b2 = false;
  for (int i = 0; i < 4 && !session.has_b2; ++i) {
    session.send_b1(session.a.num - 1);
    const auto due = net::Deadline::after(resend_interval);
    while (!due.passed() && !session.has_b2) session.take(due);
  }
  if (!session.has_b2) throw Broken("no b2");
}

void from_udp_port(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::b2);
  if (session.other_source) throw Broken("port " + std::to_string(session.other_source->port()));
}

// Another socket of this host, without the secret, sends something wrong into the session.
void survives_stranger(Trial& trial, bool with_header) {
  CheckSession session(trial), stranger(trial);
  session.open_short_with_packets();
  session.deliver(0);
  stranger.a = session.a;
  stranger.a.secret_a += 1;
  auto packet = stranger.right_b1(0);
  if (!with_header) packet.resize(3);
  for (int i = 0; i < 3; ++i) {
    stranger.send_wrong(
        packet, session.a.udp_port,
        with_header ? "b1 with a wrong psecret, from a stranger" : "3 bytes, from a stranger");
    session.pause(resend_interval);
  }
  require_after(trial, trial.sent, [&] { session.finish_b(); });
}

Check going(std::size_t number, std::string_view title, Rule rule, void (*go)(CheckSession&)) {
  return {number, title, rule, "every packet acked, and b2",
          [go](Trial& trial) { completes(trial, go); }};
}

}  // namespace

std::vector<Check> stage_b_checks() {
  return {
      {201, "every packet is acked, one after the other", Rule::until_acked,
       "every packet acked, and b2",
       [](Trial& trial) { told_here(Message::a2, [&] { every_packet_acked(trial); }); }},
      {202, "ack names its packet", Rule::ack, "packet_id 0, then 1", ack_names_packet},
      check_field(203, "ack is 16 bytes", Message::ack, Rule::size, "16 bytes"),
      check_field(204, "ack has payload_len 4", Message::ack, Rule::payload_len, "payload_len 4"),
      check_field(205, "ack has psecret secretA", Message::ack, Rule::psecret, "secretA"),
      check_field(206, "ack has step 2", Message::ack, Rule::step, "step 2",
                  {"step 1", "an ack belongs to step b1, and the course's own server sends 1"}),
      check_field(207, "ack has the client's student_id", Message::ack, Rule::student_id,
                  "the student_id of a1"),
      {208, "a packet is left unacked at first", Rule::unacked,
       "one packet without an ack at least", check_one_unacked},
      {209, "b2 comes after the last packet only", Rule::b2, "no b2 yet", b2_not_before},
      check_field(210, "b2 is 20 bytes", Message::b2, Rule::size, "20 bytes"),
      check_field(211, "b2 has payload_len 8", Message::b2, Rule::payload_len, "payload_len 8"),
      check_field(212, "b2 has psecret secretA", Message::b2, Rule::psecret, "secretA"),
      check_field(213, "b2 has step 2", Message::b2, Rule::step, "step 2"),
      check_field(214, "b2 has the client's student_id", Message::b2, Rule::student_id,
                  "the student_id of a1"),
      {215, "b2 names a port", Rule::ports, "tcp_port 1 to 65535", port_in_range},
      {216, "secretB is at least 1", Rule::at_least_one, "at least 1", secret_at_least_one},
      going(217, "all packets at once", Rule::order,
            [](CheckSession& session) { send_in_rounds(session, false); }),
      going(218, "all packets at once, in reverse", Rule::order,
            [](CheckSession& session) { send_in_rounds(session, true); }),
      going(219, "one packet after the other, in reverse", Rule::order, in_reverse),
      going(220, "each packet again after its ack", Rule::duplicates, each_again),
      going(221, "each packet from a new socket", Rule::sockets, from_new_sockets),
      {222, "packets 2 s apart", Rule::silence, "every packet acked, and b2",
       [](Trial& trial) { completes(trial, slowly, &CheckSession::open_short); }},
      {223, "a packet after b2", Rule::b2_again, "b2 again", b2_again},
      {224, "a wrong psecret from a stranger", Rule::strangers, "the session goes on",
       [](Trial& trial) { survives_stranger(trial, true); }},
      {225, "3 bytes from a stranger", Rule::strangers, "the session goes on",
       [](Trial& trial) { survives_stranger(trial, false); }},
      {241, "acks and b2 come from udp_port", Rule::source, "the port of the packets",
       from_udp_port},
  };
}

}  // namespace client
