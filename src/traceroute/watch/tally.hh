// How many probes were lost of how many, and what that proves.
#pragma once

#include <cstdint>

namespace traceroute::watch {

// What became of a probe. One that somebody refuses on the way is not lost, but did not arrive
// either.
enum class Outcome { answered, lost, refused };

struct Tally {
  std::uint64_t asked = 0;
  std::uint64_t lost = 0;

  void add(bool answered) {
    ++asked;
    lost += answered ? 0 : 1;
  }
  void add(const Tally& other) {
    asked += other.asked;
    lost += other.lost;
  }
  [[nodiscard]] double share() const {
    return asked == 0 ? 0 : static_cast<double>(lost) / static_cast<double>(asked);
  }
};

// Shares of 1.
struct Interval {
  double low = 0;
  double high = 1;
};

// Where the true share of losses lies, with a certainty of 95 % (Wilson's score interval, with the
// correction for whole numbers: without it the interval is a little too short for rare losses).
Interval interval_of(const Tally& tally);

// Whether the first one lost a larger share, beyond all doubt: four standard deviations, since the
// question is asked again after every round and for every pair of hops.
bool exceeds(const Tally& first, const Tally& second);

}  // namespace traceroute::watch
