#include "traceroute/multipath/multipath.hh"

#include <algorithm>
#include <numeric>
#include <utility>

#include "traceroute/multipath/stopping_rule.hh"
#include "traceroute/trace/timeout.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// TTLs that are asked before anything is known. Their turns come so fast that a long path loses no
// time, and that on a short path the destination answers before most of them are asked.
constexpr int first_window = 10;
constexpr Time turn = 500us;
// How many more are asked once the last of them has answered: half as many as before, if that is
// more.
constexpr int next_window = 6;

// However late other answers came.
constexpr Time max_patience = 5s;

constexpr std::uint32_t checksums = 0xffff;

// The finisher of MurmurHash3, for 32 bits: each bit of the number moves every other.
std::uint32_t mixed(std::uint32_t number) {
  number = (number ^ number >> 16) * 0x85ebca6bU;
  number = (number ^ number >> 13) * 0xc2b2ae35U;
  return number ^ number >> 16;
}

}  // namespace

std::uint16_t flow_checksum(std::uint32_t seed, int n) {
  const std::uint32_t first = mixed(seed) % checksums;
  std::uint32_t step = mixed(seed + 1) % checksums;
  // Then n steps lead back to the first only after all others.
  while (std::gcd(step, checksums) != 1) ++step;
  return static_cast<std::uint16_t>((first + std::uint64_t{step} * static_cast<unsigned>(n)) %
                                    checksums);
}

Multipath::Multipath(Plan plan)
    : plan_(std::move(plan)),
      evidence_(plan_.first_ttl - 1, plan_.max_ttl),
      horizon_(std::min(evidence_.base() + first_window, plan_.max_ttl)),
      edge_(horizon_) {}

std::vector<std::size_t> Multipath::due(Time now) {
  if (!started_) started_ = now;
  for (int ttl = evidence_.base() + 1; ttl <= plan_.max_ttl; ++ttl) {
    evidence_.expire(ttl, now, patience(evidence_.level(ttl)));
  }
  int open = open_until(now);
  ProbeDemand wanted = demand(open);
  while (open == horizon_ && wanted.is_met() && look_farther()) {
    open = horizon_;
    wanted = demand(open);
  }
  const bool waits_for_turn = open < horizon_ && !evidence_.groups(open).empty();
  done_ = wanted.is_met() && !waits_for_turn && !evidence_.doubts_an_end();
  proof_ = wanted.proof();
  if (probes_.size() >= max_search_probes) proof_.end = SearchEnd::too_many_probes;
  if (now >= *started_ + max_search_time + max_search_probes * plan_.pause) {
    if (!done_) proof_.end = SearchEnd::too_long;
    done_ = true;
  }
  done_ = done_ || probes_.size() >= max_search_probes;
  wake_ = waits_for_turn ? *started_ + (open - evidence_.base()) * turn : Time::max();
  std::vector<std::size_t> batch;
  if (!done_) send(wanted, now, batch);
  for (int ttl = evidence_.base() + 1; ttl <= plan_.max_ttl; ++ttl) {
    wake_ = std::min(wake_, evidence_.level(ttl).next_expiry(patience(evidence_.level(ttl))));
  }
  return batch;
}

// The last TTL whose turn has come.
int Multipath::open_until(Time now) const {
  const Time::rep turns = (now - *started_) / turn + 1;
  if (turns >= first_window) return horizon_;
  return std::min(evidence_.base() + static_cast<int>(turns), horizon_);
}

ProbeDemand Multipath::demand(int until) const {
  ProbeDemand wanted(evidence_);
  until = ask_silent_hops(wanted, until);
  for (int ttl = evidence_.base(); ttl < until; ++ttl) wanted.explore(ttl, until);
  const auto groups = evidence_.groups(horizon_);
  if (is_scouting_ && !groups.empty()) {
    const int flow = groups.front().flows.front();
    for (int ttl = horizon_ + 1; ttl <= plan_.max_ttl; ++ttl) {
      if (!evidence_.has_ended(ttl - 1, flow)) wanted.ask(ttl, flow);
    }
  }
  return wanted;
}

// Asks the silent hops before the last one, up to `until`, that answers. Whoever ends the paths
// there may stand at one of them, out of answers: these are asked first, or other probes would use
// up its next ones, and once more when one has answered; before a router, which may share its
// limit, after each later answer, if some were missing. Returns how far to explore.
int Multipath::ask_silent_hops(ProbeDemand& wanted, int until) const {
  const int last = evidence_.last_answering(until);
  const int before = evidence_.last_answering(last - 1);
  const auto& known = evidence_.level(before).answerers();
  const bool is_end = std::ranges::all_of(evidence_.level(last).answerers(), &Answerer::ends_path);
  Time since = Time::min();
  if (is_end && !known.empty()) {
    if (known.front().ends_path()) {
      since = known.front().reply.arrived;
    } else if (evidence_.level(last).tally().lost > 0) {
      since = last_end_;
    }
  }
  for (int ttl = evidence_.base() + 1; ttl < last; ++ttl) wanted.ask_silent_again(ttl, since);
  return is_end && !wanted.wishes().empty() ? before : until;
}

// When everything up to the horizon is known and paths go on there in silence, one flow shows
// whether anybody answers beyond. False if that does not matter.
bool Multipath::look_farther() {
  if (horizon_ == plan_.max_ttl || evidence_.groups(horizon_).empty()) return false;
  if (is_scouting_) {
    int farthest = plan_.max_ttl;
    while (farthest > horizon_ && evidence_.level(farthest).answerers().empty()) --farthest;
    horizon_ = farthest > horizon_ ? farthest : plan_.max_ttl;
  }
  is_scouting_ = !is_scouting_;
  return true;
}

void Multipath::send(const ProbeDemand& wanted, Time now, std::vector<std::size_t>& batch) {
  int outstanding = 0;
  for (int ttl = evidence_.base() + 1; ttl <= plan_.max_ttl; ++ttl) {
    outstanding += evidence_.level(ttl).outstanding();
  }
  for (const auto& [key, count] : wanted.wishes()) {
    const auto [ttl, flow] = key;
    for (int i = 0; i < count; ++i) {
      if (probes_.size() == max_search_probes) {
        wake_ = now;
        return;
      }
      if (plan_.window && outstanding >= *plan_.window) return;
      Time when = evidence_.level(ttl).may_send_at(flow, last_end_);
      if (!probes_.empty()) when = std::max(when, last_sent_ + plan_.pause);
      if (when > now) {
        wake_ = std::min(wake_, when);
        break;
      }
      batch.push_back(probes_.size());
      probes_.push_back({.ttl = ttl,
                         .size = plan_.packet_size,
                         .sent = now,
                         .flow = flow_checksum(plan_.seed, flow)});
      flow_of_.push_back(flow);
      evidence_.sent(ttl, flow, batch.back(), now);
      last_sent_ = now;
      ++outstanding;
    }
  }
}

// How long an answer at a TTL is waited for.
Time Multipath::patience(const TtlState& level) const {
  const KnownTimes known{.max_rtt = largest_rtt_, .hop_rtt = level.largest_rtt()};
  if (plan_.waits) return give_up_at({}, known, plan_.waits);
  const Time sensible = known.hop_rtt ? give_up_at({}, known, {}) : patience_with_silence();
  return std::min(max_patience, sensible);
}

// The same where nobody has answered yet.
Time Multipath::patience_with_silence() const {
  if (evidence_.has_any_ended()) return largest_rtt_ * 5 / 4 + 400ms;
  // Seconds are lost on the access link.
  constexpr int few_hops = 4;
  int answering = 0;
  for (int ttl = evidence_.base() + 1; ttl <= plan_.max_ttl; ++ttl) {
    if (evidence_.level(ttl).largest_rtt()) ++answering;
  }
  return answering < few_hops ? 3s : std::max(Time(1s), 3 * largest_rtt_);
}

void Multipath::record(std::size_t index, Reply reply) {
  Probe& probe = probes_[index];
  if (probe.reply) return;
  probe.reply = std::move(reply);
  evidence_.answered(probe.ttl, flow_of_[index], index, *probe.reply, probe.rtt());
  largest_rtt_ = std::max(largest_rtt_, probe.rtt());
  if (probe.reply->verdict != Verdict::router)
    last_end_ = std::max(last_end_, probe.reply->arrived);
  if (probe.reply->verdict != Verdict::router || probe.ttl < edge_) return;
  edge_ = horizon_ + 1;
  horizon_ = std::max(horizon_, probe.ttl);
  horizon_ =
      std::min(horizon_ + std::max(next_window, (horizon_ - evidence_.base()) / 2), plan_.max_ttl);
}

// Where ways differ in length, the destination answers here those flows too that end before.
void Multipath::take_answers_of_flows(PathNode& node) const {
  std::optional<Reply> first;
  for (std::size_t i = 0; i < probes_.size() && node.reply; ++i) {
    const Probe& probe = probes_[i];
    if (probe.ttl != node.ttl || !probe.reply) continue;
    const bool is_same_end =
        (probe.reply->verdict == Verdict::router) == (node.reply->verdict == Verdict::router);
    if (!is_same_end || !probe.reply->from.same_host(node.reply->from)) continue;
    if (!std::ranges::binary_search(node.flows, flow_of_[i])) continue;
    node.rtt = first ? std::min(node.rtt, probe.rtt()) : probe.rtt();
    if (!first) first = probe.reply;
  }
  if (first) node.reply = first;
}

PathGraph Multipath::graph() const {
  PathGraph graph = evidence_.graph();
  for (PathNode& node : graph.nodes) take_answers_of_flows(node);
  graph.proof = proof_;
  if (!done_) graph.proof.end = SearchEnd::interrupted;
  graph.probes = probes_.size();
  graph.seed = plan_.seed;
  return graph;
}

}  // namespace traceroute
