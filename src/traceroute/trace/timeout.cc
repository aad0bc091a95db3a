#include "traceroute/trace/timeout.hh"

#include <algorithm>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

Time times(Time span, double factor) {
  return Time(static_cast<Time::rep>(static_cast<double>(span.count()) * factor));
}

Time asked_wait(const KnownTimes& known, const Waits& waits) {
  if (known.hop_rtt && waits.here > 0) {
    return std::min(waits.max, times(*known.hop_rtt, waits.here));
  }
  if (known.later_rtt && waits.near > 0) {
    return std::min(waits.max, times(*known.later_rtt, waits.near));
  }
  return waits.max;
}

// A path whose destination has not answered.
Time without_destination(Time sent, const KnownTimes& known) {
  const Time usual_wait = wait_for_farther(known.answering_hops);
  // Where all routers limit their answers, only those of the first hops may be known when the
  // others are asked again.
  const Time farther = std::max<Time>(known.max_rtt * 3, 300ms);
  return std::max(known.first_sent.value_or(sent) + usual_wait,
                  sent + std::min(farther, known.max_rtt * 5 / 4 + 1s));
}

}  // namespace

// Seconds are lost on the access link, so while only the first few hops have answered, the others
// may all be that slow; behind more hops a second is enough, and a little: where a window is full,
// hops are asked again (retry.cc) before it is free for others. Three seconds, and what its timers
// are late, are also what a Linux router takes to find out that nobody there has the address
// (arp(7), mcast_solicit).
Time wait_for_farther(int known_hops) { return known_hops <= first_few_hops ? 3250ms : 1050ms; }

Time give_up_at(Time sent, const KnownTimes& known, const std::optional<Waits>& waits) {
  if (waits) return sent + asked_wait(known, *waits);
  const Time first_sent = known.first_sent.value_or(sent);
  // Nothing heard at all: not even the scale is known.
  if (known.max_rtt == Time::zero()) return first_sent + 5s;
  // The floor is for what delays this process and not the packets.
  const Time usual = std::max(Time(50ms), known.max_rtt * 5 / 4);
  if (known.hop_rtt) return sent + std::max(usual, *known.hop_rtt * 2);
  if (!known.destination) return without_destination(sent, known);
  // Routers answer from a slow path, some hundred ms after the destination has. Where one is so
  // slow, or most are silent, more of them may be slower still.
  const Time slow_path = known.doubtful ? 1500ms : 430ms;
  const Time expected = known.is_retry && known.later_rtt ? *known.later_rtt * 9 / 8 + 10ms : usual;
  return std::max({sent + expected, *known.destination + slow_path,
                   first_sent + known.destination_rtt + slow_path});
}

}  // namespace traceroute
