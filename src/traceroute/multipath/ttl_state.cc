#include "traceroute/multipath/ttl_state.hh"

#include <algorithm>
#include <array>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// Unanswered probes after which a flow counts as silent, by rate step: more where a limit was met,
// since other flows may have used it up.
constexpr std::array<int, 3> max_tries{6, 8, 10};
constexpr int max_backoff = 4;  // times the rate step's interval
// A Linux router sends one peer 6 errors back to back (icmp(7), icmp_ratelimit).
constexpr int burst_of_one = 6;
// If answers are missing, a router may limit them. Then this TTL is asked as often as one router of
// the next kind allows: a Cisco (an unreachable each 500 ms), then a Linux router (an error a
// second), both with a margin.
constexpr std::array<Time, 3> rate_steps{0ms, 550ms, 1100ms};
// `missing_answers` of the last `recent_probes` are a limit, not a chance loss.
constexpr std::size_t recent_probes = 8;
constexpr int missing_answers = 3;
// Flows whose router answers are asked that soon after one that is silent: it had the first chance.
constexpr Time after_retry = 100ms;
// As many of the probes that show whether a router answers.
constexpr int checks = static_cast<int>(recent_probes);

}  // namespace

const TtlState::FlowState& TtlState::flow_state(int flow) const {
  static const FlowState none;
  return flow < flows() ? flows_state_[static_cast<std::size_t>(flow)] : none;
}

void TtlState::sent(int flow, std::size_t probe, Time now) {
  if (flow >= flows()) flows_state_.resize(static_cast<std::size_t>(flow) + 1);
  FlowState& of_flow = flows_state_[static_cast<std::size_t>(flow)];
  ++of_flow.sent;
  ++of_flow.waiting;
  of_flow.asked = now;
  for (const int place : of_flow.places) answerers_[static_cast<std::size_t>(place)].asked = now;
  last_sent_ = now;
  const bool is_retry = of_flow.sent > 1 && !is_answered(of_flow);
  if (is_retry) last_retry_ = now;
  outstanding_.push_back({probe, flow, now, is_retry});
}

void TtlState::answered(int flow, std::size_t probe, const Reply& reply, Time rtt,
                        bool is_trusted) {
  const auto same = [&](const Answerer& a) {
    const bool ends = reply.verdict != Verdict::router;
    return a.ends_path() == ends && a.reply.from.same_host(reply.from);
  };
  const auto found = std::ranges::find_if(answerers_, same);
  const int place = static_cast<int>(found - answerers_.begin());
  largest_rtt_ = std::max(largest_rtt_.value_or(rtt), rtt);
  FlowState& of_flow = flows_state_[static_cast<std::size_t>(flow)];
  auto& answered_by = of_flow.answered_by;
  const bool is_new = std::ranges::find(answered_by, place) == answered_by.end();
  if (is_new) answered_by.push_back(place);
  if (found == answerers_.end()) {
    answerers_.push_back({reply, is_trusted});
    if (is_trusted && !any_trusted_) find_all_places();
  }
  if (is_new) find_places(of_flow);
  if (is_trusted) ++of_flow.answers;
  const auto waited = std::ranges::find(outstanding_, probe, &Outstanding::probe);
  if (waited != outstanding_.end()) {
    note(*waited, is_trusted, reply.arrived);
    --of_flow.waiting;
    outstanding_.erase(waited);
  }
  check_silence();
}

void TtlState::expire(Time now, Time patience) {
  while (!outstanding_.empty() && outstanding_.front().asked + patience <= now) {
    const Outstanding& expired = outstanding_.front();
    --flows_state_[static_cast<std::size_t>(expired.flow)].waiting;
    if (!answerers_.empty()) note(expired, false, now);
    outstanding_.pop_front();
    check_silence();
  }
}

void TtlState::distrust(const net::Address& address) {
  for (Answerer& each : answerers_) {
    if (each.reply.verdict == Verdict::refusal && each.reply.from.same_host(address)) {
      each.is_trusted = false;
    }
  }
  find_all_places();
}

bool TtlState::note_refused_elsewhere(const net::Address& address) {
  bool here = false;
  for (Answerer& each : answerers_) {
    if (each.reply.verdict != Verdict::refusal || !each.reply.from.same_host(address)) continue;
    here = each.refuses_elsewhere = true;
  }
  return here;
}

// If nobody else answers, even an answerer that is not trusted counts.
void TtlState::find_places(FlowState& flow) {
  flow.places.clear();
  for (const int place : flow.answered_by) {
    if (!any_trusted_ || is_trusted(place)) flow.places.push_back(place);
  }
  if (flow.places.size() > 1) mixed_ = true;
}

void TtlState::find_all_places() {
  any_trusted_ = std::ranges::any_of(answerers_, &Answerer::is_trusted);
  mixed_ = false;
  for (FlowState& each : flows_state_) find_places(each);
  check_silence();
}

void TtlState::note(const Outstanding& probe, bool was_answered, Time now) {
  if (probe.asked < shifted_) return;
  FlowState& of_flow = flows_state_[static_cast<std::size_t>(probe.flow)];
  of_flow.now.add({was_answered ? 0 : 1, 1});
  recent_.push_back(was_answered);
  if (recent_.size() > recent_probes) recent_.pop_front();
  if (probe.is_retry && rate_step_ + 1 == rate_steps.size()) {
    recent_retries_.push_back(was_answered);
    if (recent_retries_.size() > recent_probes) recent_retries_.pop_front();
    if (retries_are_vain()) {
      // Of two packets of a flow chance may take both.
      for (FlowState& each : flows_state_) each.is_given_up |= each.sent > 2;
    }
  }
  const auto missing = std::ranges::count(recent_, false);
  if (missing < missing_answers || rate_step_ + 1 == rate_steps.size()) return;
  ++rate_step_;
  shifted_ = now;
  recent_.clear();
  for (FlowState& each : flows_state_) each.now = {};
}

// What the flows of an answerer have shown at the present rate.
TtlState::Tally TtlState::tally_of(int place) const {
  Tally tally;
  for (const FlowState& each : flows_state_) {
    if (std::ranges::find(each.places, place) != each.places.end()) tally.add(each.now);
  }
  return tally;
}

void TtlState::check_silence() {
  believes_silence_ = true;
  for (std::size_t place = 0; place < answerers_.size() && believes_silence_; ++place) {
    if (any_trusted_ && !is_trusted(static_cast<int>(place))) continue;
    const Tally tally = tally_of(static_cast<int>(place));
    believes_silence_ = tally.all >= checks && tally.lost * checks < missing_answers * tally.all;
  }
}

std::vector<int> TtlState::flows_to_check() const {
  std::vector<int> found;
  if (!retries_seem_vain() && !seems_silent_at_times()) return found;
  for (std::size_t place = 0; place < answerers_.size(); ++place) {
    const auto at = static_cast<int>(place);
    if (tally_of(at).all >= checks) continue;
    int best = -1;
    for (int flow = 0; flow < flows(); ++flow) {
      const auto& places = flow_state(flow).places;
      if (std::ranges::find(places, at) == places.end()) continue;
      if (best < 0 || probes_of(flow) < probes_of(best)) best = flow;
    }
    if (best >= 0) found.push_back(best);
  }
  return found;
}

// Silence beside answers, in flows of its own or in packets of any flow.
bool TtlState::seems_silent_at_times() const {
  Tally answered;
  for (const FlowState& each : flows_state_) {
    const bool is_unanswered = each.sent > 0 && each.answered_by.empty();
    if (is_unanswered && !answerers_.empty() && is_settled(each)) return true;
    if (!each.places.empty()) answered.add(each.tally());
  }
  return answered.lost >= 2 && 4 * answered.lost >= answered.all;
}

bool TtlState::may_hide_silence() const { return !believes_silence_ && seems_silent_at_times(); }

TtlState::Tally TtlState::tally() const {
  Tally tally;
  for (const FlowState& each : flows_state_) tally.add(each.tally());
  return tally;
}

bool TtlState::is_trusted(int place) const {
  return answerers_[static_cast<std::size_t>(place)].is_trusted;
}

bool TtlState::is_answered(const FlowState& flow) const {
  return std::ranges::any_of(flow.answered_by, [this](int place) { return is_trusted(place); });
}

bool TtlState::is_settled(int flow) const { return is_settled(flow_state(flow)); }

bool TtlState::is_settled(const FlowState& of_flow) const {
  if (is_answered(of_flow)) return true;
  if (of_flow.is_given_up && of_flow.waiting == 0) return true;
  const int tries = answerers_.empty() ? 1 : max_tries[rate_step_];
  return of_flow.sent >= tries && of_flow.waiting == 0;
}

// Whether nobody that is asked again at the slowest rate answers.
bool TtlState::retries_seem_vain() const {
  return !recent_retries_.empty() && std::ranges::count(recent_retries_, true) == 0;
}

// Whether asking flows again never helps: their routers are silent, since limits at this rate would
// let most through. Nor do refusals help that come from who refuses what runs out here; but who
// lets only some packets pass refuses at all TTLs from there on, and may let the next one pass.
bool TtlState::retries_are_vain() const {
  return recent_retries_.size() == recent_probes && retries_seem_vain() &&
         answerers_.size() <= recent_probes &&
         std::ranges::none_of(answerers_, &Answerer::refuses_elsewhere);
}

// Whether silent routers account for the missing answers, and no limit does: then those who answer
// may be asked as fast as before any was missing.
bool TtlState::knows_silent_routers() const {
  constexpr int chance_losses = 20;  // one of so many
  if (!retries_seem_vain() || !believes_silence_) return false;
  Tally answered;
  for (const FlowState& each : flows_state_) {
    if (each.answers > 0) answered.add(each.tally());
  }
  return chance_losses * answered.lost <= answered.all;
}

bool TtlState::is_lost(int flow) const {
  return !is_unasked(flow) && !is_waiting(flow) && !is_settled(flow);
}

const std::vector<int>& TtlState::places(int flow) const {
  static const std::vector<int> silence{nobody};
  const FlowState& of_flow = flow_state(flow);
  return of_flow.answered_by.empty() && believes_silence_ ? silence : of_flow.places;
}

Time TtlState::may_send_at(int flow, Time last_end) const {
  // Several routers share what a level is asked.
  const int routers = std::max(1, static_cast<int>(answerers_.size()));
  if (outstanding() >= burst_of_one * routers) return Time::max();
  if (answerers_.empty() && !is_unasked(flow)) {
    return std::max(last_sent_, last_end) + rate_steps.back();
  }
  if (rate_step_ == 0) return Time::zero();
  const FlowState& of_flow = flow_state(flow);
  const Time step = rate_steps[rate_step_];
  const bool in_vain = retries_seem_vain();
  const bool is_limited = !knows_silent_routers();
  const Time next = is_limited ? last_sent_ + step / routers : Time::zero();
  if (of_flow.sent == 0) return next;
  if (!of_flow.places.empty()) {
    // It is known who is asked: no sooner than the last of its flows allows.
    Time asked{};
    for (const int place : of_flow.places) {
      asked = std::max(asked, answerers_[static_cast<std::size_t>(place)].asked);
    }
    return std::max(in_vain ? last_retry_ + after_retry : next, asked + step);
  }
  // Were a silent flow's router one of those that are checked, it would have its next answer.
  if (in_vain) return std::max(is_limited ? last_sent_ : Time::zero(), of_flow.asked) + step;
  // Back off per flow: retrying an unanswered flow asks the same router.
  return std::max(next, of_flow.asked + step * std::min(of_flow.sent, max_backoff));
}

Time TtlState::next_expiry(Time patience) const {
  return outstanding_.empty() ? Time::max() : outstanding_.front().asked + patience;
}

}  // namespace traceroute
