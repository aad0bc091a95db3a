#include "traceroute/probe/kernel_stamps.hh"

namespace traceroute {

using namespace std::chrono_literals;

namespace {

// Slewing moves the wall clock by less (adjtimex(2): 500 ppm); a greater change is a step.
constexpr std::chrono::nanoseconds min_step = 200us;
// A clock read between two others this close is taken to be of the same moment.
constexpr std::chrono::nanoseconds same_moment = 2us;

std::chrono::nanoseconds nanoseconds_of(timespec time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

void StampClock::look() {
  std::chrono::nanoseconds distance{};
  // Interrupted between the readings, try again; the last try is taken as it is.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto before = net::Clock::now();
    timespec wall{};
    clock_gettime(CLOCK_REALTIME, &wall);
    looked_ = net::Clock::now();
    distance = nanoseconds_of(wall) - (before + (looked_ - before) / 2).time_since_epoch();
    if (looked_ - before <= same_moment) break;
  }
  // The old distance is kept while it holds, so that reading the clocks adds no noise to a
  // difference of two stamps.
  if (std::chrono::abs(distance - distance_) > min_step) distance_ = distance;
}

std::optional<net::Clock::time_point> StampClock::monotonic(timespec stamp,
                                                            net::Clock::time_point earliest) const {
  const net::Clock::time_point time(nanoseconds_of(stamp) - distance_);
  if (time < earliest || time > looked_) return std::nullopt;
  return time;
}

}  // namespace traceroute
