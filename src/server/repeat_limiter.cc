#include "server/repeat_limiter.hh"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "server/random.hh"

namespace server {

namespace {

std::uint64_t hash(std::uint64_t state, std::span<const std::uint8_t> bytes) {
  state = mixed(state + bytes.size());
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), size);
    state = std::rotl(state ^ word, 29) * 0x9e3779b97f4a7c15;
    bytes = bytes.subspan(size);
  }
  return mixed(state);
}

}  // namespace

RepeatLimiter::RepeatLimiter(std::uint64_t secret) : secret_(secret), counters_(rows * columns) {}

bool RepeatLimiter::allows(std::span<const std::uint8_t> peer,
                           std::span<const std::uint8_t> datagram,
                           std::chrono::steady_clock::time_point now) {
  const auto since = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  const auto second = static_cast<std::uint16_t>(since.count());
  std::uint64_t key = hash(hash(secret_, peer), datagram);
  std::array<Counter*, rows> found{};
  unsigned count = max_a_second;
  for (std::size_t row = 0; row < rows; ++row, key = std::rotl(key, 21)) {
    Counter& counter = counters_[row * columns + key % columns];
    if (counter.second != second) counter = {second, 0};
    found[row] = &counter;
    count = std::min<unsigned>(count, counter.count);
  }
  if (count == max_a_second) return false;
  // Only what is the least grows: the others are shared already.
  for (Counter* const counter : found) {
    if (counter->count == count) ++counter->count;
  }
  return true;
}

}  // namespace server
