#include "traceroute/watch/round.hh"

#include <algorithm>
#include <utility>

namespace traceroute::watch {

Round::Round(const Plan& plan, std::uint64_t number, std::vector<int> ttls, Time start, Time gap)
    : plan_(plan), number_(number), ttls_(std::move(ttls)), start_(start), gap_(gap) {}

bool Round::all_asked() const {
  return probes_.size() == ttls_.size() || (reached_at_ && ttls_[probes_.size()] > *reached_at_);
}

std::vector<std::size_t> Round::due(Time now) {
  std::vector<std::size_t> batch;
  while (!all_asked() && next_to_send() <= now) {
    const std::size_t next = probes_.size();
    batch.push_back(next);
    Probe& probe = probes_.emplace_back();
    probe.ttl = ttls_[next];
    probe.size = plan_.packet_size;
    probe.sent = now;
  }
  return batch;
}

void Round::withdraw(std::size_t count) {
  probes_.resize(probes_.size() - count);
  ttls_.resize(probes_.size());
}

// As long as it was asked for. Else, once the destination has answered, nearer hops have had their
// time. What round trips were before is no measure: where a queue builds up, they take a second
// more at once.
Time Round::give_up_at(std::size_t index) const {
  constexpr Time usual = std::chrono::seconds(1);
  constexpr Time max_wait = std::chrono::seconds(3);
  const Time timeout = reached_at_ ? std::min(max_wait, std::max(usual, rtt_ * 4)) : max_wait;
  return probes_[index].sent + (plan_.waits ? plan_.waits->max : timeout);
}

Time Round::wake(Time now) const {
  Time next = all_asked() ? Time::max() : next_to_send();
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    if (!probes_[i].reply && give_up_at(i) > now) next = std::min(next, give_up_at(i));
  }
  return next;
}

void Round::record(std::size_t index, Reply reply) {
  Probe& probe = probes_[index];
  if (probe.reply) return probe.add_duplicate(std::move(reply));
  // A destination that refuses packets itself has answered.
  if (reply.verdict == Verdict::refusal && reply.from.same_host(plan_.destination)) {
    reply.verdict = Verdict::destination;
  }
  if (reply.verdict == Verdict::destination) {
    reached_at_ = std::min(reached_at_.value_or(probe.ttl), probe.ttl);
    rtt_ = std::max(rtt_, reply.arrived - probe.sent);
  }
  probe.reply = std::move(reply);
}

}  // namespace traceroute::watch
