#include "traceroute/trace/trace.hh"

#include <algorithm>
#include <utility>

namespace traceroute {

using namespace std::chrono_literals;

namespace {

constexpr int default_window = 16;  // with -z alone
constexpr int full_ttl = 255;       // of the scout
// Every link carries as much (RFC 791, section 3.2; RFC 8200 promises more for IPv6).
constexpr std::size_t min_packet_size = 68;
// No path has links of more sizes: who reports more would do so for ever.
constexpr int max_sizes = 32;
// A path of N hops takes 3 N packets, and as many more while its length is not known.
constexpr std::size_t spare_packets = 32;
// A hop gets no more probes beyond its queries: see retry.cc.
constexpr int max_retries = 12;

}  // namespace

Trace::Trace(Plan plan)
    : plan_(std::move(plan)),
      path_(plan_),
      packet_size_(plan_.packet_size),
      next_ttl_(plan_.first_ttl) {}

Hop Trace::hop(int ttl) const {
  Hop hop{ttl, {}};
  for (const std::size_t i : path_.shown(ttl)) {
    Probe& probe = hop.probes.emplace_back(probes()[i]);
    if (probe.reply || probe.duplicates.empty()) continue;
    probe.reply = std::move(probe.duplicates.front());
    probe.duplicates.erase(probe.duplicates.begin());
  }
  return hop;
}

std::vector<Hop> Trace::hops() const {
  std::vector<Hop> all;
  for (int ttl = plan_.first_ttl; ttl <= last_ttl(); ++ttl) all.push_back(hop(ttl));
  return all;
}

bool Trace::reached() const {
  return path_.end() && !path_.ends_in_refusal() && *path_.end() <= last_ttl();
}

// Behind a refusal nothing is asked, unless the destination has answered in spite of it.
int Trace::last_to_send() const {
  if (path_.ends_in_refusal() && path_.destination()) {
    return std::clamp(path_.guessed_distance() + 1, *path_.end(), plan_.max_ttl);
  }
  return last_ttl();
}

Retry Trace::retry_of(int ttl, Time now) const {
  if (stopped()) return {};
  const bool too_soon = awaited(ttl).size() < static_cast<std::size_t>(plan_.queries);
  const bool too_often = sent_count(ttl) >= plan_.queries + max_retries;
  return too_soon || too_often ? Retry{} : retry(path_, ttl, now);
}

int Trace::wanted(int ttl, Time now) const {
  const int count = sent_count(ttl);
  // What lies so far beyond the farthest answer will not be shown.
  constexpr int usual_length = 16;
  const int far =
      std::max(usual_length, path_.farthest_answer() + plan_.give_up.value_or(full_ttl));
  if (stopped() || (ttl > far && !path_.destination())) return count;
  if (retry_of(ttl, now).due) return count + 1;
  if (count > 0 && !path_.end() && !careful() && over_budget(now)) return count;
  if (ttl == path_.end()) return count + plan_.queries - static_cast<int>(path_.shown(ttl).size());
  // Only the scout has reached the destination: it is somewhere near where its answer came from.
  const bool near_destination = path_.destination() && ttl <= path_.guessed_distance() + 1;
  if (careful() || path_.end() || near_destination) return plan_.queries;
  return probes_wanted(ttl - plan_.first_ttl + 1, progress_, now - *start_, plan_.queries);
}

// Whether as many packets are sent as a path may cost that ends right after the farthest router. In
// a long silence that is no measure: more hops may be there, and do not answer.
bool Trace::over_budget(Time now) const {
  const auto hops = static_cast<std::size_t>(std::max(progress_.proven, 0) + 1);
  const auto queries = static_cast<std::size_t>(plan_.queries);
  return probes().size() >= hops * queries + spare_packets &&
         !is_long_silence(progress_, now - *start_);
}

void Trace::send(int ttl, Time now, std::vector<std::size_t>& batch) {
  batch.push_back(path_.add({.ttl = ttl, .size = packet_size_, .sent = now}));
  last_sent_ = now;
}

std::vector<std::size_t> Trace::due(Time now, std::size_t max) {
  if (!start_) start_ = now;
  if (now < paused_until_) {
    more_to_send_ = true;
    return {};
  }
  max = std::min(max, large_packet_pause() > Time::zero() ? 1 : full_batch);
  std::vector<std::size_t> batch = std::exchange(again_, {});
  if (stopped()) batch.clear();
  for (const std::size_t probe : batch) path_.probe(probe).sent = now;
  if (careful()) {
    send_carefully(now, max, batch);
  } else {
    send_rounds(now, max, batch);
  }
  if (!batch.empty()) paused_until_ = now + large_packet_pause();
  return batch;
}

// Small packets may go out at once; as many large ones would be lost in the queue of a slow link,
// here one of some Mbit/s.
Time Trace::large_packet_pause() const {
  constexpr std::size_t small = 256;
  constexpr Time byte_time = 9us;
  return packet_size_ <= small || plan_.find_mtu ? Time::zero()
                                                 : std::min<Time>(packet_size_ * byte_time, 50ms);
}

// Whole rounds, the lowest TTL first: a destination that limits its answers then gives them to the
// probes that count.
void Trace::send_rounds(Time now, std::size_t max, std::vector<std::size_t>& batch) {
  more_to_send_ = true;
  const int last = last_to_send();
  const auto send_wanted = [&](int ttl, int round) {
    if (sent_count(ttl) != round || round >= wanted(ttl, now)) return true;
    if (batch.size() >= max) return false;
    send(ttl, now, batch);
    return true;
  };
  // In a silence, ask the hop after the farthest answer first, whatever the round: it may be a
  // destination that answers seldom.
  const int next_hop = path_.farthest() + 1;
  if (is_silence(progress_, now - *start_) && next_hop >= next_ttl_ && next_hop <= last) {
    for (int round = 0; round < plan_.queries; ++round) {
      if (!send_wanted(next_hop, round)) return;
    }
  }
  // Retries by TTL alone: a hop behind this one may have had fewer.
  for (int ttl = next_ttl_; ttl <= last; ++ttl) {
    if (sent_count(ttl) >= plan_.queries && !send_wanted(ttl, sent_count(ttl))) return;
  }
  for (int round = 0; round < plan_.queries; ++round) {
    for (int ttl = next_ttl_; ttl <= last; ++ttl) {
      if (!send_wanted(ttl, round)) return;
    }
    // The scout (TTL 255) follows the first probes, unless they cover all hops: it finds the
    // destination's distance and round trip if they fall short of it, and whether a router that
    // refuses these lets others pass.
    const int hops = plan_.max_ttl - plan_.first_ttl + 1;
    const bool covered = probes().size() >= static_cast<std::size_t>(hops);
    if (round == 0 && !path_.destination() && !path_.scout_sent() && !covered) {
      if (batch.size() >= max) return;
      batch.push_back(path_.add_scout({.ttl = full_ttl, .size = packet_size_, .sent = now}));
    }
  }
  more_to_send_ = false;
}

void Trace::send_carefully(Time now, std::size_t max, std::vector<std::size_t>& batch) {
  const auto window = static_cast<std::size_t>(plan_.window.value_or(default_window));
  more_to_send_ = false;
  for (int ttl = next_ttl_; ttl <= last_to_send(); ++ttl) {
    while (sent_count(ttl) < wanted(ttl, now)) {
      const bool paused = !probes().empty() && now < last_sent_ + plan_.pause;
      more_to_send_ = !paused && batch.size() >= max;
      if (paused || more_to_send_ || waiting(now) >= window) return;
      send(ttl, now, batch);
    }
  }
}

void Trace::withdraw(std::span<const std::size_t> unsent) {
  more_to_send_ = true;
  for (auto probe = unsent.rbegin(); probe != unsent.rend(); ++probe) {
    if (*probe == probes().size() - 1 && !probes()[*probe].found_mtu) {
      path_.remove_last();
    } else {
      again_.insert(again_.begin(), *probe);
    }
  }
}

void Trace::left(std::size_t probe, Time when) { path_.probe(probe).sent = when; }

void Trace::record_unknown(std::size_t probe, const Reply& error) {
  if (!probes()[probe].reply) path_.probe(probe).add_duplicate(error);
}

bool Trace::shrink(std::size_t index, std::size_t mtu) {
  Probe& probe = path_.probe(index);
  if (mtu < min_packet_size || mtu >= probe.size) return false;
  if (mtu < packet_size_ && ++sizes_found_ > max_sizes) return false;
  packet_size_ = std::min(packet_size_, mtu);
  probe.size = packet_size_;
  probe.found_mtu = true;
  again_.push_back(index);
  return true;
}

void Trace::record(std::size_t index, Reply reply) {
  Probe& probe = path_.probe(index);
  if (probe.reply) return probe.add_duplicate(std::move(reply));
  // What said that it is too large may have come twice.
  if (std::ranges::find(again_, index) != again_.end()) return;
  if (plan_.find_mtu && reply.mtu && shrink(index, *reply.mtu)) return;
  const bool over = done();
  probe.late = probe.ttl < next_ttl_ || over;
  probe.reply = std::move(reply);
  probe.duplicates.clear();  // errors of unknown types
  if (over) return;
  path_.take(index, next_ttl_);
  const int proven = path_.farthest() - plan_.first_ttl + 1;
  if (proven > progress_.proven) {
    progress_.proven = proven;
    progress_.when = probe.reply->arrived - *start_;
  }
  progress_.few = path_.few_answer();
}

}  // namespace traceroute
