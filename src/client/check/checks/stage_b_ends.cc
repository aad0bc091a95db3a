// What must end a session in stage b: silence, and wrong packets.
#include "cli/program.hh"
#include "client/check/checks.hh"
#include "client/check/faulty.hh"

namespace client {

namespace {

using wire::Rule;
using Event = CheckSession::Event;

constexpr Sought<wire::A2> two_packets{[](const wire::A2&a) { return a.num > 1; }, "num above 1"},
    two_with_bytes{[](const wire::A2&a) { return a.len > 0 && a.num > 1; }, "num above 1"},
    two_padded{[](const wire::A2&a) { return a.len % 4 != 0 && a.num > 1; },
               "len off the boundary"};

// Right packets, sent again for a while, get nothing: returns whether the session is forgotten. A
// port that refuses them says so at once.
bool is_forgotten(CheckSession& session, std::uint32_t packet_id) {
  for (const auto end = net::Deadline::after(silence_wait); !end.passed();) {
    session.send_b1(packet_id);
    for (const auto due = net::Deadline::after(resend_interval); !due.passed();) {
      if (session.take(due) == Event::refused) return true;
      if (session.acked.contains(packet_id) || session.has_b2) return false;
    }
  }
  return true;
}

// Why it does not count that a session went on after a wrong packet, if so: at a port that all
// sessions share, what does not know the secret may be a stranger's, and is no session's.
std::string excuse_for_going_on(Trial& trial, const CheckSession& session, wire::Bytes wrong) {
  const auto header = wire::decode_header(wrong);
  if (header && header->psecret == session.a.secret_a) return "";
  CheckSession another(trial);
  another.open();
  if (another.a.udp_port != session.a.udp_port) return "";
  return "all sessions share udp_port " + std::to_string(session.a.udp_port) +
         ", where the handout does not say whose a packet without secretA is";
}

// Sends a wrong packet, for which nothing may come: three times, since one may be lost. The port
// may soon be another session's: it is not written to any more once it has refused.
bool is_refused(CheckSession& session, wire::Bytes packet) {
  const std::string what = describe_fault("b1", wire::judge_b1(packet, session.a));
  const std::size_t acked = session.acked.size();
  for (int i = 0; i < 3; ++i) {
    session.send_wrong(packet, session.a.udp_port, what);
    for (const auto next = net::Deadline::after(resend_interval); !next.passed();) {
      const Event event = session.take(next);
      if (event == Event::refused) return true;
      if (event == Event::ack && session.acked.size() > acked) throw Broken("an ack came");
      if (event == Event::b2) throw Broken("b2 came");
      if (event == Event::odd) throw Broken("an answer came");
    }
  }
  return false;
}

// The first packet is delivered rightly, which shows that the session is there; the next is wrong.
// A server that acks no right one may want the first to be wrong in this way.
void expect_session_over(Trial& trial, const Faulty& fault) {
  CheckSession session(trial);
  const auto& sought = fault.needs_padding ? two_padded : two_with_bytes;
  const auto spoilt = [&](std::uint32_t packet_id) {
    auto packet = session.right_b1(packet_id);
    fault.spoil(packet, {session.a, {}, {}});
    return packet;
  };
  try {
    session.open_and_deliver_first(sought);
  } catch (const Unanswered&) {
    throw;
  } catch (const NotMade&) {
    const std::string sent = trial.sent;
    session.restart();
    session.open_with(sought);
    (void)is_refused(session, spoilt(0));
    trial.sent = sent;
    throw;
  }
  const auto packet = spoilt(1);
  if (is_refused(session, packet)) return expect_serving(trial);
  const std::string what = trial.sent;
  if (!is_forgotten(session, 1)) {
    const std::string excuse = excuse_for_going_on(trial, session, packet);
    trial.sent = what;
    throw Broken("the session went on: a right packet after it was answered", excuse);
  }
  trial.sent = what;
  expect_serving(trial);
}

// The time without a packet is counted from when the port is there: where it opened late in other
// sessions, another one is given as much more.
void over_after_silence(Trial& trial, bool in_the_middle) {
  std::chrono::milliseconds late{0};
  while (true) {
    CheckSession session(trial);
    if (in_the_middle) {
      session.open_and_deliver_first(two_packets);
    } else {
      session.open_with(two_packets);
    }
    session.pause(forget_wait + late);
    if (is_forgotten(session, in_the_middle ? 1 : 0)) return expect_serving(trial);
    const auto seen = trial.target.udp_late.get();
    if (in_the_middle || late > 0ms || seen == 0ms) {
      throw Broken("the session went on: a right packet after " + cli::text(forget_wait + late) +
                   " was answered");
    }
    late = seen;
  }
}

}  // namespace

std::vector<Check> stage_b_end_checks() {
  std::vector<Check> all{
      {226, "3.7 s of silence after a2", Rule::silence, "the session is over",
       [](Trial& trial) { over_after_silence(trial, false); }},
      {227, "3.7 s of silence between packets", Rule::silence, "the session is over",
       [](Trial& trial) { over_after_silence(trial, true); }},
  };
  for (const Faulty& fault : faulty_b1()) {
    all.push_back({fault.number, fault.title, fault.rule, "silence, and the session is over",
                   [&fault](Trial& trial) { expect_session_over(trial, fault); }});
  }
  return all;
}

}  // namespace client
