#include "server/stages/session_plan.hh"

#include <algorithm>
#include <array>

#include "server/random.hh"
#include "wire/text.hh"

namespace server {

namespace {

using std::chrono::milliseconds;

// Four different secrets, and no other numbers yet.
StageNumbers draw_secrets(const Draw& draw, std::uint32_t min, std::uint32_t max) {
  std::array<std::uint32_t, 4> secrets{};
  for (std::uint32_t& secret : secrets) {
    do {
      secret = draw(min, max);
    } while (std::ranges::count(secrets, secret) > 1);
  }
  return {{0, 0, 0, secrets[0]}, {0, secrets[1]}, {0, 0, secrets[2], 0}, {secrets[3]}};
}

// The high half is drawn first: C++ leaves the order in which the operands of `|` are found open.
std::uint64_t draw_seed(const Draw& draw) {
  constexpr std::uint32_t max = 0xffffffff;
  const std::uint64_t high = draw(0, max);
  return high << 32 | draw(0, max);
}

bool chance(const Draw& draw, unsigned percent) { return draw(0, 99) < percent; }

milliseconds draw_time(const Draw& draw, std::uint32_t min, std::uint32_t max) {
  return milliseconds(draw(min, max));
}

// Mostly one that needs padding.
std::uint32_t awkward_length(const Draw& draw) {
  constexpr std::uint32_t longest = 101;
  const std::uint32_t length = draw(1, longest);
  return length % 4 == 0 && chance(draw, 80) ? length + 1 : length;
}

std::string late(std::string_view what, milliseconds time) {
  if (time.count() == 0) return "";
  return ", " + std::string(what) +
         wire::format(" %.2f s late", std::chrono::duration<double>(time).count());
}

}  // namespace

// SplitMix64: the standard library's distributions may differ from one implementation to another.
std::uint32_t Seeded::operator()(std::uint32_t min, std::uint32_t max) {
  state_ += 0x9e3779b97f4a7c15;
  return min + static_cast<std::uint32_t>(mixed(state_) % (std::uint64_t{max} - min + 1));
}

AckFate SessionPlan::ack_fate(std::uint32_t packet_id, unsigned arrival) const {
  if (packet_id == surely_withheld && arrival == 0) return {0};
  Seeded seeded(ack_seed ^ (std::uint64_t{packet_id} << 32 | arrival));
  const Draw draw = std::ref(seeded);
  AckFate fate;
  if (chance(draw, withheld_chance) && arrival < max_withheld) return {0};
  if (chance(draw, doubled_chance)) fate.copies = 2;
  if (chance(draw, delayed_chance)) {
    // A short delay changes the order; a long one comes after the packet was sent again.
    fate.delay = chance(draw, 75) ? draw_time(draw, 5, 60) : draw_time(draw, 550, 900);
  }
  return fate;
}

std::string SessionPlan::text() const {
  const wire::A2& a = numbers.a;
  const wire::C2& c = numbers.c;
  std::string text = "num " + std::to_string(a.num) + ", len " + std::to_string(a.len) + ", num2 " +
                     std::to_string(c.num2) + ", len2 " + std::to_string(c.len2) + ", c " +
                     std::to_string(c.c);
  text += late("udp_port", udp_late) + late("tcp_port", tcp_late) + late("c2", c2_late) +
          late("d2", d2_late);
  if (b2_before_last_ack) text += ", b2 before the last ack";
  if (piece < wire::wire_size(wire::c2_len)) {
    text += ", c2 and d2 in pieces of " + std::to_string(piece) + " bytes";
  }
  return text;
}

StageNumbers draw_numbers(const Draw& draw) {
  constexpr std::uint32_t min_count = 3, max_count = 12, max_len = 100, max_secret = 0x7fffffff;
  StageNumbers numbers = draw_secrets(draw, 1, max_secret);
  numbers.a.num = draw(min_count, max_count);
  numbers.a.len = draw(1, max_len);
  numbers.c.num2 = draw(min_count, max_count);
  numbers.c.len2 = draw(1, max_len);
  // A letter: clients that take the bytes for text live with it.
  numbers.c.c = static_cast<std::uint8_t>('a' + draw(0, 25));
  return numbers;
}

SessionPlan plain_plan(const Draw& draw, unsigned loss_percent) {
  SessionPlan plain;
  plain.numbers = draw_numbers(draw);
  if (loss_percent == 0) return plain;
  plain.ack_seed = draw_seed(draw);
  plain.withheld_chance = loss_percent;
  plain.surely_withheld = draw(0, plain.numbers.a.num - 1);
  return plain;
}

SessionPlan exercising_plan(std::uint64_t seed) {
  Seeded seeded(seed);
  const Draw draw = std::ref(seeded);
  const auto pick = [&](std::initializer_list<unsigned> values) {
    return values.begin()[draw(0, static_cast<std::uint32_t>(values.size() - 1))];
  };
  const auto late = [&](std::uint32_t max) {
    return chance(draw, 40) ? draw_time(draw, 50, max) : milliseconds(0);
  };
  SessionPlan awkward;
  StageNumbers& numbers = awkward.numbers;
  numbers = draw_secrets(draw, 0x80000001, 0xffffffff);
  numbers.a.num = chance(draw, 25) ? 1 : draw(2, 8);
  numbers.a.len = awkward_length(draw);
  numbers.c.num2 = chance(draw, 25) ? 1 : draw(2, 12);
  numbers.c.len2 = awkward_length(draw);
  numbers.c.c = static_cast<std::uint8_t>(pick({0, 255, draw(0, 255)}));

  awkward.ack_seed = draw_seed(draw);
  awkward.withheld_chance = pick({0, 25, 50});
  awkward.max_withheld = 2;
  awkward.surely_withheld = draw(0, numbers.a.num - 1);
  awkward.delayed_chance = pick({0, 30, 60});
  awkward.doubled_chance = pick({0, 30, 60});
  awkward.b2_before_last_ack = chance(draw, 40);
  awkward.udp_late = late(1200);
  awkward.tcp_late = late(1200);
  awkward.c2_late = late(800);
  awkward.d2_late = late(300);
  if (chance(draw, 60)) awkward.piece = draw(1, 20);
  return awkward;
}

}  // namespace server
