// How many probes were lost of how many, and what that proves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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

// The losses of each two hops, side by side: both counted over the same rounds, so that one who was
// asked longer, or at another pace meanwhile, is not held against the other.
class Pairs {
 public:
  explicit Pairs(std::size_t hops) : hops_(hops), pairs_(hops * (hops - 1) / 2) {}

  // The outcome of a probe of a hop, numbered from 0.
  void add(std::size_t hop, bool answered) {
    for (std::size_t near = 0; near < hop; ++near) at(near, hop).far.add(answered);
    for (std::size_t far = hop + 1; far < hops_; ++far) at(hop, far).near.add(answered);
  }
  // Begins anew for a hop, which is another one or is asked at another pace.
  void forget(std::size_t hop) {
    for (std::size_t near = 0; near < hop; ++near) at(near, hop) = {};
    for (std::size_t far = hop + 1; far < hops_; ++far) at(hop, far) = {};
  }

  struct Pair {
    Tally near;
    Tally far;
  };
  [[nodiscard]] const Pair& at(std::size_t near, std::size_t far) const {
    return pairs_[far * (far - 1) / 2 + near];
  }

 private:
  [[nodiscard]] Pair& at(std::size_t near, std::size_t far) {
    return pairs_[far * (far - 1) / 2 + near];
  }
  std::size_t hops_;
  std::vector<Pair> pairs_;
};

}  // namespace traceroute::watch
