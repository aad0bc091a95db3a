// The quantiles of any number of round trips, in bounded memory.
#pragma once

#include <cstdint>
#include <vector>

#include "traceroute/trace/plan.hh"

namespace traceroute::watch {

// A histogram whose classes grow by 4 % each, from a microsecond to 100 seconds: any quantile is
// right to 2 %, in no more than 471 counters (Masson, Rim, Lee: DDSketch, VLDB 2019).
class Quantiles {
 public:
  void add(Time rtt);
  // The round trip that this share (0 to 1) of all does not exceed; zero if there are none.
  [[nodiscard]] Time at(double share) const;
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::vector<std::uint32_t> classes_;  // as far as they are needed
  std::uint64_t count_ = 0;
};

}  // namespace traceroute::watch
