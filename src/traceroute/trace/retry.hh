// When a hop of which nobody knows who it is gets more probes than the others.
#pragma once

#include "traceroute/trace/known_path.hh"

namespace traceroute {

// Whether it should be sent another one at `now`, and when next if nothing arrives; Time::max() if
// never.
struct Retry {
  bool due = false;
  Time next = Time::max();
};
Retry retry(const KnownPath& path, int ttl, Time now);

}  // namespace traceroute
