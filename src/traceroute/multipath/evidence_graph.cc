// What the evidence shows, as a graph.
#include <algorithm>
#include <set>
#include <utility>

#include "traceroute/multipath/path_evidence.hh"

namespace traceroute {

PathGraph PathEvidence::graph() const {
  PathGraph graph;
  for (int flow = 0; flow < flows(); ++flow) {
    if (std::ranges::any_of(levels_,
                            [flow](const TtlState& each) { return !each.is_unasked(flow); })) {
      ++graph.flows;
    }
  }
  int last = max_ttl();
  while (last > base_ && flows_by_place(last).empty()) --last;
  NodesOfPlaces before;
  bool parted = false;
  for (int ttl = base_ + 1; ttl <= last; ++ttl) {
    const NodesOfPlaces here = add_nodes(ttl, graph);
    if (ttl - 1 > base_) add_links(ttl, parted, before, here, graph);
    // Packets of one flow that part do so until all ways meet, also where none was seen to.
    parted = level(ttl).is_mixed() || (parted && here.size() > 1);
    before = here;
  }
  return graph;
}

PathEvidence::NodesOfPlaces PathEvidence::add_nodes(int ttl, PathGraph& graph) const {
  NodesOfPlaces here;
  for (auto& [place, flows] : flows_by_place(ttl)) {
    here[place] = graph.nodes.size();
    PathNode node{ttl, std::nullopt, {}, flows};
    if (place != nobody) {
      node.reply = level(ttl).answerers()[static_cast<std::size_t>(place)].reply;
    }
    graph.nodes.push_back(std::move(node));
  }
  // Of a search that was interrupted: hops beyond have answered, this one not yet.
  if (here.empty()) graph.nodes.push_back({ttl, std::nullopt, {}, {}});
  if (level(ttl).is_mixed()) graph.mixed.push_back(ttl);
  const auto leads_on = [&](const auto& each) {
    const auto& reply = graph.nodes[each.second].reply;
    return reply && reply->verdict == Verdict::router;
  };
  if (level(ttl).may_hide_silence() && std::ranges::any_of(here, leads_on)) {
    const TtlState::Tally tally = level(ttl).tally();
    graph.doubtful.push_back({ttl, tally.lost, tally.all});
  }
  return here;
}

// Two nodes are linked if one flow was seen at both, as long as flows have a fixed node at the
// first TTL. If they have none, but all have the same one at the second, every node before leads
// there.
void PathEvidence::add_links(int ttl, bool parted, const NodesOfPlaces& before,
                             const NodesOfPlaces& here, PathGraph& graph) const {
  const TtlState& previous = level(ttl - 1);
  std::set<std::pair<std::size_t, std::size_t>> links;
  if (!parted) {
    for (const auto& [place, node] : here) {
      for (const int flow : graph.nodes[node].flows) {
        if (!previous.is_settled(flow)) continue;
        for (const int from : previous.places(flow)) links.insert({before.at(from), node});
      }
    }
  } else {
    // Not if one of them is an end, or stands at both TTLs: there ways differ in length.
    const auto leads_on = [&](const auto& each) {
      const auto& reply = graph.nodes[each.second].reply;
      const auto& next = graph.nodes[here.begin()->second].reply;
      return !reply ||
             (reply->verdict == Verdict::router && !(next && next->from.same_host(reply->from)));
    };
    if (here.size() > 1 || !std::ranges::all_of(before, leads_on)) {
      graph.unknown_from.push_back(ttl - 1);
      return;
    }
    for (const auto& [place, node] : before) links.insert({node, here.begin()->second});
  }
  for (const auto& [from, to] : links) graph.links.push_back({from, to});
}

}  // namespace traceroute
