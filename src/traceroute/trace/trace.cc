#include "traceroute/trace/trace.hh"

#include <algorithm>
#include <utility>

namespace traceroute {

namespace {

constexpr std::size_t max_duplicates = 4;  // kept of one probe: somebody may send any number
constexpr int default_window = 16;         // with -z alone
// Every link carries as much (RFC 791, section 3.2; RFC 8200 promises more for IPv6).
constexpr std::size_t min_packet_size = 68;

}  // namespace

Trace::Trace(Plan plan)
    : plan_(std::move(plan)),
      packet_size_(plan_.packet_size),
      asked_(static_cast<std::size_t>(plan_.max_ttl - plan_.first_ttl + 1)),
      next_ttl_(plan_.first_ttl) {}

Trace::Asked& Trace::asked(int ttl) {
  return asked_[static_cast<std::size_t>(ttl - plan_.first_ttl)];
}
const Trace::Asked& Trace::asked(int ttl) const {
  return asked_[static_cast<std::size_t>(ttl - plan_.first_ttl)];
}
int Trace::sent_count(int ttl) const { return static_cast<int>(asked(ttl).probes.size()); }

std::optional<int> Trace::end() const {
  return end_ <= plan_.max_ttl ? std::optional(end_) : std::nullopt;
}

// A probe with a greater TTL than the destination needs went the same way and drew the same answer:
// the first ones sent that could reach it are its probes, whether they were answered or lost.
std::vector<std::size_t> Trace::probes_of(int ttl) const {
  if (ttl != end_) return asked(ttl).probes;
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    const Probe& probe = probes_[i];
    const bool went_on = probe.reply && probe.reply->verdict == Verdict::router;
    if (probe.ttl == ttl || (probe.ttl > ttl && !went_on)) found.push_back(i);
    if (found.size() == static_cast<std::size_t>(plan_.queries)) break;
  }
  return found;
}

Hop Trace::hop(int ttl) const {
  Hop hop{ttl, {}};
  for (const std::size_t i : probes_of(ttl)) hop.probes.push_back(probes_[i]);
  return hop;
}

int Trace::wanted(int ttl, Time now) const {
  if (ttl > last_ttl()) return 0;
  const auto all = plan_.queries;
  if (ttl == end_) {
    const int have = static_cast<int>(probes_of(ttl).size());
    return sent_count(ttl) + all - have;
  }
  if (end_ <= plan_.max_ttl || careful()) return all;
  // Only the scout has reached the destination: it is somewhere near where its answer came from.
  if (ended_ && ttl <= guessed_distance_ + 1) return all;
  return probes_wanted(ttl - plan_.first_ttl + 1, progress_, now - *start_, all);
}

void Trace::send(int ttl, Time now, std::vector<std::size_t>& batch) {
  if (ttl <= plan_.max_ttl) {
    asked(ttl).probes.push_back(probes_.size());
  } else {
    scout_sent_ = true;
  }
  batch.push_back(probes_.size());
  Probe& probe = probes_.emplace_back();
  probe.ttl = ttl;
  probe.size = packet_size_;
  probe.sent = now;
  probe.flow = plan_.flow;
  last_sent_ = now;
}

std::vector<std::size_t> Trace::due(Time now, std::size_t most) {
  if (!start_) start_ = now;
  most = std::min(most, full_batch);
  std::vector<std::size_t> batch = std::exchange(again_, {});
  for (const std::size_t probe : batch) probes_[probe].sent = now;
  if (careful()) {
    send_carefully(now, most, batch);
    return batch;
  }
  send_rounds(now, most, batch);
  return batch;
}

// Whole rounds, the lowest TTL first: a destination that limits its answers then gives them to the
// probes that count.
void Trace::send_rounds(Time now, std::size_t most, std::vector<std::size_t>& batch) {
  more_to_send_ = true;
  for (int round = 0; round < plan_.queries; ++round) {
    for (int ttl = next_ttl_; ttl <= last_ttl(); ++ttl) {
      if (sent_count(ttl) != round || round >= wanted(ttl, now)) continue;
      if (batch.size() >= most) return;
      send(ttl, now, batch);
    }
    // The scout tells the destination's distance and round trip when the first probes fall short of
    // it: it goes out behind them, unless they cover all hops.
    if (round == 0 && !ended_ && !scout_sent_ && probes_.size() < asked_.size()) {
      if (batch.size() >= most) return;
      send(full_ttl, now, batch);
    }
  }
  more_to_send_ = false;
}

void Trace::send_carefully(Time now, std::size_t most, std::vector<std::size_t>& batch) {
  const auto window = static_cast<std::size_t>(plan_.window.value_or(default_window));
  more_to_send_ = false;
  for (int ttl = next_ttl_; ttl <= last_ttl(); ++ttl) {
    while (sent_count(ttl) < wanted(ttl, now)) {
      const bool paused = !probes_.empty() && now < last_sent_ + plan_.pause;
      more_to_send_ = !paused && batch.size() >= most;
      if (paused || more_to_send_ || waiting(now) >= window) return;
      send(ttl, now, batch);
    }
  }
}

void Trace::left(std::size_t probe, Time when) { probes_[probe].sent = when; }

bool Trace::shrink(std::size_t index, std::size_t mtu) {
  Probe& probe = probes_[index];
  if (mtu < min_packet_size || mtu >= probe.size) return false;
  probe.size = packet_size_ = mtu;
  probe.found_mtu = true;
  again_.push_back(index);
  return true;
}

void Trace::record(std::size_t index, Reply reply) {
  Probe& probe = probes_[index];
  if (probe.reply) {
    if (probe.duplicates.size() < max_duplicates) probe.duplicates.push_back(std::move(reply));
    return;
  }
  if (plan_.find_mtu && reply.mtu && shrink(index, *reply.mtu)) return;
  probe.late = probe.ttl < next_ttl_ || done();
  probe.reply = std::move(reply);
  if (probe.ttl <= plan_.max_ttl) asked(probe.ttl).answered = true;
  largest_rtt_ = std::max(largest_rtt_, probe.rtt());
  if (probe.reply->verdict != Verdict::router) {
    end_ = std::min(end_, probe.ttl);
    if (!ended_) ended_ = probe.reply->arrived;
    if (probe.reply->verdict == Verdict::destination) {
      guessed_distance_ = hops_come(probe.reply->ttl);
    }
    return;
  }
  const int proven = probe.ttl - plan_.first_ttl + 1;
  if (probe.ttl <= plan_.max_ttl && proven > progress_.proven) {
    progress_ = {proven, probe.reply->arrived - *start_};
  }
}

int Trace::silent_neighbours(int ttl) const {
  int count = 1;
  for (int near = ttl - 1; near >= plan_.first_ttl && !asked(near).answered; --near) ++count;
  for (int far = ttl + 1; far < last_ttl() && !asked(far).answered; ++far) ++count;
  return count;
}

// The round trip to the next hop that answered.
std::optional<Time> Trace::later_rtt(int ttl) const {
  for (int later = ttl + 1; later <= last_ttl(); ++later) {
    if (!asked(later).answered) continue;
    for (const std::size_t i : asked(later).probes) {
      if (probes_[i].reply) return probes_[i].rtt();
    }
  }
  return std::nullopt;
}

Evidence Trace::evidence(int ttl) const {
  Evidence known{largest_rtt_, std::nullopt, later_rtt(ttl), ended_, 0};
  for (const std::size_t i : probes_of(ttl)) {
    if (probes_[i].reply) known.hop_rtt = std::max(known.hop_rtt, std::optional(probes_[i].rtt()));
  }
  if (!known.hop_rtt) known.silent_neighbours = silent_neighbours(ttl);
  return known;
}

// The number of probes that an answer is waited for.
std::size_t Trace::waiting(Time now) const {
  std::size_t count = 0;
  for (int ttl = next_ttl_; ttl <= last_ttl(); ++ttl) {
    const Evidence known = evidence(ttl);
    for (const std::size_t i : asked(ttl).probes) {
      const Probe& probe = probes_[i];
      if (!probe.reply && give_up_at(probe.sent, known, plan_.waits) > now) ++count;
    }
  }
  return count;
}

std::optional<Hop> Trace::next_settled(Time now) {
  if (done()) return std::nullopt;
  const std::vector<std::size_t> indices = probes_of(next_ttl_);
  if (indices.size() < static_cast<std::size_t>(plan_.queries)) return std::nullopt;
  const Evidence known = evidence(next_ttl_);
  for (const std::size_t i : indices) {
    const Probe& probe = probes_[i];
    if (!probe.reply && give_up_at(probe.sent, known, plan_.waits) > now) return std::nullopt;
  }
  return hop(next_ttl_++);
}

Time Trace::next_deadline(Time now) const {
  Time next = Time::max();
  for (int ttl = next_ttl_; ttl <= last_ttl(); ++ttl) {
    const Evidence known = evidence(ttl);
    for (const std::size_t i : probes_of(ttl)) {
      if (probes_[i].reply) continue;
      const Time deadline = give_up_at(probes_[i].sent, known, plan_.waits);
      if (deadline > now) next = std::min(next, deadline);
    }
    if (!careful()) break;  // hops are told in order: only the next one matters
  }
  return next;
}

Time Trace::wake(Time now) const {
  if (!start_ || more_to_send_) return now;
  Time next = next_deadline(now);
  if (careful()) {
    if (now < last_sent_ + plan_.pause) next = std::min(next, last_sent_ + plan_.pause);
  } else if (!end()) {
    const Time change = next_change(progress_, now - *start_);
    if (change != Time::max()) next = std::min(next, *start_ + change);
  }
  return next;
}

}  // namespace traceroute
