#include "traceroute/networks/path_summary.hh"

#include <algorithm>

namespace traceroute {

std::vector<std::optional<double>> floors(const PathSummary& path) {
  std::vector<std::optional<double>> floor(path.hops.size());
  std::optional<double> so_far;
  for (std::size_t i = path.hops.size(); i-- > 0;) {
    const std::optional<double>& rtt = path.hops[i].rtt;
    if (!rtt) continue;
    so_far = std::min(*rtt, so_far.value_or(*rtt));
    floor[i] = so_far;
  }
  return floor;
}

std::vector<LongHaul> long_hauls(const PathSummary& path, std::size_t home_hops) {
  constexpr double min_step = 15;
  const auto floor = floors(path);
  std::vector<LongHaul> hauls;
  double largest = 0;
  std::optional<std::size_t> before;
  for (std::size_t i = 0; i < floor.size(); ++i) {
    if (!floor[i]) continue;
    if (before && *before >= home_hops) {
      hauls.push_back({*before, i, *floor[i] - *floor[*before]});
      largest = std::max(largest, hauls.back().step);
    }
    before = i;
  }
  std::erase_if(hauls,
                [&](const LongHaul& haul) { return haul.step < std::max(min_step, largest / 2); });
  return hauls;
}

Loss judge_loss(const PathSummary& path) {
  Loss loss;
  if (!path.reached || path.hops.empty()) return loss;
  const auto loses = [](const PathHop& hop) { return hop.answered > 0 && hop.answered < hop.sent; };
  loss.known = true;
  loss.sent = path.hops.back().sent;
  loss.answered = path.hops.back().answered;
  // From the destination back, as long as every hop that answers at all loses.
  std::size_t persists = path.hops.size();
  for (std::size_t i = path.hops.size(); i-- > 0;) {
    if (path.hops[i].answered == 0) continue;
    if (!loses(path.hops[i])) break;
    persists = i;
  }
  if (persists < path.hops.size()) loss.begins = persists;
  for (std::size_t i = 0; i < persists; ++i) {
    if (loses(path.hops[i])) loss.sparing_hops.push_back(i);
  }
  return loss;
}

}  // namespace traceroute
