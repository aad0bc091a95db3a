// Check 208: whether a server leaves a packet unacked.
#include <optional>

#include "client/check/checks.hh"

namespace client {

namespace {

// What the acks of a session say of each of its packets, but one.
struct Acks {
  std::uint32_t at_once = 0;  // packets acked at the first time
  std::uint32_t unclear = 0;  // sent again: an ack was late, or one left out and another doubled
  bool left_out = false;      // fewer acks than copies
  bool doubled = false;       // more acks than copies
};

Acks count_acks(const CheckSession& session, std::optional<std::uint32_t> except = {}) {
  Acks count;
  for (const auto& [id, sent] : session.sent_b1()) {
    if (id == except) continue;
    count.left_out |= sent.acks < sent.copies;
    count.doubled |= sent.acks > sent.copies;
    ++(sent.copies == 1 ? count.at_once : count.unclear);
  }
  return count;
}

}  // namespace

// A server chooses which packets it leaves unacked, and some may be lost. Only one thing breaks the
// rule: every packet acked at the first attempt. If a server leaves each packet out by chance, some
// sessions have none: with 1 of 10 left out, 100 packets in a row are all acked in one run of
// 37,000, with 1 of 5 in one of 5 * 10^9. A late ack is none that was left out: there are as many
// acks as copies in the end. The server answers in order: when the next packet is acked, all copies
// of this one were answered; those of the last one have a second more.
void check_one_unacked(Trial& trial) {
  constexpr std::uint32_t enough = 100, max_unclear = 20;
  std::uint32_t at_once = 0, unclear = 0;
  while (at_once < enough) {
    CheckSession session(trial);
    session.open_with_packets();
    for (std::uint32_t id = 0; id < session.a.num && !session.has_b2; ++id) {
      session.deliver(id);
      if (count_acks(session, id).left_out) return;
    }
    const auto end = net::Deadline::after(1s);
    while (count_acks(session).left_out && !end.passed()) session.take(end);
    const Acks acks = count_acks(session);
    if (acks.left_out || (acks.doubled && acks.unclear > 0)) return;
    at_once += acks.at_once;
    unclear += acks.unclear;
    if (unclear > max_unclear)
      throw Skipped("acks come late, and one that is left out does not show");
  }
  throw Broken("all of " + std::to_string(at_once) + " packets were acked at the first time");
}

}  // namespace client
