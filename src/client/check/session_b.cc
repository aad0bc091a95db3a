// Stage b of a check's session.
#include <algorithm>
#include <thread>

#include "client/check/session.hh"
#include "wire/diagnosis.hh"

namespace client {

constexpr int max_sends = 20;  // of one packet

std::string TooMuch::guess_of(std::uint32_t number) {
  const std::string guess = wire::guess_number(number, 0xffff);
  return guess.empty() ? "" : ": " + guess;
}

std::string CheckSession::name_b1(std::uint32_t packet_id) const {
  return "b1 packet_id " + std::to_string(packet_id) + " of " + std::to_string(a.num);
}

std::vector<std::uint8_t> CheckSession::right_b1(std::uint32_t packet_id) const {
  if (const auto fault = wire::judge_port(a)) {
    throw NotMade("a2: " + fault->text());
  }
  if (a.num > max_count || a.len > max_len || a.num * a.len > max_bytes) {
    throw TooMuch(
        Message::a2,
        "a2 asks for " + std::to_string(a.num) + " packets of " + std::to_string(a.len) + " bytes",
        std::max(a.num, a.len));
  }
  return wire::encode_b1(a, packet_id, student_id);
}

void CheckSession::send_b1(std::uint32_t packet_id) {
  const auto packet = right_b1(packet_id);
  SentB1& sent = b1_sent_[packet_id];
  if (sent.copies++ > 0) {
    std::this_thread::sleep_until(sent.last + resend_.get());
    if (!acked.contains(packet_id)) narrate("  no ack of packet_id " + std::to_string(packet_id));
  }
  last_b1_ = packet_id;
  resend_.sent(packet_id);
  send_udp(packet, a.udp_port, name_b1(packet_id));
  // Not before: the server may count from then on.
  sent.last = net::Clock::now();
}

void CheckSession::deliver(std::uint32_t packet_id) {
  PortRefusals refusals;
  for (int sends = 0; sends < max_sends && !refusals.for_good(); ++sends) {
    if (packet_id >= a.num) return;  // another session has begun, with fewer packets
    refusals.sent();
    send_b1(packet_id);
    for (const auto due = net::Deadline::after(resend_.get()); !due.passed();) {
      const Event event = take(due);
      if (event == Event::refused) refusals.refused();
      if (acked.contains(packet_id) || has_b2) return note_late_port(packet_id, false);
      if (b1_sent_.empty()) break;  // another session has begun
    }
    note_late_port(packet_id, refusals.is_refused());
  }
  if (!refusals.for_good()) expect_sent();
  throw NotMade(name_b1(packet_id) + " was not acked: " +
                (refusals.for_good() ? "the port refused it for 3 s" : "sent 20 times") +
                (odd_reply_.empty() ? "" : "; " + odd_reply_));
}

void CheckSession::note_late_port(std::uint32_t packet_id, bool refused) {
  if (refused_before_ && !refused) {
    trial_.target.udp_late.add(b1_sent_[packet_id].last - a2_came_);
  }
  refused_before_ = refused;
}

void CheckSession::finish_b() {
  for (std::uint32_t id = 0; id < a.num && !has_b2; ++id) {
    if (!acked.contains(id)) deliver(id);
  }
  auto due = net::Deadline::after(b2_interval);
  for (const auto end = net::Deadline::after(answer_wait); !has_b2 && !end.passed();) {
    while (!has_b2 && !due.passed()) take(due);
    if (!has_b2 && a.num > 0) send_b1(a.num - 1);
    due = net::Deadline::after(resend_interval);
  }
  if (!has_b2) {
    expect_sent();
    throw NotMade("no b2 came within 4 s of the last ack" +
                  (odd_reply_.empty() ? "" : "; " + odd_reply_));
  }
}

}  // namespace client
