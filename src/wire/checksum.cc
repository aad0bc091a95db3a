#include "wire/checksum.hh"

namespace wire {

namespace {

// The carries are added in at the lower end.
std::uint16_t fold(std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace

std::uint16_t ones_complement_sum(Bytes bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? std::uint64_t{bytes[i]} << 8 : bytes[i];
  }
  return fold(sum);
}

std::uint16_t ones_complement_difference(std::uint16_t wanted, std::uint16_t sum) {
  // Inverting is negating in one's complement.
  const auto negated = static_cast<std::uint16_t>(~sum);
  return fold(std::uint64_t{wanted} + negated);
}

}  // namespace wire
