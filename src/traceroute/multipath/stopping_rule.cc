#include "traceroute/multipath/stopping_rule.hh"

#include <algorithm>
#include <array>
#include <cmath>

namespace traceroute {

namespace {

constexpr double accepted_risk = 0.05;

// The chance that `probes`, each going one of `ways` ways, leave a way out: by inclusion and
// exclusion, the sum of (-1)^(i+1) C(ways, i) (1 - i / ways)^probes. The terms shrink by at least
// half from the number of probes on at which the first of them falls below 1.
double chance_to_miss(int ways, int probes) {
  double chance = 0;
  double subsets = 1;
  for (int i = 1; i < ways; ++i) {
    subsets *= static_cast<double>(ways - i + 1) / i;
    const double term = subsets * std::pow(1 - static_cast<double>(i) / ways, probes);
    chance += i % 2 == 1 ? term : -term;
    if (term < 1e-12) break;
  }
  return chance;
}

std::array<int, max_next_hops + 1> make_table() {
  std::array<int, max_next_hops + 1> table{};
  for (int seen = 1, probes = 1; seen <= max_next_hops; ++seen) {
    while (chance_to_miss(seen + 1, probes) > accepted_risk) ++probes;
    table[static_cast<std::size_t>(seen)] = probes;
  }
  return table;
}

}  // namespace

int probes_to_rule_out_another(int seen) {
  static const auto table = make_table();
  return table[static_cast<std::size_t>(std::clamp(seen, 1, max_next_hops))];
}

}  // namespace traceroute
