// How many probes each hop should have been sent by now, while the end of the path is not known.
#pragma once

#include "traceroute/trace/plan.hh"

namespace traceroute {

// How far the answers reach.
struct Reach {
  int proven = 0;  // hops known to lie before the destination: the farthest that answered as router
  Time when{};     // that answer's time, since the start of the trace
  bool few = true;  // only the first few hops have answered: the others may be seconds away
};

// The number of probes, from 0 to `queries`, that a hop should have been sent at `now`, a time
// since the start. Hop 1 is the first one traced. Never falls while time goes on.
int probes_wanted(int hop, const Reach& reach, Time now, int queries);

// When the above will change though nothing arrives; Time::max() if never.
Time next_change(const Reach& reach, Time now);

// Whether the answers have stopped getting farther.
bool is_silence(const Reach& reach, Time now);
// Whether for so long that nothing is held back from the usual hops any more.
bool is_long_silence(const Reach& reach, Time now);

}  // namespace traceroute
