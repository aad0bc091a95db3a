// What happens to a path, as a line of the log tells it.
#pragma once

#include <optional>

#include "traceroute/watch/responders.hh"
#include "traceroute/watch/tally.hh"

namespace traceroute::watch {

struct Event {
  enum class Kind { change, loss_begins, loss_ends, destination_lost, destination_back };
  Kind kind = Kind::change;
  Time when{};
  // The destination has never answered: what is lost and comes back is the farthest router.
  bool never_reached = false;
  int ttl = 0;  // of the hop that changed, or from which on losses are seen; 0: none
  // Of a change, with the medians of the round trips.
  std::optional<Responder> from{}, to{};  // of a destination that is lost: who refuses, if anybody
  Time before{}, after{};
  Tally tally{};  // of a loss: the probes of that time
  Time lasted{};  // of what ended
};

}  // namespace traceroute::watch
