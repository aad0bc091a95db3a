#include "traceroute/watch/hop_record.hh"

#include <algorithm>

namespace traceroute::watch {

void HopRecord::Rtts::add(Time rtt) {
  if (last) steps += rtt > *last ? rtt - *last : *last - rtt;
  last = rtt;
  best = std::min(best.value_or(rtt), rtt);
  worst = std::max(worst.value_or(rtt), rtt);
  quantiles.add(rtt);
}

std::optional<Time> HopRecord::Rtts::median() const {
  if (!best) return std::nullopt;
  return std::clamp(quantiles.at(0.5), *best, *worst);
}

std::optional<Time> HopRecord::Rtts::jitter() const {
  if (quantiles.count() < 2) return std::nullopt;
  return steps / static_cast<Time::rep>(quantiles.count() - 1);
}

Outcome HopRecord::outcome_of(const Probe& probe) {
  if (!probe.reply) return Outcome::lost;
  return probe.reply->verdict == Verdict::refusal ? Outcome::refused : Outcome::answered;
}

std::optional<Responders::Change> HopRecord::take(std::uint64_t round, const Probe& probe) {
  const Outcome outcome = outcome_of(probe);
  const bool answered = outcome == Outcome::answered;
  // Until now it was asked now and then: what it had saved up meanwhile says nothing.
  if (answered && !answers() && every() != every_) begin_pace(every_);
  if (outcome == Outcome::refused) {
    ++refused_;
  } else {
    total_.add(answered);
    if (at_present_pace(round)) {
      tally_.add(answered);
      gaps_.add(answered);
    }
  }
  last_.push_back({outcome, answered ? probe.rtt() : Time::zero()});
  if (last_.size() > kept) last_.pop_front();
  missing_in_a_row_ = answered ? 0 : missing_in_a_row_ + 1;
  if (answered) {
    rounds_between_ = answered_in_ == 0 ? 1 : round - answered_in_;
    answered_in_ = round;
  }
  if (!probe.reply) return std::nullopt;
  passed_ = probe.reply->verdict == Verdict::router;
  auto change = responders_.add({probe.reply->from, probe.reply->verdict}, probe.sent, probe.rtt());
  if (change) {
    rtts_ = {};
    for (const Time rtt : change->rtts) rtts_.add(rtt);
    limited_ = false;
    begin_pace(1);
  } else if (answered) {
    rtts_.add(probe.rtt());
  }
  return change;
}

std::uint64_t HopRecord::every() const {
  constexpr std::uint64_t patience = 8;  // with one who has never answered
  return !answers() && times_asked_ >= patience ? patience : every_;
}

bool HopRecord::lately(std::uint64_t event, std::uint64_t round) const {
  constexpr std::uint64_t few = 3;
  return event > 0 && round <= event + few * every();
}

bool HopRecord::ask(std::uint64_t round) {
  if (times_asked_ > 0 && round < asked_in_ + every()) return false;
  ++times_asked_;
  asked_in_ = round;
  return true;
}

void HopRecord::slow_down(std::uint64_t slowest) {
  limited_ = true;
  begin_pace(std::min(std::max(rounds_between_, every_ + 1), slowest));
}

void HopRecord::forget_outcomes() {
  rtts_ = {};
  total_ = {};
  refused_ = 0;
  last_.clear();
  missing_in_a_row_ = 0;
  times_asked_ = 0;
  limited_ = false;
  begin_pace(1);
}

void HopRecord::begin_pace(std::uint64_t every) {
  every_ = every;
  tally_ = {};
  gaps_ = {};
  old_pace_until_ = asked_in_;
}

}  // namespace traceroute::watch
