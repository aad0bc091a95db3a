#include "server/random.hh"

#include <mutex>
#include <random>

namespace server {

std::uint32_t random_number(std::uint32_t min, std::uint32_t max) {
  // One for all threads: where it is a file, each would hold a descriptor of its own.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  static std::random_device source;
  return std::uniform_int_distribution<std::uint32_t>(min, max)(source);
}

}  // namespace server
