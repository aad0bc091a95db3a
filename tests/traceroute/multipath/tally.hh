// Many searches for the paths of a simulated network, each with flows of its own.
#pragma once

#include <algorithm>
#include <string>

#include "support/virtual_network.hh"

namespace traceroute {

inline Plan plan_of(std::uint64_t seed) {
  Plan plan;
  plan.name = "192.0.2.10";
  plan.seed = static_cast<std::uint32_t>(seed);
  return plan;
}

// What so many searches found, each with flows of its own.
struct Tally {
  int complete = 0;
  int with_false_links = 0;
  std::size_t probes = 0;  // of all
  std::size_t max_probes = 0;
  Time took{};  // by all
  Time longest{};
};

inline Tally tally(const simnet::Description& description, int runs) {
  const Links truth = links_of(description);
  Tally all;
  for (int run = 0; run < runs; ++run) {
    const auto seed = static_cast<std::uint64_t>(run);
    const Search found = search(description, plan_of(seed), seed);
    const Links links = links_of(found.graph);
    if (links == truth) ++all.complete;
    if (!std::includes(truth.begin(), truth.end(), links.begin(), links.end())) {
      ++all.with_false_links;
    }
    all.probes += found.graph.probes;
    all.max_probes = std::max(all.max_probes, found.graph.probes);
    all.took += found.took;
    all.longest = std::max(all.longest, found.took);
  }
  return all;
}

}  // namespace traceroute
