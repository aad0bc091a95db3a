// Where the hops of a path stand, as far as it can be defended.
#pragma once

#include <string>
#include <vector>

#include "traceroute/networks/networks.hh"
#include "traceroute/places/cities.hh"

namespace traceroute {

struct Location {
  const City* city = nullptr;  // null: nothing can be said
  bool sure = false;
  std::string reason;  // how it came about, or why there is none
};

// One for each hop of the path, the destination included. A place that the names tell is kept only
// if light in fibre (200 km per ms, and so 100 km there and back) could have been there: a packet
// that has passed A and come back from B has covered at least twice the distance from A to B. Of
// places that exclude each other the one that excludes the most others goes first. A network, or
// the destination, that tells no place stands where the hop before it does, or else the one after
// it, if it is no more than 1 ms away.
std::vector<Location> locations_of(const PathSummary& path, const Networks& networks);

}  // namespace traceroute
