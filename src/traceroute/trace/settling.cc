// When a hop of a trace is settled: which answers it waits for, and until when.
#include <algorithm>

#include "traceroute/trace/trace.hh"

namespace traceroute {

using namespace std::chrono_literals;

// What a hop shows, and while nobody knows who it is all that was sent to find out. Where all is
// refused, KnownPath::refusal_stands_at() says how long that is.
std::vector<std::size_t> Trace::awaited(int ttl) const {
  if (path_.resolved(ttl)) return path_.shown(ttl);
  if (ttl != path_.end()) return path_.sent(ttl);
  std::vector<std::size_t> all = path_.shown(ttl);
  for (const std::size_t i : path_.sent(ttl)) {
    const bool own = path_.refuses_some() || (!path_.ends_in_refusal() && path_.is_retry(i));
    if (own && std::ranges::find(all, i) == all.end()) all.push_back(i);
  }
  return all;
}

// Whether an answer of this hop is still waited for, or a probe still to be sent.
bool Trace::waits_for(int ttl, Time now) const {
  const auto indices = awaited(ttl);
  if (indices.size() < static_cast<std::size_t>(plan_.queries)) return true;
  if (!path_.resolved(ttl) && !plan_.waits && retry_of(ttl, now).next != Time::max()) return true;
  return deadline(ttl, indices) > now;
}

// A hop that has not answered is no star while a later one is waited for anyhow: its answer may
// come meanwhile. The last of those, or the hop itself.
int Trace::last_before_star(int ttl) const {
  if (plan_.waits || path_.answered(ttl)) return ttl;
  if (path_.end()) return last_ttl();
  if (careful() || (!path_.destination() && ttl > path_.farthest_answer())) return ttl;
  int last = path_.supposed_end().value_or(plan_.max_ttl);
  while (last > ttl && path_.sent(last).empty()) --last;
  return std::max(last, ttl);
}

// Until when answers to these probes of the hop are waited for.
Time Trace::deadline(int ttl, const std::vector<std::size_t>& indices) const {
  Time latest = Time::min();
  KnownTimes known = path_.times(ttl);
  // With a window a hop's probes may be seconds apart.
  if (!careful() && !indices.empty()) {
    const bool slow_access = path_.few_answer() && !path_.destination();
    // The end may show nothing but probes with a greater TTL.
    const auto& own = path_.sent(ttl);
    known.first_sent = slow_access ? *start_ : probes()[(own.empty() ? indices : own).front()].sent;
  }
  for (const std::size_t i : indices) {
    const Probe& probe = probes()[i];
    if (probe.reply) continue;
    known.is_retry = path_.is_retry(i);
    latest = std::max(latest, give_up_at(probe.sent, known, plan_.waits));
  }
  if (ttl == path_.end() && path_.ends_in_refusal()) {
    const Time max = plan_.waits ? last_sent_ + plan_.waits->max : Time::max();
    latest = std::max(latest, std::min(path_.refusal_stands_at(), max));
  }
  return latest;
}

// Until when a probe takes up room in the window. While few hops have answered, its answer is
// waited for longer: a window of 1 would make nine minutes of a path on which nobody answers.
Time Trace::in_window_until(std::size_t index) const {
  const Probe& probe = probes()[index];
  const Time latest = deadline(probe.ttl, {index});
  constexpr Time usual_wait = 1050ms;
  const bool unknown = !plan_.waits && path_.few_answer() && !path_.destination();
  return unknown ? std::min(latest, probe.sent + std::max(usual_wait, path_.max_rtt() * 2))
                 : latest;
}

// The number of probes that an answer is waited for.
std::size_t Trace::waiting(Time now) const {
  std::size_t count = 0;
  for (int ttl = next_ttl_; ttl <= last_ttl(); ++ttl) {
    for (const std::size_t i : path_.sent(ttl)) count += in_window_until(i) > now ? 1 : 0;
  }
  return count;
}

std::optional<Hop> Trace::next_settled(Time now) {
  if (stopped() && now >= *stop_at_ && !last_shown_) {
    last_shown_ = std::min(last_ttl(), path_.farthest_answer());
  }
  if (done()) return std::nullopt;
  const int last = last_shown_ ? 0 : last_before_star(next_ttl_);
  for (int ttl = next_ttl_; ttl <= last; ++ttl) {
    if (waits_for(ttl, now)) return std::nullopt;
  }
  const int ttl = next_ttl_++;
  const auto supposed = path_.supposed_end();
  if (!last_shown_ && supposed && ttl >= *supposed && !path_.resolved(ttl)) {
    path_.end_with_scout(ttl);
  }
  more_to_send_ = more_to_send_ || careful();  // what was waited for may have filled the window
  silent_hops_ = path_.answered(ttl) ? 0 : silent_hops_ + 1;
  const bool at_end = ttl > path_.farthest_answer() && !path_.destination();
  if (at_end && plan_.give_up && silent_hops_ >= *plan_.give_up) last_shown_ = ttl;
  return hop(ttl);
}

Time Trace::next_deadline(Time now) const {
  Time next = Time::max();
  const auto consider = [&](Time when) {
    if (when > now) next = std::min(next, when);
  };
  for (int ttl = next_ttl_; ttl <= last_to_send(); ++ttl) {
    consider(retry_of(ttl, now).next);
    // Hops are told in order: only the next one matters, unless a window waits for answers.
    if (careful()) {
      for (const std::size_t i : path_.sent(ttl)) consider(in_window_until(i));
    }
  }
  const int last = last_before_star(next_ttl_);
  for (int ttl = next_ttl_; ttl <= last; ++ttl) consider(deadline(ttl, awaited(ttl)));
  return next;
}

Time Trace::wake(Time now) const {
  if (!start_) return now;
  if (more_to_send_ || !again_.empty()) return std::max(now, paused_until_);
  Time next = next_deadline(now);
  if (stopped()) return std::min(next, *stop_at_);
  if (careful()) {
    if (now < last_sent_ + plan_.pause) next = std::min(next, last_sent_ + plan_.pause);
  } else if (!end()) {
    const Time change = next_change(progress_, now - *start_);
    if (change != Time::max()) next = std::min(next, *start_ + change);
  }
  return next;
}

}  // namespace traceroute
