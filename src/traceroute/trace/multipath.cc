#include "traceroute/trace/multipath.hh"

#include <algorithm>
#include <utility>

#include "traceroute/trace/stopping_rule.hh"
#include "traceroute/trace/timeout.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// A balancer by packet with two ways sends so many packets of a flow the same way in 3 % of cases,
constexpr int usual_test = 6;
// or in 0.05 %.
constexpr int strict_test = 12;

}  // namespace

Multipath::Multipath(Plan plan)

    : plan_(std::move(plan)),
      flow_checksums_(plan_.seed),
      levels_(static_cast<std::size_t>(plan_.max_ttl) + 1) {}

bool Multipath::is_known(int ttl, int flow) const {
  return ttl == base() || level(ttl).is_settled(flow);
}

// Whether a flow ended at a TTL or before it: what it showed behind that is no path.
bool Multipath::has_ended(int ttl, int flow) const {
  const auto found = ended_.find(flow);
  return found != ended_.end() && found->second <= ttl;
}

// With a few that are new.
std::vector<int> Multipath::flows_past(int ttl) const {
  constexpr int new_flows = 8;
  std::vector<int> found;
  for (int flow = 0; flow < std::min(flows_ + new_flows, max_flows); ++flow) {
    if (!has_ended(ttl, flow)) found.push_back(flow);
  }
  return found;
}

std::map<int, std::vector<int>> Multipath::flows_by_place(int ttl) const {
  std::map<int, std::vector<int>> found;
  for (int flow = 0; flow < level(ttl).flows(); ++flow) {
    if (!level(ttl).is_settled(flow) || has_ended(ttl - 1, flow)) continue;
    for (const int place : level(ttl).places(flow)) found[place].push_back(flow);
  }
  return found;
}

std::vector<Multipath::Group> Multipath::groups(int ttl, bool is_settled) const {
  if (ttl == base()) return {{1, flows_past(ttl), true, false}};
  const auto by_place = flows_by_place(ttl);
  if (level(ttl).is_mixed()) {
    return {{static_cast<int>(by_place.size()), flows_past(ttl), true, false}};
  }
  const bool none_ended = std::none_of(ended_.begin(), ended_.end(),
                                       [ttl](const auto& each) { return each.second <= ttl; });
  if (by_place.size() == 1 && is_settled && none_ended) return {{1, flows_past(ttl), true, false}};
  std::vector<Group> found;
  for (const auto& [place, flows] : by_place) {
    Group group{1, {}, false, place == nobody && by_place.size() > 1};
    for (const int flow : flows) {
      if (!has_ended(ttl, flow)) group.flows.push_back(flow);
    }
    if (!group.flows.empty()) found.push_back(std::move(group));
  }
  return found;
}

std::vector<std::size_t> Multipath::due(Time now) {
  for (TtlState& each : levels_) each.expire(now);
  wishes_.clear();
  bool is_settled = true;
  done_ = true;
  for (int ttl = base(); ttl < plan_.max_ttl; ++ttl) {
    if (ttl > base() && level(ttl).flows() == 0) break;
    const Standing standing = explore(ttl, is_settled);
    if (!standing.is_complete) is_settled = done_ = false;
    if (!standing.can_go_on) break;
  }
  std::vector<std::size_t> batch;
  if (!done_) send_wishes(now, batch);
  if (probes_.size() == max_search_probes) done_ = true;
  wake_ = Time::max();
  for (const TtlState& each : levels_) wake_ = std::min(wake_, each.next_change(now));
  if (plan_.pause > Time::zero() && !wishes_.empty()) {
    wake_ = std::min(wake_, std::max(now, last_sent_ + plan_.pause));
  }
  return batch;
}

// Looks for the next hops of all nodes at a TTL. `is_settled` says that those of all before are
// known.
Multipath::Standing Multipath::explore(int ttl, bool is_settled) {
  Standing standing;
  for (const Group& group : groups(ttl, is_settled)) {
    if (!find_next_hops(ttl, group)) standing.is_complete = false;
    if (!test_flow(ttl, group)) standing.can_go_on = false;
  }
  if (!find_witnesses(ttl)) standing.is_complete = false;
  if (!standing.can_go_on) standing.is_complete = false;
  return standing;
}

// Where packets of one flow part, a router that is missed makes a link false that others seem to
// have: as many flows as for each of the nodes that cannot be told apart, and for two where the
// parting seems to begin.
int Multipath::min_flows(int ttl, const Group& group) const {
  const bool parts_behind = ttl + 2 <= plan_.max_ttl && level(ttl + 2).is_mixed();
  return std::max(group.nodes, parts_behind ? 2 : 1) * probes_to_rule_out_another(1);
}

// Sends on as many flows of a group as the stopping rule asks for. False while that is not done.
bool Multipath::find_next_hops(int ttl, const Group& group) {
  const TtlState& next = level(ttl + 1);
  std::set<int> places;
  int settled = 0;
  int under_way = 0;
  for (const int flow : group.flows) {
    if (flow >= next.flows()) break;
    if (next.is_settled(flow)) {
      ++settled;
      places.merge(next.places(flow));
    } else if (!next.is_unasked(flow)) {
      ++under_way;
      if (next.is_lost(flow)) wish(ttl + 1, flow);
    }
  }
  const int wanted =
      std::max(probes_to_rule_out_another(static_cast<int>(places.size())), min_flows(ttl, group));
  int lacking = wanted - settled - under_way;
  if (lacking <= 0) return under_way == 0;
  for (const int flow : group.flows) {
    if (lacking == 0) break;
    if (!next.is_unasked(flow)) continue;
    wish(ttl + 1, flow);
    --lacking;
    ++under_way;
  }
  if (lacking == 0) return false;
  if (group.takes_any_flow) {
    ran_out_ = ran_out_ || flows_ == max_flows;
    return under_way == 0 && ran_out_;
  }
  // To find out what is silent is slow, and the node may be several.
  if (group.is_silent_branch) return under_way == 0;
  return !find_flows(ttl, group, lacking) && under_way == 0;
}

// Looks for so many more flows that pass a group's node. False if there are none left to try.
bool Multipath::find_flows(int ttl, const Group& group, int count) {
  const TtlState& here = level(ttl);
  std::set<int> sources;  // the places before, from which flows come here
  if (ttl - 1 > base()) {
    for (const int flow : group.flows) {
      if (is_known(ttl - 1, flow)) sources.merge(level(ttl - 1).places(flow));
    }
  }
  for (int flow = 0; flow < here.flows(); ++flow) {
    if (here.is_unasked(flow) || here.is_settled(flow)) continue;
    if (here.is_lost(flow)) wish(ttl, flow);
    --count;
  }
  count -= static_cast<int>(std::count_if(wishes_.begin(), wishes_.end(),
                                          [ttl](const auto& each) { return each.first == ttl; }));
  bool found = count <= 0;
  // Flows that are known to come near, then any.
  for (const bool near : {true, false}) {
    for (int flow = 0; flow < max_flows && count > 0; ++flow) {
      if (!here.is_unasked(flow) || has_ended(ttl - 1, flow)) continue;
      const bool known = ttl - 1 > base() && is_known(ttl - 1, flow);
      if (known != near) continue;
      if (known) {
        const auto places = level(ttl - 1).places(flow);
        if (std::none_of(places.begin(), places.end(),
                         [&](int p) { return sources.contains(p); })) {
          continue;
        }
      }
      wish(ttl, flow);
      found = true;
      --count;
    }
  }
  if (!found) ran_out_ = true;
  return found;
}

// Of each node at the next TTL, one flow at least has to be seen at this one: no link is told that
// was not seen. False while that is not done.
bool Multipath::find_witnesses(int ttl) {
  if (ttl == base()) return true;
  bool all = true;
  for (const auto& [place, flows] : flows_by_place(ttl + 1)) {
    if (std::any_of(flows.begin(), flows.end(),
                    [&](int flow) { return level(ttl).is_settled(flow); })) {
      continue;
    }
    all = false;
    if (!level(ttl).is_waiting(flows[0])) wish(ttl, flows[0]);
  }
  return all;
}

// How often a flow has to draw the same answer. Where two rows of routers seem to be linked
// crosswise, it may be that flows have no fixed way: more proof is asked for before that is told.
int Multipath::answers_of_a_test(int ttl) const {
  const auto by_place = flows_by_place(ttl);
  if (by_place.size() < 2 || ttl == plan_.max_ttl) return usual_test;
  const TtlState& next = level(ttl + 1);
  for (const auto& [place, flows] : by_place) {
    std::set<int> places;
    for (const int flow : flows) {
      if (next.answers_of(flow) > 0) places.merge(next.places(flow));
    }
    if (places.size() > 1) return strict_test;
  }
  return usual_test;
}

// Sends one flow of a balancer repeatedly: whether it always goes the same way. False while that
// is not known.
bool Multipath::test_flow(int ttl, const Group& group) {
  const TtlState& next = level(ttl + 1);
  if (next.is_mixed()) return true;
  std::set<int> places;
  int tested = -1;
  for (const int flow : group.flows) {
    if (flow >= next.flows()) break;
    if (next.answers_of(flow) == 0) continue;
    places.merge(next.places(flow));
    if (tested < 0 || next.answers_of(flow) > next.answers_of(tested)) tested = flow;
  }
  if (places.size() < 2) return true;
  const int wanted = answers_of_a_test(ttl + 1);
  if (next.answers_of(tested) >= wanted) return true;
  if (next.is_waiting(tested)) return false;
  if (next.probes_of(tested) >= 2 * wanted) return true;
  wish(ttl + 1, tested);
  return false;
}

void Multipath::wish(int ttl, int flow) {
  const std::pair<int, int> probe{ttl, flow};
  if (std::find(wishes_.begin(), wishes_.end(), probe) == wishes_.end()) wishes_.push_back(probe);
}

Time Multipath::deadline(const TtlState& of, Time now) const {
  constexpr Time unknown_scale = 1s;
  constexpr Time least = 400ms;
  if (of.largest_rtt() || plan_.waits) {
    return give_up_at(now, {largest_rtt_, of.largest_rtt(), std::nullopt, std::nullopt, 0},
                      plan_.waits);
  }
  return now + (largest_rtt_ == Time::zero() ? unknown_scale : std::max(least, 3 * largest_rtt_));
}

void Multipath::send_wishes(Time now, std::vector<std::size_t>& batch) {
  int outstanding = 0;
  for (const TtlState& each : levels_) outstanding += each.outstanding();
  for (const auto& [ttl, flow] : wishes_) {
    const bool paused = !probes_.empty() && now < last_sent_ + plan_.pause;
    if (probes_.size() == max_search_probes) return;
    if (paused || (plan_.window && outstanding >= *plan_.window)) return;
    if (!level(ttl).may_send(flow, now)) continue;
    batch.push_back(probes_.size());
    probes_.push_back({.ttl = ttl,
                       .size = plan_.packet_size,
                       .sent = now,
                       .flow = flow_checksums_.checksum(flow)});
    flow_of_.push_back(flow);
    level(ttl).sent(flow, now, deadline(level(ttl), now));
    flows_ = std::max(flows_, flow + 1);
    last_sent_ = now;
    ++outstanding;
  }
}

void Multipath::record(std::size_t index, Reply reply) {
  Probe& probe = probes_[index];
  if (probe.reply) return;
  probe.reply = std::move(reply);
  const int flow = flow_of_[index];
  level(probe.ttl).answered(flow, *probe.reply, probe.rtt());
  largest_rtt_ = std::max(largest_rtt_, probe.rtt());
  if (probe.reply->verdict == Verdict::router) return;
  const auto [end, is_first] = ended_.insert({flow, probe.ttl});
  if (!is_first) end->second = std::min(end->second, probe.ttl);
}

}  // namespace traceroute
