#include <algorithm>
#include <utility>

#include "net/datagram.hh"
#include "server/stages/reserved_port.hh"
#include "server/stages/stage_session.hh"

namespace server {

namespace {

// Of an awkward session.
constexpr auto b2_head_start = std::chrono::milliseconds(50);

}  // namespace

void StageSession::stage_b() {
  const net::StopRegistration registration(*pool_, udp_.socket.get());
  if (plan_.udp_late.count() > 0) timers_.add(plan_.udp_late, [this] { open_port(udp_); });
  auto silent = net::Deadline::after(plan_.udp_late + rules_.silence);
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
  AckFate fate = plan_.ack_fate(packet_id, packet.arrivals++);
  if (packet.acked) fate.copies = std::max(fate.copies, 1U);
  if (exercise_log_) {
    exercise_log_->packet_came(numbers_.a, packet_id, datagram.arrival);
    exercise_log_->ack_decided(fate);
  }
  if (fate.copies == 0) return;
  if (!std::exchange(packet.acked, true)) --missing_;
  if (missing_ == 0 && plan_.b2_before_last_ack) fate.delay += b2_head_start;
  timers_.add(fate.delay, [this, packet_id, to = datagram.from, copies = fate.copies] {
    const auto ack = wire::encode(wire::Ack{packet_id}, numbers_.a.secret_a, student_id_);
    for (unsigned i = 0; i < copies; ++i) send(ack, to, "ack");
  });
}

}  // namespace server
