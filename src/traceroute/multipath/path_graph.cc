#include "traceroute/multipath/path_graph.hh"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace traceroute {

namespace {

using NextNodes = std::vector<std::vector<std::size_t>>;  // by node

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

// For each router the first other one that all ways from it to their ends pass, if there is one:
// its immediate postdominator. By the algorithm of K. Cooper, T. Harvey and K. Kennedy, "A simple,
// fast dominance algorithm" (2001), from one common end on against the links.
class MeetingPoints {
 public:
  explicit MeetingPoints(const Routers& routers)
      : next_(routers.next), end_(next_.size()), meeting_(end_ + 1, none), number_(end_ + 1, none) {
    for (auto& each : next_) {
      if (each.empty()) each.insert(end_);
    }
    number_routers();
    meeting_[end_] = end_;
    for (bool changed = true; changed;) {
      changed = false;
      for (auto router = numbered_.rbegin(); router != numbered_.rend(); ++router) {
        if (*router != end_ && update(*router)) changed = true;
      }
    }
  }

  [[nodiscard]] std::optional<std::size_t> of(std::size_t router) const {
    const std::size_t meeting = meeting_[router];
    return meeting == end_ || meeting == none ? std::nullopt : std::optional(meeting);
  }

  // Whether there is a way to an end from here: not if it refuses all, or sends packets round.
  [[nodiscard]] bool leads_on(std::size_t router) const { return meeting_[router] != none; }

 private:
  static constexpr auto none = static_cast<std::size_t>(-1);

  // Numbers the routers from which there is a way to the end, each after all behind it, but for
  // loops.
  void number_routers() {
    std::vector<std::vector<std::size_t>> before(end_ + 1);
    for (std::size_t i = 0; i < end_; ++i) {
      for (const std::size_t next : next_[i]) before[next].push_back(i);
    }
    std::vector<bool> is_seen(end_ + 1);
    std::vector<std::size_t> way{end_};
    is_seen[end_] = true;
    while (!way.empty()) {
      auto& open = before[way.back()];
      if (open.empty()) {
        number_[way.back()] = numbered_.size();
        numbered_.push_back(way.back());
        way.pop_back();
        continue;
      }
      const std::size_t router = open.back();
      open.pop_back();
      if (is_seen[router]) continue;
      is_seen[router] = true;
      way.push_back(router);
    }
  }

  bool update(std::size_t router) {
    std::size_t common = none;
    for (const std::size_t next : next_[router]) {
      if (meeting_[next] != none) common = common == none ? next : meet(common, next);
    }
    return std::exchange(meeting_[router], common) != common;
  }

  [[nodiscard]] std::size_t meet(std::size_t a, std::size_t b) const {
    while (a != b) {
      std::size_t& farther = number_[a] < number_[b] ? a : b;
      farther = meeting_[farther];
    }
    return a;
  }

  std::vector<std::set<std::size_t>> next_;
  std::size_t end_;
  std::vector<std::size_t> meeting_;   // by router
  std::vector<std::size_t> number_;    // by router
  std::vector<std::size_t> numbered_;  // routers by number
};

// Follows the ways from a balancer's node to the nodes of the router at which they meet.
std::optional<Diamond> measure(const NextNodes& next_nodes, const Routers& routers,
                               std::size_t from, std::size_t meeting) {
  Diamond diamond{from, 0, 0, 0, 0};
  std::set<std::size_t> row{from};
  for (int length = 1; !row.empty(); ++length) {
    std::set<std::size_t> inside;
    for (const std::size_t node : row) {
      for (const std::size_t next : next_nodes[node]) {
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
  // With nothing between, the next router is only seen in two ways: it refuses some flows.
  return diamond.shortest == 0 || diamond.width == 0 ? std::nullopt : std::optional(diamond);
}

}  // namespace

std::vector<std::size_t> PathGraph::at(int ttl) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].ttl == ttl) found.push_back(i);
  }
  return found;
}

std::vector<Diamond> diamonds(const PathGraph& graph) {
  const Routers routers = merge(graph);
  const MeetingPoints meeting_points(routers);
  NextNodes next_nodes(graph.nodes.size());
  for (const PathLink& link : graph.links) next_nodes[link.from].push_back(link.to);
  std::vector<Diamond> found;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto ways = std::ranges::count_if(next_nodes[i], [&](std::size_t next) {
      return meeting_points.leads_on(routers.of_node[next]);
    });
    if (ways < 2) continue;
    const auto meeting = meeting_points.of(routers.of_node[i]);
    if (!meeting) continue;
    if (const auto diamond = measure(next_nodes, routers, i, *meeting)) found.push_back(*diamond);
  }
  return found;
}

}  // namespace traceroute
