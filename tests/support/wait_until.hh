// Waiting for evidence in tests.
#pragma once

#include <chrono>
#include <thread>

// Looks again and again until the condition holds; false if it does not within a generous bound,
// which only a failing test reaches.
template <typename Condition>
[[nodiscard]] bool wait_until(
    Condition condition, std::chrono::steady_clock::duration bound = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}
