#include "server/random.hh"

#include <random>

namespace server {

std::uint32_t random_number(std::uint32_t least, std::uint32_t most) {
  thread_local std::random_device source;
  return std::uniform_int_distribution<std::uint32_t>(least, most)(source);
}

}  // namespace server
