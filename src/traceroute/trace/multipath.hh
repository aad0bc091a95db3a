// Finds all parallel paths to a destination, with probes of many flows: the Multipath Detection
// Algorithm (B. Augustin, T. Friedman, R. Teixeira, "Multipath tracing with Paris traceroute",
// 2007). Told the time and what arrived, it says which probe to send, when to wake up and when all
// is done; it holds no socket, no clock and no stream.
#pragma once

#include <map>

#include "traceroute/trace/flows.hh"
#include "traceroute/trace/path_graph.hh"
#include "traceroute/trace/probe.hh"
#include "traceroute/trace/ttl_state.hh"

namespace traceroute {

class Multipath final : public Measurement {
 public:
  // Of the plan, neither queries nor MTU discovery count.
  explicit Multipath(Plan plan);

  // The probes to send now, as indices into probes(); they count as sent at `now`.
  std::vector<std::size_t> due(Time now);
  // As of the last due(): when to call it again though nothing arrives, and whether that is needed.
  [[nodiscard]] Time wake() const { return wake_; }
  [[nodiscard]] bool done() const { return done_; }

  void left(std::size_t probe, Time when) override { probes_[probe].sent = when; }
  void record(std::size_t probe, Reply reply) override;
  [[nodiscard]] const Plan& plan() const override { return plan_; }
  [[nodiscard]] const std::vector<Probe>& probes() const override { return probes_; }

  // What is known now.
  [[nodiscard]] PathGraph graph() const;

 private:
  // Flows that pass the same node of a level, or one of several that cannot be told apart by flow.
  struct Group {
    int nodes = 1;  // so many
    std::vector<int> flows;
    bool takes_any_flow = false;    // also flows that have not been seen at the level
    bool is_silent_branch = false;  // beside others that answer
  };
  struct Standing {
    bool is_complete = true;  // the next hops are known
    bool can_go_on = true;    // and can be told apart by flow, so that theirs can be looked for
  };

  [[nodiscard]] const TtlState& level(int ttl) const {
    return levels_[static_cast<std::size_t>(ttl)];
  }
  [[nodiscard]] TtlState& level(int ttl) { return levels_[static_cast<std::size_t>(ttl)]; }
  // The TTL of the node that all flows are known to pass: this computer, or what -f leaves out.
  [[nodiscard]] int base() const { return plan_.first_ttl - 1; }
  [[nodiscard]] bool is_known(int ttl, int flow) const;
  [[nodiscard]] bool has_ended(int ttl, int flow) const;
  [[nodiscard]] std::vector<int> flows_past(int ttl) const;
  [[nodiscard]] std::map<int, std::vector<int>> flows_by_place(int ttl) const;
  [[nodiscard]] std::vector<Group> groups(int ttl, bool is_settled) const;

  Standing explore(int ttl, bool is_settled);
  bool find_next_hops(int ttl, const Group& group);
  [[nodiscard]] int min_flows(int ttl, const Group& group) const;
  bool find_flows(int ttl, const Group& group, int count);
  bool find_witnesses(int ttl);
  bool test_flow(int ttl, const Group& group);
  [[nodiscard]] int answers_of_a_test(int ttl) const;
  void wish(int ttl, int flow);
  void send_wishes(Time now, std::vector<std::size_t>& batch);
  [[nodiscard]] Time deadline(const TtlState& level, Time now) const;

  using NodesOfPlaces = std::map<int, std::size_t>;  // of a level: where they stand in the graph
  NodesOfPlaces add_nodes(int ttl, PathGraph& graph) const;
  void add_links(int ttl, const NodesOfPlaces& before, const NodesOfPlaces& here,
                 PathGraph& graph) const;

  Plan plan_;
  Flows flow_checksums_;
  std::vector<Probe> probes_;
  std::vector<int> flow_of_;                 // of each probe
  std::vector<TtlState> levels_;             // by TTL
  std::map<int, int> ended_;                 // by flow: the lowest TTL that drew a final answer
  std::vector<std::pair<int, int>> wishes_;  // TTL and flow of the probes wanted now
  int flows_ = 0;                            // those in use are less than this
  bool ran_out_ = false;                     // of flows
  Time largest_rtt_{};
  Time last_sent_{};
  Time wake_{};
  bool done_ = false;
};

}  // namespace traceroute
