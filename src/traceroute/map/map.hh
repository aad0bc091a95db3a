// The map of a path, or of many: one SVG, without scripts, fonts or anything from elsewhere.
#pragma once

#include <string>

#include "traceroute/map/facts.hh"

namespace traceroute {

// Of all paths that the facts are of: one at least. The places that the names of the hops tell, as
// points with the numbers and the round trips of the hops there, and great circles between them in
// the colours of the networks, dashed where a place is a guess. Below, the networks with their
// hops, round trips and places, and what has no place. Readable in light and dark, on a small
// screen and printed. Strangers' text is escaped (svg.hh).
std::string map_svg(const MapFacts& facts);

}  // namespace traceroute
