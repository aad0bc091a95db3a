// The Internet checksum (RFC 1071): 16-bit words added in one's complement.
#pragma once

#include "wire/bytes.hh"

namespace wire {

// The sum of the words, not inverted; an odd last byte counts as the upper half of a word. 0 only
// if every byte is 0.
std::uint16_t ones_complement_sum(Bytes bytes);

// What must be added to `sum` to make it `wanted`.
std::uint16_t ones_complement_difference(std::uint16_t wanted, std::uint16_t sum);

}  // namespace wire
