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

Flows::Flows(std::uint32_t seed)
    : first_(mixed(seed) % checksums), step_(mixed(seed + 1) % checksums) {
  // Then n steps lead back to the first only after all others.
  while (std::gcd(step_, checksums) != 1) ++step_;
}

std::uint16_t Flows::checksum(int n) const {
  return static_cast<std::uint16_t>((first_ + std::uint64_t{step_} * static_cast<unsigned>(n)) %
                                    checksums);
}

}  // namespace traceroute
