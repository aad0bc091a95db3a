#include "server/random.hh"

#include <sys/random.h>

#include <limits>
#include <random>

#include "net/error.hh"

namespace server {

namespace {

// The system's random source as the standard library wants a generator.
struct SystemRandom {
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() const {
    result_type value = 0;
    if (getrandom(&value, sizeof value, 0) != sizeof value) net::fail("draw a random number");
    return value;
  }
};

}  // namespace

std::uint32_t random_number(std::uint32_t least, std::uint32_t most) {
  SystemRandom source;
  return std::uniform_int_distribution<std::uint32_t>(least, most)(source);
}

}  // namespace server
