#include "traceroute/trace/ttl_state.hh"

#include <algorithm>
#include <array>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// A flow that is not answered so often is silent: more often where a limit has been met, since what
// other flows ask may have used it up.
constexpr std::array<int, 3> max_tries{6, 8, 10};
constexpr int max_backoff = 4;  // times the rate step's interval
// A Linux router sends one peer 6 errors back to back (icmp(7), icmp_ratelimit).
constexpr int max_outstanding = 6;
// Those 6 go out at once, and each answer lets another one go. When answers are missing, a router
// may be at its limit: then the level is asked as often as one router of the next kind allows, a
// Cisco (an unreachable each 500 ms), then a Linux router (an error a second); both with a margin.
constexpr std::array<Time, 3> rate_steps{0ms, 550ms, 1100ms};
// So many of the last so many make a limit of it, and not a chance loss.
constexpr std::size_t recent_probes = 8;
constexpr int missing_answers = 3;

}  // namespace

const TtlState::FlowState& TtlState::flow_state(int flow) const {
  static const FlowState none;
  return flow < flows() ? flows_state_[static_cast<std::size_t>(flow)] : none;
}

void TtlState::sent(int flow, Time now, Time deadline) {
  if (flow >= flows()) flows_state_.resize(static_cast<std::size_t>(flow) + 1);
  FlowState& of_flow = flows_state_[static_cast<std::size_t>(flow)];
  ++of_flow.sent;
  of_flow.waiting = true;
  of_flow.asked = now;
  of_flow.deadline = deadline;
  last_sent_ = now;
}

void TtlState::answered(int flow, const Reply& reply, Time rtt) {
  const auto same = [&](const Answerer& a) {
    const bool ends = reply.verdict != Verdict::router;
    return a.reply.from.same_host(reply.from) && a.ends_path() == ends;
  };
  const auto found = std::find_if(answerers_.begin(), answerers_.end(), same);
  const int place = static_cast<int>(found - answerers_.begin());
  if (found == answerers_.end()) {
    answerers_.push_back({reply, rtt});
  } else {
    found->rtt = std::min(found->rtt, rtt);
  }
  largest_rtt_ = std::max(largest_rtt_.value_or(rtt), rtt);
  FlowState& of_flow = flows_state_[static_cast<std::size_t>(flow)];
  of_flow.places.insert(place);
  ++of_flow.answers;
  if (of_flow.places.size() > 1) mixed_ = true;
  if (of_flow.waiting) note(true, of_flow.asked, reply.arrived);
  of_flow.waiting = false;
}

void TtlState::expire(Time now) {
  for (FlowState& each : flows_state_) {
    if (!each.waiting || each.deadline > now) continue;
    each.waiting = false;
    if (!answerers_.empty()) note(false, each.asked, now);
  }
}

void TtlState::note(bool was_answered, Time asked, Time now) {
  if (asked < shifted_) return;
  recent_.push_back(was_answered);
  if (recent_.size() > recent_probes) recent_.pop_front();
  const auto missing = std::count(recent_.begin(), recent_.end(), false);
  if (missing < missing_answers || rate_step_ + 1 == rate_steps.size()) return;
  ++rate_step_;
  shifted_ = now;
  recent_.clear();
}

bool TtlState::is_settled(int flow) const {
  const FlowState& of_flow = flow_state(flow);
  if (of_flow.answers > 0) return true;
  const int tries = answerers_.empty() ? 1 : max_tries[rate_step_];
  return of_flow.sent >= tries && !of_flow.waiting;
}

bool TtlState::is_lost(int flow) const {
  return !is_unasked(flow) && !is_waiting(flow) && !is_settled(flow);
}

std::set<int> TtlState::places(int flow) const {
  const FlowState& of_flow = flow_state(flow);
  return of_flow.answers > 0 ? of_flow.places : std::set<int>{nobody};
}

int TtlState::outstanding() const {
  return static_cast<int>(std::count_if(flows_state_.begin(), flows_state_.end(),
                                        [](const FlowState& each) { return each.waiting; }));
}

// Several routers share what a level is asked.
Time TtlState::interval() const {
  return rate_steps[rate_step_] / std::max<Time::rep>(1, static_cast<Time::rep>(answerers_.size()));
}

// A flow that has got no answer would ask the same router: it waits longer each time.
Time TtlState::again(const FlowState& of_flow) const {
  return of_flow.sent == 0
             ? last_sent_
             : of_flow.asked + rate_steps[rate_step_] * std::min(of_flow.sent, max_backoff);
}

bool TtlState::may_send(int flow, Time now) const {
  if (outstanding() >= max_outstanding) return false;
  return rate_step_ == 0 || (now >= last_sent_ + interval() && now >= again(flow_state(flow)));
}

Time TtlState::next_change(Time now) const {
  Time next = Time::max();
  for (const FlowState& each : flows_state_) {
    if (each.waiting) next = std::min(next, each.deadline);
    if (!each.waiting && again(each) > now) next = std::min(next, again(each));
  }
  if (rate_step_ > 0 && now < last_sent_ + interval())
    next = std::min(next, last_sent_ + interval());
  return next;
}

}  // namespace traceroute
