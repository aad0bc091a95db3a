#include "traceroute/trace/path_graph.hh"

#include <algorithm>
#include <map>
#include <set>

namespace traceroute {

namespace {

// The routers that all ways from each router to the end of the paths pass, itself among them.
using Passed = std::vector<std::set<std::size_t>>;

// The graph with the nodes of one address merged into one router. Those who do not answer stay
// apart.
struct Routers {
  std::vector<std::size_t> of_node;
  std::vector<std::set<std::size_t>> next;
};

Routers merge(const PathGraph& graph) {
  Routers routers;
  std::map<std::string, std::size_t> by_address;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto& reply = graph.nodes[i].reply;
    const std::string address = reply ? reply->from.host() : std::to_string(i).append("*");
    routers.of_node.push_back(by_address.insert({address, by_address.size()}).first->second);
  }
  routers.next.resize(by_address.size());
  for (const PathLink& link : graph.links) {
    routers.next[routers.of_node[link.from]].insert(routers.of_node[link.to]);
  }
  return routers;
}

// By narrowing down what is first taken to be everything until nothing changes: so it ends where
// there are loops, too.
Passed passed_by_all_ways(const Routers& routers) {
  std::set<std::size_t> all;
  for (std::size_t i = 0; i < routers.next.size(); ++i) all.insert(i);
  Passed passed(routers.next.size(), all);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = routers.next.size(); i-- > 0;) {
      std::set<std::size_t> common;
      bool first = true;
      for (const std::size_t next : routers.next[i]) {
        if (first) {
          common = passed[next];
        } else {
          std::erase_if(common, [&](std::size_t r) { return !passed[next].contains(r); });
        }
        first = false;
      }
      common.insert(i);
      if (common == passed[i]) continue;
      passed[i] = std::move(common);
      changed = true;
    }
  }
  return passed;
}

// Of those that all ways from a router pass, the nearest: all the others are passed from there.
std::optional<std::size_t> meeting_point(const Passed& passed, std::size_t router) {
  for (const std::size_t other : passed[router]) {
    if (other != router && passed[other].size() + 1 == passed[router].size()) return other;
  }
  return std::nullopt;
}

// Follows the ways from a balancer's node to the nodes of the router at which they meet.
std::optional<Diamond> measure(const PathGraph& graph, const Routers& routers, std::size_t from,
                               std::size_t meeting) {
  Diamond diamond{from, 0, 0, 0, 0};
  std::set<std::size_t> row{from};
  for (int length = 1; !row.empty(); ++length) {
    std::set<std::size_t> inside;
    for (const std::size_t node : row) {
      for (const std::size_t next : graph.next(node)) {
        if (routers.of_node[next] != meeting) {
          inside.insert(next);
          continue;
        }
        if (diamond.shortest == 0) {
          diamond.shortest = length;
          diamond.to = next;
        }
        diamond.longest = length;
      }
    }
    diamond.width = std::max(diamond.width, static_cast<int>(inside.size()));
    row = std::move(inside);
  }
  return diamond.shortest == 0 ? std::nullopt : std::optional(diamond);
}

}  // namespace

std::vector<std::size_t> PathGraph::next(std::size_t node) const {
  std::vector<std::size_t> found;
  for (const PathLink& link : links) {
    if (link.from == node) found.push_back(link.to);
  }
  return found;
}

std::vector<std::size_t> PathGraph::at(int ttl) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].ttl == ttl) found.push_back(i);
  }
  return found;
}

std::vector<Diamond> diamonds(const PathGraph& graph) {
  const Routers routers = merge(graph);
  const Passed passed = passed_by_all_ways(routers);
  std::vector<Diamond> found;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.next(i).size() < 2) continue;
    const auto meeting = meeting_point(passed, routers.of_node[i]);
    if (!meeting) continue;
    if (const auto diamond = measure(graph, routers, i, *meeting)) found.push_back(*diamond);
  }
  return found;
}

}  // namespace traceroute
