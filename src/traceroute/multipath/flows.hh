// The flows of a search for parallel paths.
#pragma once

#include <cstdint>

namespace traceroute {

// Their checksums: by these, balancers choose a path. Another seed draws others, and the same seed
// the same ones: what a search misses with some flows, it may find with others.
class Flows {
 public:
  explicit Flows(std::uint32_t seed);
  // The n-th flow's; no two of the first 65,535 are alike, and none is 0xffff, which is as good
  // as 0.
  [[nodiscard]] std::uint16_t checksum(int n) const;

 private:
  std::uint32_t first_;
  std::uint32_t step_;
};

}  // namespace traceroute
