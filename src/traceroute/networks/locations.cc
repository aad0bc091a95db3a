#include "traceroute/networks/locations.hh"

#include <algorithm>
#include <cmath>

#include "traceroute/networks/columns.hh"

namespace traceroute {

namespace {

constexpr double km_per_ms = 100;
// Towns are wide, clocks coarse, and a code often stands for a metropolis.
constexpr double tolerance_km = 100;

using Floors = std::vector<std::optional<double>>;

// Where the names of a hop's responders say it stands, if they say the same.
Location by_name(const PathHop& hop) {
  Location location;
  for (const NamedAddress& responder : hop.responders) {
    const Location guess = guess_place(responder.name);
    if (!guess.reason.empty()) location.reason = guess.reason;
    if (!guess.city) continue;
    if (location.city && location.city != guess.city) {
      return {nullptr, false, "the names of its addresses contradict each other"};
    }
    location.sure = location.sure || guess.sure;
    location.city = guess.city;
  }
  if (location.reason.empty()) location.reason = "its name tells none";
  return location;
}

// Whether the probes that passed the one and came back from the other were faster than light.
bool excluded(const Location& earlier, const Location& later,
              const std::optional<double>& later_floor) {
  if (!earlier.city || !later.city || !later_floor) return false;
  return farther_apart(*earlier.city, *later.city, km_per_ms * *later_floor + tolerance_km);
}

void refuse_the_impossible(std::vector<Location>& locations, const Floors& floor) {
  while (true) {
    std::vector<int> conflicts(locations.size());
    std::vector<std::size_t> rival(locations.size());
    for (std::size_t later = 0; later < locations.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        if (!excluded(locations[earlier], locations[later], floor[later])) continue;
        ++conflicts[earlier];
        ++conflicts[later];
        rival[earlier] = later;
        rival[later] = earlier;
      }
    }
    const int max_conflicts = locations.empty() ? 0 : *std::ranges::max_element(conflicts);
    if (max_conflicts == 0) return;
    // Among equals the unsure ones go; among equally sure ones, all.
    bool unsure = false;
    for (std::size_t i = 0; i < locations.size(); ++i) {
      unsure = unsure || (conflicts[i] == max_conflicts && !locations[i].sure);
    }
    std::vector<Location> kept = locations;
    for (std::size_t i = 0; i < locations.size(); ++i) {
      if (conflicts[i] != max_conflicts || (unsure && locations[i].sure)) continue;
      const std::size_t other = rival[i];
      kept[i] = {nullptr, false,
                 locations[i].reason + "; but light does not reach " +
                     display_name(*locations[i].city) + " and " +
                     display_name(*locations[other].city) + " within " +
                     milliseconds(floor[std::max(i, other)].value_or(0))};
    }
    locations = std::move(kept);
  }
}

// Hops first to last, if none of them has a place, stand with the hop before them, or else with the
// one after them, when all are near it.
void inherit(std::vector<Location>& locations, const PathSummary& path, const Floors& floor,
             std::size_t first, std::size_t last) {
  constexpr double near_ms = 1;
  for (std::size_t i = first; i <= last; ++i) {
    if (locations[i].city) return;
  }
  const auto stand_with = [&](std::size_t neighbour, const char* where) {
    if (!locations[neighbour].city) return false;
    for (std::size_t i = first; i <= last; ++i) {
      if (!floor[i]) continue;
      // Of a slow answer the floor is that of a later hop, and says nothing of where it comes from.
      const double time = neighbour < first ? *floor[i] : *path.hops[i].rtt;
      if (std::abs(time - *floor[neighbour]) > near_ms) return false;
    }
    for (std::size_t i = first; i <= last; ++i) {
      if (!floor[i]) continue;
      locations[i] = {locations[neighbour].city, false,
                      "no more than " + milliseconds(near_ms) + " from the hop " + where +
                          " it, in " + display_name(*locations[neighbour].city)};
    }
    return true;
  };
  // Over the silent ones.
  std::size_t before = first;
  while (before > 0 && !floor[before - 1]) --before;
  if (before > 0 && stand_with(before - 1, "before")) return;
  std::size_t after = last + 1;
  while (after < locations.size() && !floor[after]) ++after;
  if (after < locations.size()) stand_with(after, "after");
}

}  // namespace

std::vector<Location> locations_of(const PathSummary& path, const Networks& networks) {
  const Floors floor = floors(path);
  std::vector<Location> locations;
  for (const PathHop& hop : path.hops) locations.push_back(by_name(hop));
  for (const Network& network : networks.networks) {
    if (network.kind == Network::Kind::named) continue;
    for (std::size_t i = network.first; i <= network.last; ++i) {
      locations[i] = {nullptr, false, "only a name tells a place"};
    }
  }
  refuse_the_impossible(locations, floor);
  for (const Network& network : networks.networks) {
    if (is_operators(network.kind)) inherit(locations, path, floor, network.first, network.last);
  }
  if (path.reached && !locations.empty())
    inherit(locations, path, floor, locations.size() - 1, locations.size() - 1);
  return locations;
}

}  // namespace traceroute
