// The losses of each two hops, side by side: both counted over the same rounds, so that one who was
// asked longer, or at another pace meanwhile, is not held against the other.
#pragma once

#include <cstddef>
#include <vector>

#include "traceroute/watch/tally.hh"

namespace traceroute::watch {

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
