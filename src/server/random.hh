// Random numbers, and what looks like them.
#pragma once

#include <cstdint>

namespace server {

// Any number from min to max, both included, each as likely as the others. It comes from the
// system's random source: nobody can guess it.
std::uint32_t random_number(std::uint32_t min, std::uint32_t max);

// Mixes all bits: the last step of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
// number generators", 2014).
constexpr std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace server
