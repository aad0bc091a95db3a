#include "traceroute/multipath/flows.hh"

#include <numeric>

namespace traceroute {

namespace {

constexpr std::uint32_t checksums = 0xffff;

// The finisher of MurmurHash3, for 32 bits: each bit of the number moves every other.
std::uint32_t mixed(std::uint32_t number) {
  number = (number ^ number >> 16) * 0x85ebca6bU;
  number = (number ^ number >> 13) * 0xc2b2ae35U;
  return number ^ number >> 16;
}

}  // namespace

std::uint16_t flow_checksum(std::uint32_t seed, int n) {
  const std::uint32_t first = mixed(seed) % checksums;
  std::uint32_t step = mixed(seed + 1) % checksums;
  // Then n steps lead back to the first only after all others.
  while (std::gcd(step, checksums) != 1) ++step;
  return static_cast<std::uint16_t>((first + std::uint64_t{step} * static_cast<unsigned>(n)) %
                                    checksums);
}

}  // namespace traceroute
