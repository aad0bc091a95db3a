// Which probes are needed to be sure of all next hops, given what is known.
//
// The Multipath Detection Algorithm (B. Augustin, T. Friedman, R. Teixeira, "Multipath tracing with
// Paris traceroute", 2007) asks for as many flows of each router as its stopping rule says. Nothing
// in it wants one hop after the other: all TTLs are looked at, with what is known of each.
// Where several routers of a hop seem to have one next hop each, fewer flows of each are enough, as
// in MDA-Lite (K. Vermeulen, S. Strowes, O. Fourmaux, T. Friedman, "Multilevel MDA-Lite Paris
// traceroute", 2018): together they still show what all of these routers have in common.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "traceroute/multipath/path_evidence.hh"

namespace traceroute {

class ProbeDemand {
 public:
  // The evidence outlives it and does not change meanwhile.
  explicit ProbeDemand(const PathEvidence& evidence) : evidence_(&evidence) {}

  // Asks for what is needed to know the next hops of all nodes at a TTL. To be called for one TTL
  // after the other, up to the one before `until`.
  void explore(int ttl, int until);
  // Asks where a flow passes, and nothing else.
  void ask(int ttl, int flow);
  // A router that does not answer before others that do may have run out of answers, as another
  // search has just been here: asks it once more, and again if that was before `since`.
  void ask_silent_again(int ttl, Time since);

  // How many probes are wanted now, by TTL and flow.
  [[nodiscard]] const std::map<std::pair<int, int>, int>& wishes() const { return wishes_; }
  // Nothing is wanted or waited for.
  [[nodiscard]] bool is_met() const { return open_ == 0; }
  // What will be known once it is met, and why no more.
  [[nodiscard]] const Proof& proof() const { return proof_; }

 private:
  // What is known of a group's next hops.
  struct NextHops {
    std::set<int> places;
    int settled = 0;  // flows
  };

  // How many flows show the next hops of routers that are alike.
  struct Alike {
    int of_each = 0;
    int of_all = 0;
  };

  const PathEvidence::FlowsByPlace& by_place(int ttl);
  [[nodiscard]] NextHops next_hops(int ttl, const Group& group) const;
  [[nodiscard]] int min_flows(int ttl, const Group& group, int expected) const;
  [[nodiscard]] std::optional<Alike> find_alike(int ttl, const std::vector<Group>& groups) const;
  void find_next_hops(int ttl, const Group& group, int wanted);
  void send_on(int ttl, int lacking);
  void ask_behind(int ttl, int flow);
  void find_flows(int ttl, const Group& group, int count);
  void find_witnesses(int ttl);
  void test_flow(int ttl, const Group& group);
  [[nodiscard]] int answers_of_a_test(int ttl);
  void wish(int ttl, int flow, int count = 1) {
    int& wanted = wishes_[{ttl, flow}];
    wanted = std::max(wanted, count);
    ++open_;
  }
  void await() { ++open_; }

  const PathEvidence* evidence_;
  int until_ = 0;                                       // the last TTL that is explored
  std::map<int, PathEvidence::FlowsByPlace> by_place_;  // by TTL, as far as looked up
  std::optional<int> test_;                             // answers that a test takes here
  std::map<std::pair<int, int>, int> wishes_;
  int open_ = 0;         // what is wanted or waited for
  bool is_sure_ = true;  // the nodes at the TTL that is looked at are known
  Proof proof_;
};

}  // namespace traceroute
