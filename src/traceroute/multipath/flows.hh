// The flows of a search for parallel paths.
#pragma once

#include <cstdint>

namespace traceroute {

// The checksum of the n-th flow: by these, balancers choose a path. No two of the first 65,535 are
// alike, and none is 0xffff, which is as good as 0. Another seed draws others, and the same seed
// the same ones: what a search misses with some flows, it may find with others.
std::uint16_t flow_checksum(std::uint32_t seed, int n);

}  // namespace traceroute
