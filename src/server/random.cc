#include "server/random.hh"

#include <array>
#include <bit>
#include <limits>
#include <random>

#include "net/kernel.hh"

namespace server {

namespace {

// The system's random source as the standard library wants a generator.
struct SystemRandom {
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() const {
    std::array<std::uint8_t, sizeof(result_type)> bytes;
    net::fill_random(bytes);
    return std::bit_cast<result_type>(bytes);
  }
};

}  // namespace

std::uint32_t random_number(std::uint32_t least, std::uint32_t most) {
  SystemRandom source;
  return std::uniform_int_distribution<std::uint32_t>(least, most)(source);
}

}  // namespace server
