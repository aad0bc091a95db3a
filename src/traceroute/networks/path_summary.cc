#include "traceroute/networks/path_summary.hh"

#include <algorithm>

namespace traceroute {

std::vector<std::optional<double>> floors(const PathSummary& path) {
  std::vector<std::optional<double>> least(path.hops.size());
  std::optional<double> so_far;
  for (std::size_t i = path.hops.size(); i-- > 0;) {
    const std::optional<double>& rtt = path.hops[i].rtt;
    if (!rtt) continue;
    so_far = std::min(*rtt, so_far.value_or(*rtt));
    least[i] = so_far;
  }
  return least;
}

std::optional<LongHaul> long_haul(const PathSummary& path) {
  constexpr double shortest = 5;
  constexpr double noise = 0.5;  // of steps that are alike the first is taken, not the luckiest
  const auto least = floors(path);
  std::optional<LongHaul> longest;
  std::optional<std::size_t> before;
  for (std::size_t i = 0; i < least.size(); ++i) {
    if (!least[i]) continue;
    const double step = *least[i] - (before ? *least[*before] : 0);
    if (step >= shortest && (!longest || step > longest->step + noise)) longest = {before, i, step};
    before = i;
  }
  return longest;
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
