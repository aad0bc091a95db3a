#include <algorithm>

#include "server/stages/reserved_port.hh"
#include "server/stages/stage_session.hh"

namespace server {

// Of an awkward session.
constexpr auto b2_head_start = std::chrono::milliseconds(50);

void StageSession::stage_b() {
  const net::StopRegistration registration(*pool_, udp_.socket.get());
  if (plan_.udp_late.count() > 0) timers_.add(plan_.udp_late, [this] { open_port(udp_); });
  expect_within(plan_.udp_late + rules_.silence);
  standstill_ = net::Deadline::after(plan_.udp_late + max_standstill());
  while (missing_ > 0) {
    if (wait() == Input::none) {
      const std::string seen = "no packet for " + silence_text();
      throw Ended{seen + ", " + std::to_string(missing_) + " of " + std::to_string(numbers_.a.num) +
                      " not acked yet",
                  wire::Fault{wire::Rule::silence, seen}, "",
                  ": " + log_.missing_acks() + passed_over_};
    }
    receive_b1();
  }
}

// Never inlined: a session that waits does not hold the room for a datagram.
[[gnu::noinline]] void StageSession::receive_b1() {
  Arrival arrival;
  if (!receive(arrival)) return;
  if (const auto fault = fault_of(arrival)) throw broken("b1", *fault);
  take_b1(arrival);
}

// A right b1: its ack is sent, delayed or withheld. After b2 it says that b2 was lost, or its ack,
// and is answered by both; one b1 by one pair, so no faster than the client sends.
void StageSession::take_b1(const Arrival& arrival) {
  const std::uint32_t packet_id = arrival.packet_id();
  const bool acked = log_.is_acked(packet_id);
  AckFate fate = plan_.ack_fate(packet_id, log_.arrivals(packet_id));
  if (acked) fate.copies = std::max(fate.copies, 1U);
  log_.packet_came(packet_id, arrival.time(), net::Clock::now());
  log_.ack_decided(packet_id, fate);
  expect_within(rules_.silence);
  if (!acked) standstill_ = net::Deadline::after(max_standstill());
  const std::string text = "packet_id " + std::to_string(packet_id);
  if (fate.copies == 0) return narrate("ack withheld", text);
  if (!acked) --missing_;
  const bool again = stage_ == 'c';
  if (missing_ == 0 && plan_.b2_before_last_ack && !again) fate.delay += b2_head_start;
  timers_.add(fate.delay, [=, this, to = arrival.datagram.from, copies = fate.copies] {
    const auto ack = wire::encode(wire::Ack{packet_id}, numbers_.a.secret_a, student_id_);
    for (unsigned i = 0; i < copies; ++i) send(ack, to, "ack", text);
    log_.ack_sent(packet_id);
    if (again) send_b2(to);
  });
}

}  // namespace server
