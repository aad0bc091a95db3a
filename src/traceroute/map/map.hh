// The map of a path, or of many: one SVG, without scripts, fonts or anything from elsewhere.
#pragma once

#include <string>

#include "traceroute/map/facts.hh"
#include "traceroute/networks/path_summary.hh"

namespace traceroute {

// The places that the names of the hops tell, as points with the numbers and the round trips of the
// hops there, and great circles between them in the colours of the networks, dashed where a place
// is a guess. Below, the networks with their hops, round trips and places, and what has no place.
// Readable in light and dark, on a small screen and printed. Strangers' text is escaped (svg.hh).
class Map {
 public:
  void add(const PathSummary& path) { facts_.add(path); }
  [[nodiscard]] bool empty() const { return facts_.paths == 0; }
  // Of all paths that were added: one at least.
  [[nodiscard]] std::string svg() const;

 private:
  MapFacts facts_;
};

}  // namespace traceroute
