// How a session treats its client, within the rules of the protocol: all that is left to chance,
// drawn when the session begins. Pure, so that the same seed gives the same session.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "wire/stage.hh"

namespace server {

struct StageNumbers {
  wire::A2 a;
  wire::B2 b;
  wire::C2 c;
  wire::D2 d;
};

// Draws a number from min to max, both included.
using Draw = std::function<std::uint32_t(std::uint32_t min, std::uint32_t max)>;

// Numbers that are drawn from a seed, the same ones each time.
class Seeded {
 public:
  explicit Seeded(std::uint64_t seed) : state_(seed) {}
  std::uint32_t operator()(std::uint32_t min, std::uint32_t max);

 private:
  std::uint64_t state_;
};

// What becomes of an ack.
struct AckFate {
  unsigned copies = 1;  // 0: it is withheld
  std::chrono::milliseconds delay{0};
};

struct SessionPlan {
  StageNumbers numbers;  // but for the ports

  // Stage b. Chances are in percent, each ack drawn for itself.
  std::uint64_t ack_seed = 0;
  unsigned withheld_chance = 0, delayed_chance = 0, doubled_chance = 0;
  unsigned max_withheld = ~0U;                   // of one packet
  std::optional<std::uint32_t> surely_withheld;  // the packet_id whose first arrival is not acked
  bool b2_before_last_ack = false;

  // How long after it was named a port opens, and how long c2 and d2 take.
  std::chrono::milliseconds udp_late{0}, tcp_late{0}, c2_late{0}, d2_late{0};
  std::size_t piece = ~std::size_t{0};  // bytes of c2 and d2 that go out together

  // For the arrival-th time (from 0) that a packet comes.
  [[nodiscard]] AckFate ack_fate(std::uint32_t packet_id, unsigned arrival) const;
  // What the client has to live with: "num 1, len 5, … udp_port 0.4 s late, …".
  [[nodiscard]] std::string text() const;
};

// Fresh numbers: counts and lengths of at least 1, four secrets of at least 1, pairwise different.
StageNumbers draw_numbers(const Draw& draw);

// The plain server: withholds acks for a share of the packets, at least one unless the share is 0,
// and does nothing awkward.
SessionPlan plain_plan(const Draw& draw, unsigned loss_percent);

// The exerciser: a mix of everything awkward that a client must live with.
SessionPlan exercising_plan(std::uint64_t seed);

}  // namespace server
