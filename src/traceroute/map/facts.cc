#include "traceroute/map/facts.hh"

#include <algorithm>

namespace traceroute {

namespace {

std::string title_of(const Network& network) {
  if (!is_operators(network.kind)) return std::string(traceroute::title_of(network.kind));
  std::string title = network.name;
  const std::string brand(brand_of(network.name));
  if (!brand.empty()) title += " (" + brand + ')';
  if (!network.as.empty() && network.as != network.name) title += ' ' + network.as;
  return title;
}

std::string title_of(const PathHop& hop) {
  const NamedAddress& first = hop.responders.front();
  return first.name.empty() ? first.address : first.name;
}

void note_place(std::vector<MapFacts::Place>& places, const MapFacts::Place& found) {
  const auto known = std::ranges::find(places, found.city, &MapFacts::Place::city);
  if (known == places.end()) {
    places.push_back(found);
    return;
  }
  known->sure = known->sure || found.sure;
  known->hops.insert(found.hops.begin(), found.hops.end());
  known->rtt = std::min(known->rtt, found.rtt);
  known->destination = known->destination || found.destination;
  ++known->hops_there;
}

void note_time(std::optional<Times>& times, double time) {
  if (!times) times = {time, time};
  times->min = std::min(times->min, time);
  times->max = std::max(times->max, time);
}

}  // namespace

void MapFacts::add_networks(const PathSummary& path, const Networks& grouped,
                            std::vector<std::size_t>& network_of_hop) {
  const std::vector<std::optional<double>> floor = floors(path);
  std::set<std::size_t> met;
  for (const Network& network : grouped.networks) {
    const std::string title = title_of(network);
    const std::size_t index = index_.try_emplace(title, networks.size()).first->second;
    if (index == networks.size()) {
      networks.push_back({title, is_operators(network.kind), 0, {}, std::nullopt, {}});
    }
    Carrier& known = networks[index];
    if (met.insert(index).second) ++known.paths;
    for (std::size_t i = network.first; i <= network.last; ++i) {
      network_of_hop[i] = index;
      known.hops.insert(path.hops[i].ttl);
    }
    for (std::size_t i = network.last + 1; i-- > network.first;) {
      if (!floor[i]) continue;
      note_time(known.rtt, *floor[i]);
      break;
    }
  }
}

void MapFacts::add_places(const PathSummary& path, const std::vector<Location>& locations,
                          const std::vector<std::size_t>& network_of_hop) {
  const std::vector<std::optional<double>> floor = floors(path);
  std::vector<Place> stays;  // one after the other, each at another place than the one before
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    const PathHop& hop = path.hops[i];
    if (hop.responders.empty() || !floor[i]) continue;
    const Location& location = locations[i];
    if (!location.city) {
      const std::string title = title_of(hop);
      if (!unplaced_titles_.insert(title).second) continue;
      ++unplaced_count;
      if (unplaced.size() < max_listed) unplaced.push_back({hop.ttl, title, *floor[i]});
      continue;
    }
    const bool destination = path.reached && i + 1 == path.hops.size();
    const Place here{location.city, location.sure,     {hop.ttl},
                     *floor[i],     network_of_hop[i], destination};
    note_place(places, here);
    if (here.network != no_network) note_place(networks[here.network].places, here);
    if (stays.empty() || stays.back().city != here.city) {
      stays.push_back(here);
    } else if (here.sure) {
      stays.back().sure = true;
    }
  }
  for (std::size_t i = 1; i < stays.size(); ++i) {
    const Place& from = stays[i - 1];
    const Place& to = stays[i];
    ++ways[{from.city, to.city, to.network, !from.sure || !to.sure}];
  }
}

void MapFacts::add_destination(const PathSummary& path) {
  std::string title = path.host, address;
  if (path.host != path.destination) {
    address = path.destination;
  } else if (path.reached && !path.hops.back().responders.front().name.empty()) {
    title = path.hops.back().responders.front().name;
    address = path.destination;
  }
  destinations.push_back({title, address, path.hops.empty() ? 0 : path.hops.back().ttl,
                          path.reached ? floors(path).back() : std::nullopt});
}

void MapFacts::add(const PathSummary& path) {
  ++paths;
  const Networks grouped = networks_of(path);
  std::vector<std::size_t> network_of_hop(path.hops.size(), no_network);
  add_networks(path, grouped, network_of_hop);
  add_places(path, locations_of(path, grouped), network_of_hop);
  if (destinations.size() < max_listed) add_destination(path);
}

}  // namespace traceroute
