// Why a right client gets no answer: what it was told may have been meant in another way.
#include "client/check/checks.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

using Event = CheckSession::Event;

// Whether a packet, sent again for a while, is acked; a refusal says at once that it is not.
bool is_acked(CheckSession& session, wire::Bytes packet) {
  constexpr int max_sends = 4;  // some acks are left out
  for (int i = 0; i < max_sends; ++i) {
    session.send_udp(packet, session.a.udp_port, "b1 in another reading of a2");
    for (const auto due = net::Deadline::after(resend_interval); !due.passed();) {
      const Event event = session.take(due);
      if (event == Event::refused) return false;
      if (event == Event::ack || event == Event::b2) return true;
    }
  }
  return false;
}

template <typename Step>
std::string unless_failed(Trial& trial, Step step) {
  const std::string sent = trial.sent;
  std::string words;
  try {
    words = step();
  } catch (const Unanswered&) {
    throw;
  } catch (const std::runtime_error&) {
    // It says nothing.
  }
  trial.sent = sent;
  return words;
}

}  // namespace

std::string guess_at_a2(Trial& trial, bool first_acked) {
  return unless_failed(trial, [&]() -> std::string {
    CheckSession session(trial);
    if (first_acked) {
      session.open_and_deliver_first({[](const wire::A2& a) { return a.num > 1; }, "num above 1"});
      constexpr std::uint32_t reversed_1 = 1 << 24;
      return is_acked(session, session.right_b1(reversed_1))
                 ? "packet_id in little-endian byte order?"
                 : "";
    }
    session.open_with_packets();
    if (is_acked(session, session.right_b1(1))) return "packet_id counted from 1?";
    for (std::size_t i = 0;; ++i) {
      session.restart();
      session.open_with_packets();
      const auto readings = wire::other_readings(session.a);
      if (i >= readings.size()) return "";
      session.a = readings[i].message;
      if (is_acked(session, session.right_b1(0))) return readings[i].words;
    }
  });
}

std::string guess_at_c2(Trial& trial) {
  return unless_failed(trial, [&]() -> std::string {
    for (std::size_t i = 0;; ++i) {
      CheckSession session(trial);
      session.reach_c2_with({});
      const auto readings = wire::other_readings(session.c);
      if (i >= readings.size()) return "";
      session.c = readings[i].message;
      if (session.c.num2 > max_count) return "";
      session.send_messages(session.right_messages(), "d1 in another reading of c2", Pace::apart);
      if (session.await_end(net::Deadline::after(answer_wait)).d2) return readings[i].words;
    }
  });
}

}  // namespace client
