// How many probes prove that a balancer has no more next hops than have been seen.
#pragma once

#include <chrono>
#include <cstddef>

namespace traceroute {

// As many as leave a chance of at most 5 % that one of `seen` + 1 next hops, all equally likely,
// has been missed: 6, 11, 16, 21, 27, 33 … for 1, 2, 3 … (B. Augustin, T. Friedman, R. Teixeira,
// "Multipath tracing with Paris traceroute", 2007). `seen` is at least 1; what exceeds
// max_next_hops is taken as that many.
int probes_to_rule_out_another(int seen);

// Upper bounds of a search, for very wide networks and for hosts that answer each probe from a new
// address.
constexpr int max_next_hops = 128;
constexpr int max_flows = 1024;
constexpr std::size_t max_search_probes = 5000;
constexpr std::chrono::minutes max_search_time(10);  // without the pauses that are asked for

}  // namespace traceroute
