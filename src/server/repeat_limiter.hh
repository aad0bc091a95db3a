// Which datagrams go round in circles, between an echo service and a peer that sends back what it
// gets (CVE-2024-2169). Pure: time is passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace server {

// Counts how often the same bytes come from the same peer in one second. A peer that waits for its
// echo and then sends the same again looks like one that only sends back.
//
// The memory is bounded by a count-min sketch: each datagram has one counter in every row, found by
// hashes, and its least counter is its count. A count may be too high, when all its counters are
// shared, but never too low.
class RepeatLimiter {
 public:
  static constexpr unsigned max_a_second = 5;

  // The secret keeps strangers from choosing datagrams that share counters.
  explicit RepeatLimiter(std::uint64_t secret);

  // Counts one datagram; false when it has come too often.
  bool allows(std::span<const std::uint8_t> peer, std::span<const std::uint8_t> datagram,
              std::chrono::steady_clock::time_point now);

 private:
  struct Counter {
    std::uint16_t second = 0;
    std::uint16_t count = 0;
  };
  static constexpr std::size_t rows = 3, columns = 1 << 17;

  const std::uint64_t secret_;
  std::vector<Counter> counters_;  // row by row
};

}  // namespace server
