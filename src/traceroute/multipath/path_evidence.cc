#include "traceroute/multipath/path_evidence.hh"

#include <algorithm>

#include "traceroute/multipath/stopping_rule.hh"

namespace traceroute {

namespace {

constexpr int never = 256;  // more than any TTL

}  // namespace

PathEvidence::PathEvidence(int base, int max_ttl)
    : base_(base), levels_(static_cast<std::size_t>(max_ttl) + 1) {}

void PathEvidence::sent(int ttl, int flow, std::size_t probe, Time now) {
  level_at(ttl).sent(flow, probe, now);
  if (flow >= flows()) ends_.resize(static_cast<std::size_t>(flow) + 1, {never, never, 0, {}});
}

void PathEvidence::answered(int ttl, int flow, std::size_t probe, const Reply& reply, Time rtt) {
  const bool is_trusted = reply.verdict != Verdict::refusal || !is_distrusted(reply.from);
  level_at(ttl).answered(flow, probe, reply, rtt, is_trusted);
  if (reply.verdict == Verdict::refusal) note_refusal(ttl, reply.from);
  note_end(ttl, ends_[static_cast<std::size_t>(flow)], reply);
}

std::vector<int> PathEvidence::unanswered_behind(int ttl, int until, int flow) const {
  const bool is_dead = is_silent_from(ttl - 1, flow);
  std::vector<int> found;
  for (int each = ttl + 1; each <= until && !has_ended(each - 1, flow); ++each) {
    const TtlState& behind = level(each);
    if (behind.is_lost(flow) || (is_dead && behind.is_unasked(flow))) found.push_back(each);
  }
  return found;
}

bool PathEvidence::is_silent_from(int ttl, int flow) const {
  if (flow >= flows()) return false;
  const FlowEnd& end = ends_[static_cast<std::size_t>(flow)];
  return end.farthest < ttl &&
         std::ranges::none_of(end.refusals, [ttl](const auto& each) { return each.first >= ttl; });
}

void PathEvidence::note_refusal(int ttl, const net::Address& address) {
  bool elsewhere = false;
  for (TtlState& each : levels_) {
    if (&each != &level(ttl)) elsewhere |= each.note_refused_elsewhere(address);
  }
  if (elsewhere) level_at(ttl).note_refused_elsewhere(address);
}

bool PathEvidence::is_distrusted(const net::Address& address) const {
  return std::ranges::any_of(distrusted_,
                             [&](const net::Address& each) { return each.same_host(address); });
}

// A refusal ends a flow's path only if the flow gets no farther with any packet.
void PathEvidence::note_end(int ttl, FlowEnd& end, const Reply& reply) {
  if (reply.verdict == Verdict::refusal) {
    end.refusals.push_back({ttl, reply.from});
  } else {
    end.farthest = std::max(end.farthest, ttl);
    if (reply.verdict == Verdict::destination) end.destination = std::min(end.destination, ttl);
  }
  find_end(end);
  for (const auto& [refused_at, address] : end.refusals) {
    if (refused_at <= end.farthest) distrust(address);
  }
}

void PathEvidence::distrust(const net::Address& address) {
  if (is_distrusted(address)) return;
  distrusted_.push_back(address);
  for (TtlState& each : levels_) each.distrust(address);
  for (FlowEnd& each : ends_) find_end(each);
}

void PathEvidence::find_end(FlowEnd& end) const {
  end.ttl = end.destination;
  for (const auto& [ttl, address] : end.refusals) {
    if (!is_distrusted(address)) end.ttl = std::min(end.ttl, ttl);
  }
}

int PathEvidence::last_answering(int until) const {
  while (until > base_ && level(until).answerers().empty()) --until;
  return std::max(until, base_);
}

bool PathEvidence::has_any_ended() const {
  return std::ranges::any_of(ends_, [](const FlowEnd& each) { return each.ttl != never; });
}

bool PathEvidence::doubts_an_end() const {
  for (int flow = 0; flow < flows(); ++flow) {
    const FlowEnd& end = ends_[static_cast<std::size_t>(flow)];
    if (end.ttl == end.destination) continue;  // no refusal
    for (int ttl = end.ttl + 1; ttl <= max_ttl(); ++ttl) {
      if (level(ttl).is_waiting(flow)) return true;
    }
  }
  return false;
}

bool PathEvidence::is_too_wide(int ttl) const {
  return level(ttl).answerers().size() > max_next_hops;
}

// With as many new ones as may be asked for at once.
std::vector<int> PathEvidence::flows_past(int ttl) const {
  constexpr int new_flows = 64;
  std::vector<int> found;
  for (int flow = 0; flow < std::min(flows() + new_flows, max_flows); ++flow) {
    if (!has_ended(ttl, flow)) found.push_back(flow);
  }
  return found;
}

// Whether all flows that were seen at a TTL end there.
bool PathEvidence::is_end_of_all(int ttl) const {
  bool any = false;
  for (int flow = 0; flow < level(ttl).flows(); ++flow) {
    if (!level(ttl).is_settled(flow)) continue;
    if (!has_ended(ttl, flow)) return false;
    any = true;
  }
  return any;
}

PathEvidence::FlowsByPlace PathEvidence::flows_by_place(int ttl) const {
  FlowsByPlace found;
  if (ttl == base_) return found;
  const bool is_behind_the_end = is_end_of_all(ttl - 1);
  for (int flow = 0; flow < level(ttl).flows(); ++flow) {
    if (!level(ttl).is_settled(flow) || has_ended(ttl - 1, flow)) continue;
    // It ended here or, as all others, before.
    if (is_behind_the_end && has_ended(ttl, flow) && !level(ttl - 1).is_settled(flow)) continue;
    for (const int place : level(ttl).places(flow)) found[place].push_back(flow);
  }
  return found;
}

std::vector<Group> PathEvidence::groups(int ttl, const FlowsByPlace& by_place) const {
  if (ttl == base_) return {{1, flows_past(ttl), true, false}};
  const bool any_ended =
      std::ranges::any_of(ends_, [ttl](const FlowEnd& each) { return each.ttl <= ttl; });
  if (is_too_wide(ttl)) return {{1, flows_past(ttl), true, false}};
  if (level(ttl).is_mixed()) {
    return {{static_cast<int>(by_place.size()), flows_past(ttl), true, false}};
  }
  if (by_place.size() <= 1 && !any_ended) return {{1, flows_past(ttl), true, false}};
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

}  // namespace traceroute
