// What all probes of a search have shown: where each flow passes and where it ends.
#pragma once

#include <map>
#include <vector>

#include "traceroute/multipath/path_graph.hh"
#include "traceroute/multipath/ttl_state.hh"

namespace traceroute {

// Flows that pass the same node of a level, or one of several that cannot be told apart by flow.
struct Group {
  int nodes = 1;  // how many these are
  std::vector<int> flows;
  bool takes_any_flow = false;    // also flows that have not been seen at the level
  bool is_silent_branch = false;  // beside others that answer
};

class PathEvidence {
 public:
  // `base` is the TTL of the node that all flows are known to pass: this computer, or what -f
  // leaves out.
  PathEvidence(int base, int max_ttl);

  void sent(int ttl, int flow, std::size_t probe, Time now);
  void answered(int ttl, int flow, std::size_t probe, const Reply& reply, Time rtt);
  void expire(int ttl, Time now, Time patience) { level_at(ttl).expire(now, patience); }

  [[nodiscard]] int base() const { return base_; }
  [[nodiscard]] int max_ttl() const { return static_cast<int>(levels_.size()) - 1; }
  [[nodiscard]] const TtlState& level(int ttl) const {
    return levels_[static_cast<std::size_t>(ttl)];
  }
  // The flows that have been sent are less than this.
  [[nodiscard]] int flows() const { return static_cast<int>(ends_.size()); }
  // The last TTL up to `until` at which anybody answers, or the base.
  [[nodiscard]] int last_answering(int until) const;
  // Whether the path of any flow is known to its end.
  [[nodiscard]] bool has_any_ended() const;
  // Whether a flow ended at a TTL or before it: what it showed behind that is no path.
  [[nodiscard]] bool has_ended(int ttl, int flow) const {
    return flow < flows() && ends_[static_cast<std::size_t>(flow)].ttl <= ttl;
  }
  // Whether nobody has answered a flow at a TTL or behind it.
  [[nodiscard]] bool is_silent_from(int ttl, int flow) const;
  // Where behind a TTL, as far as `until`, a flow was asked in vain; of one that is silent before
  // that TTL, too, and everywhere behind, also where it was not asked.
  [[nodiscard]] std::vector<int> unanswered_behind(int ttl, int until, int flow) const;
  // Whether an answer is on the way that may show that a refusal was no end.
  [[nodiscard]] bool doubts_an_end() const;
  [[nodiscard]] bool is_too_wide(int ttl) const;

  // The flows that are settled at a TTL and did not end before it, by the place they pass.
  using FlowsByPlace = std::map<int, std::vector<int>>;
  [[nodiscard]] FlowsByPlace flows_by_place(int ttl) const;
  // The nodes of a TTL from which paths go on.
  [[nodiscard]] std::vector<Group> groups(int ttl, const FlowsByPlace& by_place) const;
  [[nodiscard]] std::vector<Group> groups(int ttl) const {
    return groups(ttl, flows_by_place(ttl));
  }

  // All but the round trips, and how the search ended.
  [[nodiscard]] PathGraph graph() const;

 private:
  struct FlowEnd {
    int ttl;  // of the end, as far as known
    int destination;
    int farthest = 0;  // that drew an answer other than a refusal
    std::vector<std::pair<int, net::Address>> refusals;
  };
  using NodesOfPlaces = std::map<int, std::size_t>;  // of a level: where they stand in the graph

  [[nodiscard]] TtlState& level_at(int ttl) { return levels_[static_cast<std::size_t>(ttl)]; }
  [[nodiscard]] bool is_end_of_all(int ttl) const;
  [[nodiscard]] std::vector<int> flows_past(int ttl) const;
  [[nodiscard]] bool is_distrusted(const net::Address& address) const;
  void note_end(int ttl, FlowEnd& end, const Reply& reply);
  void note_refusal(int ttl, const net::Address& address);
  void distrust(const net::Address& address);
  void find_end(FlowEnd& end) const;

  NodesOfPlaces add_nodes(int ttl, PathGraph& graph) const;
  void add_links(int ttl, bool parted, const NodesOfPlaces& before, const NodesOfPlaces& here,
                 PathGraph& graph) const;

  int base_;
  std::vector<TtlState> levels_;  // by TTL
  std::vector<FlowEnd> ends_;     // by flow
  // Who refused packets of flows that went on: these refusals are no ends.
  std::vector<net::Address> distrusted_;
};

}  // namespace traceroute
