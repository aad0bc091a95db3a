// Where the hops of a path stand, as far as it can be defended.
#pragma once

#include <vector>

#include "traceroute/networks/networks.hh"
#include "traceroute/places/place.hh"

namespace traceroute {

// Guessed by the names of a hop's responders, or by the hops beside it.
using Location = PlaceGuess;

// One location for each hop of the path, the destination included:
//  - A place from a name is kept only if light in fibre could have been there (200 km per ms, so
//  100 km there and back): a packet that passed A and came back from B has covered at least twice
//  the distance from A to B.
//  - If places contradict each other, drop the one with the most contradictions, and repeat.
//  - A network, or the destination, without a place stands where the hop before it does, or else
//  the one after it, if that is at most 1 ms away.
std::vector<Location> locations_of(const PathSummary& path, const Networks& networks);

}  // namespace traceroute
