#include "traceroute/multipath/probe_demand.hh"

#include <algorithm>

#include "traceroute/multipath/stopping_rule.hh"

namespace traceroute {

namespace {

// A balancer by packet with two ways sends 6 packets of a flow the same way in 3 % of cases, and 12
// in 0.05 %.
constexpr int usual_test = 6, strict_test = 12;

// Flows of each of several routers that have one next hop each: where these are fewer, or as many.
constexpr int flows_to_meet = 3;
constexpr int flows_side_by_side = 4;

// Half of the flows that every second TTL begins with are other ones: what all flows of one TTL
// miss because they go the same way, the next TTL may show.
void put_in_order(int ttl, std::vector<int>& unasked) {
  if (ttl % 2 == 0) return;
  const int begun_with = probes_to_rule_out_another(1);
  const auto rank = [&](int flow) {
    return flow < begun_with / 2 ? 1 : flow < begun_with / 2 * 3 ? 0 : 2;
  };
  std::ranges::stable_sort(unasked, [&](int a, int b) { return rank(a) < rank(b); });
}

}  // namespace

void ProbeDemand::explore(int ttl, int until) {
  until_ = until;
  if (evidence_->is_too_wide(ttl + 1)) {
    proof_.end = SearchEnd::too_many_next_hops;
    return;
  }
  const int open = open_;
  const std::vector<Group> groups = evidence_->groups(ttl, by_place(ttl));
  test_.reset();
  const auto alike = find_alike(ttl, groups);
  // Where one router of a hop has several next hops, each other one may have them too (a meshed
  // diamond): the 5 % of one router would be those of each.
  const auto parts = [&](const Group& group) { return next_hops(ttl, group).places.size() > 1; };
  const int expected = groups.size() > 1 && std::ranges::any_of(groups, parts) ? 2 : 1;
  for (const Group& group : groups) {
    test_flow(ttl, group);
    find_next_hops(ttl, group, alike ? alike->of_each : min_flows(ttl, group, expected));
    proof_.supposes_alike |= alike && next_hops(ttl, group).settled < probes_to_rule_out_another(1);
  }
  if (alike) send_on(ttl, alike->of_all);
  find_witnesses(ttl);
  const TtlState& next = evidence_->level(ttl + 1);
  for (const int flow : next.flows_to_check()) {
    if (next.is_waiting(flow)) {
      await();
    } else {
      wish(ttl + 1, flow);
    }
  }
  is_sure_ = open == open_;
}

void ProbeDemand::ask(int ttl, int flow) {
  const TtlState& level = evidence_->level(ttl);
  if (level.is_settled(flow)) return;
  if (level.is_waiting(flow)) {
    await();
  } else {
    wish(ttl, flow);
  }
}

void ProbeDemand::ask_silent_again(int ttl, Time since) {
  const TtlState& level = evidence_->level(ttl);
  if (level.flows() == 0 || !level.answerers().empty()) return;
  int flow = 0;  // of those that have been asked here
  while (level.is_unasked(flow)) ++flow;
  if (level.is_waiting(flow)) {
    await();
  } else if (level.probes_of(flow) == 1 || level.asked_at(flow) < since) {
    wish(ttl, flow);
  }
}

const PathEvidence::FlowsByPlace& ProbeDemand::by_place(int ttl) {
  const auto [found, is_new] = by_place_.try_emplace(ttl);
  if (is_new) found->second = evidence_->flows_by_place(ttl);
  return found->second;
}

ProbeDemand::NextHops ProbeDemand::next_hops(int ttl, const Group& group) const {
  const TtlState& next = evidence_->level(ttl + 1);
  NextHops found;
  for (const int flow : group.flows) {
    if (flow >= next.flows()) break;
    if (!next.is_settled(flow)) continue;
    ++found.settled;
    for (const int place : next.places(flow)) found.places.insert(place);
  }
  return found;
}

// How many flows of a group have to be known at the next hop, by the full rule for as many next
// hops as have been seen, or as are `expected`.
int ProbeDemand::min_flows(int ttl, const Group& group, int expected) const {
  // Behind a balancer that sends each packet its own way, a missed router yields a false link. So
  // ask for enough flows for every node of the group, and for two nodes where the balancer seems to
  // begin.
  const bool parts_behind = ttl + 2 <= evidence_->max_ttl() && evidence_->level(ttl + 2).is_mixed();
  const int nodes = std::max(group.nodes, parts_behind ? 2 : 1);
  const auto seen = std::max(expected, static_cast<int>(next_hops(ttl, group).places.size()));
  return std::max(probes_to_rule_out_another(seen), nodes * probes_to_rule_out_another(1));
}

// MDA-Lite's rule, if it applies: to several routers. Not where a router has several next hops, so
// that others may have them too (a meshed diamond) or not (one that is not uniform).
std::optional<ProbeDemand::Alike> ProbeDemand::find_alike(int ttl,
                                                          const std::vector<Group>& groups) const {
  if (groups.size() < 2) return std::nullopt;
  for (int each = ttl + 1; each <= std::min(ttl + 2, evidence_->max_ttl()); ++each) {
    if (evidence_->level(each).is_mixed()) return std::nullopt;
  }
  std::set<int> all;
  for (const Group& group : groups) {
    NextHops next = next_hops(ttl, group);
    if (next.places.size() > 1) return std::nullopt;
    all.merge(next.places);
  }
  const auto width = static_cast<int>(groups.size());
  const auto next_width = std::max(1, static_cast<int>(all.size()));
  const int of_each = next_width < width ? flows_to_meet : flows_side_by_side;
  const int of_all = probes_to_rule_out_another(next_width);
  return Alike{std::max(of_each, (of_all + width - 1) / width), of_all};
}

// Sends on as many flows of a group as are wanted.
void ProbeDemand::find_next_hops(int ttl, const Group& group, int wanted) {
  const TtlState& next = evidence_->level(ttl + 1);
  int lacking = wanted - next_hops(ttl, group).settled;
  const int open = open_;
  // Flows that were lost before new ones: all packets of one may be lost for a reason.
  std::vector<int> lost, unasked;
  for (const int flow : group.flows) {
    if (lacking <= 0) return;
    if (next.is_settled(flow)) continue;
    if (next.probes_of(flow) > 1 || next.is_lost(flow)) ask_behind(ttl + 1, flow);
    if (next.is_waiting(flow)) {
      await();
      --lacking;
    } else if (next.is_lost(flow)) {
      lost.push_back(flow);
    } else if (!group.takes_any_flow || flow < 4 * wanted) {
      unasked.push_back(flow);
    }
  }
  if (group.takes_any_flow) put_in_order(ttl + 1, unasked);
  for (const std::vector<int>& flows : {lost, unasked}) {
    for (const int flow : flows) {
      if (lacking-- <= 0) return;
      wish(ttl + 1, flow);
      if (evidence_->level(ttl).is_settled(flow)) ask_behind(ttl + 1, flow);
    }
  }
  if (lacking <= 0) return;
  if (group.is_silent_branch) {
    // To find out what is silent is slow, and the node may be several.
    proof_.lacks_flows_of_silent = true;
  } else if (!group.takes_any_flow) {
    find_flows(ttl, group, lacking);
  } else if (open == open_) {
    proof_.end = SearchEnd::too_many_flows;
  }
}

// What may be silent from a TTL on is asked behind it now: or the waits would add up.
void ProbeDemand::ask_behind(int ttl, int flow) {
  for (const int each : evidence_->unanswered_behind(ttl, until_, flow)) wish(each, flow);
}

// If routers seem to be alike, the flows on their way to them will be needed behind them too:
// asking now saves a round trip.
void ProbeDemand::send_on(int ttl, int lacking) {
  const TtlState& next = evidence_->level(ttl + 1);
  for (int flow = 0; flow < next.flows(); ++flow) {
    if (!next.is_unasked(flow) && !evidence_->has_ended(ttl, flow)) --lacking;
  }
  const TtlState& here = evidence_->level(ttl);
  for (int flow = 0; flow < max_flows && lacking > 0; ++flow) {
    if (!next.is_unasked(flow) || wishes_.contains({ttl + 1, flow})) continue;
    if (!here.is_waiting(flow) && !wishes_.contains({ttl, flow})) continue;
    wish(ttl + 1, flow);
    --lacking;
  }
}

// Looks for `count` more flows that pass one node of a group: tries more of them, since some will
// pass another node.
void ProbeDemand::find_flows(int ttl, const Group& group, int count) {
  if (!is_sure_) return;
  const TtlState& here = evidence_->level(ttl);
  count = (count * static_cast<int>(here.answerers().size()) * 3 + 3) / 4;
  const bool is_first = ttl - 1 == evidence_->base();
  std::set<int> sources;  // the places before, from which flows come here
  if (!is_first) {
    const TtlState& before = evidence_->level(ttl - 1);
    for (const int flow : group.flows) {
      if (!before.is_settled(flow)) continue;
      for (const int place : before.places(flow)) sources.insert(place);
    }
  }
  for (int flow = 0; flow < here.flows(); ++flow) {
    if (here.is_unasked(flow) || here.is_settled(flow)) continue;
    ask(ttl, flow);
    --count;
  }
  count -= static_cast<int>(std::ranges::count_if(wishes_, [&](const auto& each) {
    return each.first.first == ttl && here.is_unasked(each.first.second);
  }));
  bool found = count <= 0;
  // Flows that are known to come near, then any.
  for (const bool near : {true, false}) {
    for (int flow = 0; flow < (near ? evidence_->flows() : max_flows) && count > 0; ++flow) {
      if (!here.is_unasked(flow) || evidence_->has_ended(ttl - 1, flow)) continue;
      const bool known = !is_first && evidence_->level(ttl - 1).is_settled(flow);
      if (known != near) continue;
      if (known) {
        const auto places = evidence_->level(ttl - 1).places(flow);
        if (std::ranges::none_of(places, [&](int p) { return sources.contains(p); })) continue;
      }
      wish(ttl, flow);
      found = true;
      --count;
    }
  }
  if (!found) proof_.end = SearchEnd::too_many_flows;
}

// Each node at the next TTL needs one flow that was also seen at this TTL; otherwise its link is
// unknown.
void ProbeDemand::find_witnesses(int ttl) {
  if (ttl == evidence_->base()) return;
  for (const auto& [place, flows] : by_place(ttl + 1)) {
    if (std::ranges::none_of(flows,
                             [&](int flow) { return evidence_->level(ttl).is_settled(flow); })) {
      ask(ttl, flows[0]);
    }
  }
}

// How many equal answers a flow needs. Rows of routers that seem to be linked crosswise may be
// balanced per packet: ask for more answers before saying so.
int ProbeDemand::answers_of_a_test(int ttl) {
  const auto& here = by_place(ttl);
  if (here.size() < 2 || ttl == evidence_->max_ttl()) return usual_test;
  const TtlState& next = evidence_->level(ttl + 1);
  for (const auto& [place, flows] : here) {
    std::set<int> places;
    for (const int flow : flows) {
      if (next.answers_of(flow) == 0) continue;
      for (const int each : next.places(flow)) places.insert(each);
    }
    if (places.size() > 1) return strict_test;
  }
  return usual_test;
}

// Sends one flow of a balancer repeatedly: whether it always goes the same way. A flow that was
// seen at several nodes of this TTL shows it best.
void ProbeDemand::test_flow(int ttl, const Group& group) {
  const TtlState& next = evidence_->level(ttl + 1);
  if (next.is_mixed()) return;
  const TtlState& here = evidence_->level(ttl);
  const auto rank = [&](int flow) {
    return std::pair(here.places(flow).size() > 1, next.probes_of(flow));
  };
  std::set<int> places;
  int tested = -1;
  for (const int flow : group.flows) {
    const bool answered = next.answers_of(flow) > 0;
    if (!answered && here.places(flow).size() < 2) continue;
    if (answered) places.insert(next.places(flow).begin(), next.places(flow).end());
    if (tested < 0 || rank(flow) > rank(tested)) tested = flow;
  }
  if (places.size() < 2) return;
  if (!test_) test_ = answers_of_a_test(ttl + 1);
  const int wanted = *test_;
  const int missing = wanted - next.answers_of(tested);
  if (missing <= 0) return;
  const int waiting = next.waiting_of(tested);
  if (waiting > 0) await();
  const int more = std::min(missing - waiting, 2 * wanted - next.probes_of(tested));
  if (more > 0) wish(ttl + 1, tested, more);
}

}  // namespace traceroute
