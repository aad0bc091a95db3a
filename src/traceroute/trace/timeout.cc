#include "traceroute/trace/timeout.hh"

#include <algorithm>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

Time times(Time span, double factor) {
  return Time(static_cast<Time::rep>(static_cast<double>(span.count()) * factor));
}

Time asked_wait(const Evidence& evidence, const Waits& waits) {
  if (evidence.hop_rtt && waits.here > 0) {
    return std::min(waits.most, times(*evidence.hop_rtt, waits.here));
  }
  if (evidence.later_rtt && waits.near > 0) {
    return std::min(waits.most, times(*evidence.later_rtt, waits.near));
  }
  return waits.most;
}

}  // namespace

Time give_up_at(Time sent, const Evidence& evidence, const std::optional<Waits>& waits) {
  if (waits) return sent + asked_wait(evidence, *waits);
  // Nothing heard at all: not even the scale is known.
  if (evidence.largest_rtt == Time::zero()) return sent + 5s;
  // The floor is for what delays this process and not the packets.
  const Time usual = std::max(Time(50ms), evidence.largest_rtt * 5 / 4);
  if (evidence.hop_rtt) return sent + std::max(usual, *evidence.hop_rtt * 2);
  if (!evidence.destination) return sent + std::max(Time(1s), evidence.largest_rtt * 3);
  // Silent routers come in groups: it is their operator's policy. One alone, or two, may be slow:
  // routers answer from a slow path, some hundred ms after the destination has.
  if (evidence.silent_neighbours >= 3) return sent + usual;
  return std::max(sent + usual, *evidence.destination + 350ms);
}

}  // namespace traceroute
