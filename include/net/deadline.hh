// A point in time that every blocking call is given, on the monotonic clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>

namespace net {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Copied freely; a default Deadline never passes.
class Deadline {
 public:
  Deadline() = default;
  explicit Deadline(Clock::time_point when) : when_(when) {}
  static Deadline after(Clock::duration span) { return Deadline(Clock::now() + span); }

  // Time left, never negative.
  [[nodiscard]] Clock::duration remaining() const {
    return never() ? Clock::duration::max() : std::max(when_ - Clock::now(), Clock::duration(0));
  }
  [[nodiscard]] bool passed() const { return remaining() == Clock::duration::zero(); }
  [[nodiscard]] bool never() const { return when_ == Clock::time_point::max(); }
  [[nodiscard]] Clock::time_point when() const { return when_; }
  // The sooner of the two.
  [[nodiscard]] Deadline or_sooner(Deadline other) const {
    return when_ < other.when_ ? *this : other;
  }

 private:
  Clock::time_point when_ = Clock::time_point::max();
};

// The same span as ppoll(2) wants it.
inline timespec to_timespec(Clock::duration span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  return {static_cast<time_t>(seconds.count()),
          static_cast<long>(std::chrono::nanoseconds(span - seconds).count())};
}

}  // namespace net
