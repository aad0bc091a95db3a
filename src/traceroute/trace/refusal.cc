// What refusals say: whether who refuses some packets lets others pass, and when one ends the path.
#include <algorithm>

#include "traceroute/trace/known_path.hh"

namespace traceroute {

using namespace std::chrono_literals;

// True for a hop that was both refused and answered, and for a router that refuses although another
// one answered from beyond it.
bool KnownPath::finds_some_refused() const {
  for (const Probe& refused : probes_) {
    if (!refused.reply || refused.reply->verdict != Verdict::refusal) continue;
    if (refused.ttl <= farthest_) return true;
    bool is_before = false;
    bool another_is_farthest = false;
    for (const Probe& other : probes_) {
      if (!other.reply || other.reply->verdict != Verdict::router) continue;
      const bool same = other.reply->from.same_host(refused.reply->from);
      is_before |= same && other.ttl < farthest_;
      another_is_farthest |= !same && other.ttl == farthest_;
    }
    if (is_before && another_is_farthest) return true;
  }
  return false;
}

// True where a packet passed those who refuse this hop's own, and another router refused it.
bool KnownPath::is_refused_farther_on(int ttl) const {
  const auto refuses_here = [&](const net::Address& router) {
    return std::ranges::any_of(sent(ttl), [&](std::size_t i) {
      return probes_[i].reply && probes_[i].reply->from.same_host(router);
    });
  };
  return std::ranges::any_of(probes_, [&](const Probe& probe) {
    return probe.ttl > ttl && probe.reply && probe.reply->verdict == Verdict::refusal &&
           !refuses_here(probe.reply->from);
  });
}

Time KnownPath::refusal_stands_at() const {
  bool unanswered = false;
  // Whether one that was refused was sent right after one without an answer: who refuses seldom
  // does so again only after a while, so that the other one may have passed.
  bool may_pass = false;
  std::optional<Time> last_unanswered;
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    const Probe& probe = probes_[i];
    const bool may_go_on = probe.ttl > *end_ || (probe.ttl == *end_ && is_retry(i));
    unanswered |= may_go_on && !probe.reply;
    if (probe.ttl >= *end_ && !probe.reply) last_unanswered = probe.sent;
    may_pass |= probe.reply && probe.reply->verdict == Verdict::refusal && last_unanswered &&
                probe.sent < *last_unanswered + 400ms;
  }
  // One that took seconds was late itself: the router first looked for the host in vain.
  const Time soon = std::clamp<Time>(max_rtt_ * 2, 430ms, 1500ms);
  Time when = unanswered ? *refused_ + soon : *refused_;
  if (destination_) when = std::max(when, *destination_ + soon);
  if (may_pass && !destination_) {
    when = std::max(when, probes_.front().sent + wait_for_farther(farthest_));
  }
  const Time first_sent = probes_[sent(*end_).front()].sent;
  if (refuses_some_ || destination_) when = std::max(when, first_sent + 1050ms + max_rtt_ * 5 / 4);
  return when;
}

}  // namespace traceroute
