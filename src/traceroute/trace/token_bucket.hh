// A bound on packets a second.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "traceroute/trace/plan.hh"

namespace traceroute {

// A token bucket that holds 20 ms of packets, at least one, since wake-ups are late. In any second
// at most 1.02 times the rate is sent, or one packet more than the rate.
class TokenBucket {
 public:
  // Without a rate there is no bound.
  explicit TokenBucket(std::optional<unsigned> rate)
      : interval_(rate ? Time(std::chrono::seconds(1)) / *rate : Time::zero()) {}

  // How many packets may go now.
  [[nodiscard]] std::size_t allowance(Time now) const {
    if (interval_ == Time::zero()) return std::numeric_limits<std::size_t>::max();
    return static_cast<std::size_t>((now - saved_since(now)) / interval_);
  }
  // So many went.
  void spend(std::size_t packets, Time now) {
    spent_until_ = saved_since(now) + interval_ * static_cast<Time::rep>(packets);
  }
  // When there is an allowance: `now`, or later.
  [[nodiscard]] Time next(Time now) const { return std::max(now, spent_until_ + interval_); }

 private:
  [[nodiscard]] Time saved_since(Time now) const {
    return std::max(spent_until_, now - std::max(Time(std::chrono::milliseconds(20)), interval_));
  }

  Time interval_;
  Time spent_until_{};
};

}  // namespace traceroute
