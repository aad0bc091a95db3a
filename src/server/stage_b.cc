#include <algorithm>
#include <utility>

#include "net/datagram.hh"
#include "net/reserved_port.hh"
#include "server/stage_session.hh"

namespace server {

namespace {

// Of an awkward session.
constexpr auto b2_head_start = std::chrono::milliseconds(50);

}  // namespace

void StageSession::stage_b() {
  const Lifeline lifeline(*crew_, udp_.socket.get());
  if (behaviour_.udp_late.count() > 0)
    agenda_.add(behaviour_.udp_late, [this] { net::open_port(udp_); });
  auto silent = net::Deadline::after(behaviour_.udp_late + rules_.silence);
  Arrival arrival;
  while (missing_ > 0) {
    if (wait(silent) == Input::none) {
      throw Ended(wire::Rule::silence, "no packet for " + silence_text() + ", " +
                                           std::to_string(missing_) + " of " +
                                           std::to_string(numbers_.a.num) + " not acked yet");
    }
    if (!receive(arrival)) continue;
    if (const auto fault = wire::judge_b1(arrival.packet(), numbers_.a))
      throw Ended(fault->rule, "b1: " + fault->text());
    silent = net::Deadline::after(rules_.silence);
    answer_b1(arrival.packet_id(), arrival.datagram);
  }
}

void StageSession::answer_b1(std::uint32_t packet_id, const net::Datagram& datagram) {
  Packet& packet = packets_[packet_id];
  AckFate fate = behaviour_.ack_fate(packet_id, packet.arrivals++);
  if (packet.acked) fate.copies = std::max(fate.copies, 1U);
  if (account_) {
    account_->packet_came(numbers_.a, packet_id, datagram.arrival);
    account_->ack_decided(fate);
  }
  if (fate.copies == 0) return;
  if (!std::exchange(packet.acked, true)) --missing_;
  if (missing_ == 0 && behaviour_.b2_before_last_ack) fate.delay += b2_head_start;
  agenda_.add(fate.delay, [this, packet_id, to = datagram.from, copies = fate.copies] {
    const auto ack = wire::encode(wire::Ack{packet_id}, numbers_.a.secret_a, student_id_);
    for (unsigned i = 0; i < copies; ++i) send(ack, to, "ack");
  });
}

}  // namespace server
