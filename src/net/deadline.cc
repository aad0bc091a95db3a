#include "net/deadline.hh"

namespace net {

Clock::duration Deadline::remaining() const {
  if (never()) return Clock::duration::max();
  const auto now = Clock::now();
  return when_ > now ? when_ - now : Clock::duration::zero();
}

timespec to_timespec(Clock::duration span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  return {static_cast<time_t>(seconds.count()),
          static_cast<long>(std::chrono::nanoseconds(span - seconds).count())};
}

}  // namespace net
