// What is known of the parallel paths to a destination, as a plain value.
#pragma once

#include <cstddef>
#include <vector>

#include "traceroute/trace/probe.hh"

namespace traceroute {

struct PathNode {
  int ttl = 0;
  std::optional<Reply> reply;  // the first; none: does not answer
  Time rtt{};                  // the least
  std::vector<int> flows;      // that have been seen here, in ascending order
};

// Packets of one flow have been seen at both ends; or all packets pass one of the two.
struct PathLink {
  std::size_t from = 0;  // indices of nodes
  std::size_t to = 0;
};

// Why a search ended: there is enough proof for all that is told, or there was a limit.
enum class SearchEnd {
  all_found,
  too_many_next_hops,  // more than max_next_hops at one TTL
  too_many_flows,      // none of max_flows passes some router often enough
  too_many_probes,     // max_search_probes
  too_long,            // max_search_time
  interrupted,
};

// How sure what has been found is.
struct Proof {
  SearchEnd end = SearchEnd::all_found;
  bool lacks_flows_of_silent = false;  // fewer than the rule wants pass a silent router
  // So few flows pass each of several routers that another next hop of one of them may be missed.
  bool supposes_alike = false;
};

// Of a TTL where a silent router may stand beside those that answer.
struct LostProbes {
  int ttl = 0;
  int lost = 0;  // of `all` probes
  int all = 0;
};

struct PathGraph {
  std::vector<PathNode> nodes;  // in ascending order of their TTLs
  std::vector<PathLink> links;
  std::vector<int> mixed;         // TTLs at which one flow drew different answers
  std::vector<int> unknown_from;  // TTLs from which no link to the next one can be told
  std::vector<LostProbes> doubtful;
  Proof proof;
  int flows = 0;  // that were sent
  std::size_t probes = 0;
  std::uint32_t seed = 0;  // of the flows

  // The nodes of a TTL.
  [[nodiscard]] std::vector<std::size_t> at(int ttl) const;
};

// Where paths part and meet again.
struct Diamond {
  std::size_t from = 0;  // the balancer, an index of a node
  std::size_t to = 0;    // the first node that all ways pass
  int width = 0;         // the most nodes between them at one TTL
  int shortest = 0;      // ways, in links
  int longest = 0;
};

// In the order of their beginnings; a nested one follows the one around it. Nodes of one address
// are one router here, so that ways of different lengths can meet. One that never closes before the
// path ends, or whose inner links are unknown, is not among them.
std::vector<Diamond> diamonds(const PathGraph& graph);

}  // namespace traceroute
