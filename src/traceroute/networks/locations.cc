#include "traceroute/networks/locations.hh"

#include <algorithm>
#include <cmath>

#include "traceroute/networks/columns.hh"
#include "traceroute/places/place.hh"

namespace traceroute {

namespace {

constexpr double km_per_ms = 100;
// Towns are wide, clocks coarse, and a code often stands for a metropolis.
constexpr double tolerance_km = 100;

using Floors = std::vector<std::optional<double>>;

// Where the names of a hop's responders say it stands, if they say the same.
Location by_name(const PathHop& hop) {
  Location stop;
  for (const Responder& responder : hop.responders) {
    const PlaceGuess guess = guess_place(responder.name);
    if (!guess.reason.empty()) stop.reason = guess.reason;
    if (!guess.city) continue;
    if (stop.city && stop.city != guess.city) {
      return {nullptr, false, "the names of its addresses contradict each other"};
    }
    stop.sure = stop.sure || guess.sure;
    stop.city = guess.city;
  }
  if (stop.reason.empty()) stop.reason = "its name tells none";
  return stop;
}

// Whether the probes that passed the one and came back from the other were faster than light.
bool excluded(const Location& earlier, const Location& later,
              const std::optional<double>& later_floor) {
  if (!earlier.city || !later.city || !later_floor) return false;
  return farther_apart(*earlier.city, *later.city, km_per_ms * *later_floor + tolerance_km);
}

void refuse_the_impossible(std::vector<Location>& stops, const Floors& least) {
  while (true) {
    std::vector<int> conflicts(stops.size());
    std::vector<std::size_t> rival(stops.size());
    for (std::size_t later = 0; later < stops.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        if (!excluded(stops[earlier], stops[later], least[later])) continue;
        ++conflicts[earlier];
        ++conflicts[later];
        rival[earlier] = later;
        rival[later] = earlier;
      }
    }
    const int most = stops.empty() ? 0 : *std::ranges::max_element(conflicts);
    if (most == 0) return;
    // Among equals the unsure ones go; among equally sure ones, all.
    bool unsure = false;
    for (std::size_t i = 0; i < stops.size(); ++i) {
      unsure = unsure || (conflicts[i] == most && !stops[i].sure);
    }
    std::vector<Location> kept = stops;
    for (std::size_t i = 0; i < stops.size(); ++i) {
      if (conflicts[i] != most || (unsure && stops[i].sure)) continue;
      const std::size_t other = rival[i];
      kept[i] = {nullptr, false,
                 stops[i].reason + "; but light does not reach " + display_name(*stops[i].city) +
                     " and " + display_name(*stops[other].city) + " within " +
                     milliseconds(least[std::max(i, other)].value_or(0))};
    }
    stops = std::move(kept);
  }
}

// Hops first to last, if none of them has a place, stand with the hop before them, or else with the
// one after them, when all are near it.
void inherit(std::vector<Location>& stops, const PathSummary& path, const Floors& least,
             std::size_t first, std::size_t last) {
  constexpr double near_ms = 1;
  for (std::size_t i = first; i <= last; ++i) {
    if (stops[i].city) return;
  }
  const auto stand_with = [&](std::size_t neighbour, const char* where) {
    if (!stops[neighbour].city) return false;
    for (std::size_t i = first; i <= last; ++i) {
      if (!least[i]) continue;
      // Of a slow answer the floor is that of a later hop, and says nothing of where it comes from.
      const double time = neighbour < first ? *least[i] : *path.hops[i].rtt;
      if (std::abs(time - *least[neighbour]) > near_ms) return false;
    }
    for (std::size_t i = first; i <= last; ++i) {
      if (!least[i]) continue;
      stops[i] = {stops[neighbour].city, false,
                  "no more than " + milliseconds(near_ms) + " from the hop " + where + " it, in " +
                      display_name(*stops[neighbour].city)};
    }
    return true;
  };
  // Over the silent ones.
  std::size_t before = first;
  while (before > 0 && !least[before - 1]) --before;
  if (before > 0 && stand_with(before - 1, "before")) return;
  std::size_t after = last + 1;
  while (after < stops.size() && !least[after]) ++after;
  if (after < stops.size()) stand_with(after, "after");
}

}  // namespace

std::vector<Location> locations_of(const PathSummary& path, const Networks& networks) {
  const Floors least = floors(path);
  std::vector<Location> stops;
  for (const PathHop& hop : path.hops) stops.push_back(by_name(hop));
  for (const Network& network : networks.networks) {
    if (network.kind == Network::Kind::named) continue;
    for (std::size_t i = network.first; i <= network.last; ++i) {
      stops[i] = {nullptr, false, "only a name tells a place"};
    }
  }
  refuse_the_impossible(stops, least);
  for (const Network& network : networks.networks) {
    using Kind = Network::Kind;
    if (network.kind == Kind::named || network.kind == Kind::numbered ||
        network.kind == Kind::unnamed) {
      inherit(stops, path, least, network.first, network.last);
    }
  }
  if (path.reached && !stops.empty())
    inherit(stops, path, least, stops.size() - 1, stops.size() - 1);
  return stops;
}

}  // namespace traceroute
