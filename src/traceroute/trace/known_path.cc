#include "traceroute/trace/known_path.hh"

#include <algorithm>
#include <utility>

namespace traceroute {

using namespace std::chrono_literals;

KnownPath::KnownPath(const Plan& plan)
    : first_ttl_(plan.first_ttl),
      max_ttl_(plan.max_ttl),
      queries_(static_cast<std::size_t>(plan.queries)),
      hops_(static_cast<std::size_t>(plan.max_ttl - plan.first_ttl + 1)),
      farthest_(plan.first_ttl - 1) {}

std::size_t KnownPath::add(Probe probe) {
  at(probe.ttl).probes.push_back(probes_.size());
  probes_.push_back(std::move(probe));
  return probes_.size() - 1;
}

std::size_t KnownPath::add_scout(Probe probe) {
  scout_ = probes_.size();
  probes_.push_back(std::move(probe));
  return *scout_;
}

void KnownPath::remove_last() {
  const std::size_t last = probes_.size() - 1;
  if (is_scout(last)) {
    scout_.reset();
  } else {
    at(probes_[last].ttl).probes.pop_back();
  }
  probes_.pop_back();
}

void KnownPath::take(std::size_t index, int first_open) {
  const Probe& probe = probes_[index];
  const Reply& reply = *probe.reply;
  max_rtt_ = std::max(max_rtt_, probe.rtt());
  if (reply.verdict == Verdict::destination) {
    if (!destination_) {
      destination_ = reply.arrived;
      destination_rtt_ = probe.rtt();
      guessed_distance_ = hops_come(reply.ttl);
    }
    last_echo_ = std::max(last_echo_, reply.arrived);
  }
  if (reply.verdict == Verdict::refusal) {
    if (!refused_) {
      refused_ = reply.arrived;
      refusal_rtt_ = probe.rtt();
    }
    last_refusal_ = std::max(last_refusal_, reply.arrived);
  }
  if (!is_scout(index)) note_at_hop(probe, first_open);
  if (refused_ && !refuses_some_) refuses_some_ = finds_some_refused();
  find_end(first_open);
  slow_router_ = finds_slow_router();
}

// What an answer says of the hop that was asked.
void KnownPath::note_at_hop(const Probe& probe, int first_open) {
  HopState& hop = at(probe.ttl);
  if (hop.answers++ == 0) ++answering_hops_;
  const Verdict verdict = probe.reply->verdict;
  if (verdict == Verdict::router) {
    hop.router = true;
    farthest_ = std::max(farthest_, probe.ttl);
    hop.min_router_rtt = std::min(hop.min_router_rtt, probe.rtt());
    hop.max_router_rtt = std::max(hop.max_router_rtt, probe.rtt());
  } else if (verdict == Verdict::destination) {
    hop.destination = true;
    // Where its line has been told without it, the next one shows it: it answers there, too.
    destination_ttl_ =
        std::min(destination_ttl_.value_or(max_ttl_), std::max(probe.ttl, first_open));
  } else {
    hop.refused = true;
  }
}

int KnownPath::farthest_answer() const {
  int ttl = max_ttl_;
  while (ttl >= first_ttl_ && at(ttl).answers == 0) --ttl;
  return ttl;
}

// True where a router answered much later than the destination, or than a router behind it: then
// its answers are slow, and not the way to it.
bool KnownPath::finds_slow_router() const {
  Time min_rtt = destination_ ? destination_rtt_ : end_ ? refusal_rtt_ : max_rtt_;
  for (int ttl = farthest_; ttl >= first_ttl_; --ttl) {
    const HopState& hop = at(ttl);
    if (hop.max_router_rtt >= min_rtt + std::max(Time(50ms), min_rtt / 4)) return true;
    min_rtt = std::min(min_rtt, hop.min_router_rtt);
  }
  return false;
}

void KnownPath::find_end(int first_open) {
  end_ = destination_ttl_;
  if (end_) return;
  const int from = supposed_end().value_or(farthest_ + 1);
  for (int ttl = std::max(from, first_open); ttl <= max_ttl_; ++ttl) {
    if (!at(ttl).refused) continue;
    end_ = ttl;
    return;
  }
}

std::optional<int> KnownPath::supposed_end() const {
  if (!destination_ || destination_ttl_) return std::nullopt;
  const int ttl = std::max(guessed_distance_, farthest_ + 1);
  return ttl <= max_ttl_ ? std::optional(ttl) : std::nullopt;
}

void KnownPath::end_with_scout(int ttl) { end_ = destination_ttl_ = ttl; }

// Any probe whose TTL reaches the end took the same way and drew the same answer. So the first
// probes sent that could reach the end are shown as its own, answered or lost. A probe that was
// refused, or that went on, belongs to its own TTL.
//
// If a hop was asked more often than it shows, its last place is for the first answer that came:
// one that says who is there, or else a refusal. Where packets take ways of different lengths, a
// router may answer at the end, too: then the last place is for it.
std::vector<std::size_t> KnownPath::shown(int ttl) const {
  std::vector<std::size_t> found;
  const Verdict final = destination_ttl_ ? Verdict::destination : Verdict::refusal;
  if (ttl != end_) {
    found = sent(ttl);
  } else {
    const bool goes_on = !destination_ttl_ && is_refused_farther_on(ttl);
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      const Probe& probe = probes_[i];
      const bool same_end = !goes_on && (!probe.reply || probe.reply->verdict == final);
      if (probe.ttl == ttl || (probe.ttl > ttl && same_end)) found.push_back(i);
    }
  }
  if (found.size() <= queries_) return found;
  const auto answered = [&](std::size_t i) { return probes_[i].reply.has_value(); };
  const auto tells = [&](std::size_t i) {
    if (!answered(i)) return false;
    const Verdict verdict = probes_[i].reply->verdict;
    return ttl == end_ ? verdict == final : verdict != Verdict::refusal;
  };
  const auto last = found.begin() + static_cast<std::ptrdiff_t>(queries_) - 1;
  if (std::none_of(found.begin(), last, tells)) {
    auto first = std::find_if(last, found.end(), tells);
    const bool silent = std::none_of(found.begin(), last, answered);
    if (first == found.end() && silent) first = std::find_if(last, found.end(), answered);
    if (first != found.end()) *last = *first;
  }
  const auto by_router = [&](std::size_t i) {
    return answered(i) && probes_[i].reply->verdict == Verdict::router;
  };
  if (ttl == end_ && std::any_of(found.begin(), last, tells) &&
      std::none_of(found.begin(), last, by_router)) {
    const auto router = std::find_if(last, found.end(), by_router);
    if (router != found.end()) *last = *router;
  }
  found.resize(queries_);
  return found;
}

bool KnownPath::is_retry(std::size_t index) const {
  if (is_scout(index)) return false;
  const auto& probes = sent(probes_[index].ttl);
  return probes.size() > queries_ && index >= probes[queries_];
}

Time KnownPath::last_of_queries(int ttl) const {
  const auto& probes = sent(ttl);
  return probes_[probes[std::min(probes.size(), queries_) - 1]].sent;
}

int KnownPath::reached_from() const {
  // A guess beyond the last hop says nothing: the way back may be longer, and some start with a TTL
  // of 32.
  const int guess = guessed_distance_ <= max_ttl_ ? guessed_distance_ : 0;
  return std::min(std::max(guess, farthest_ + 1), destination_ttl_.value_or(max_ttl_));
}

bool KnownPath::misses_most_echoes() const {
  int balance = 0;
  for (const Probe& probe : probes_) {
    if (probe.ttl >= reached_from()) balance += probe.reply ? 1 : -1;
  }
  return balance < 0;
}

std::optional<Time> KnownPath::limits_echoes(Time now) const {
  if (!destination_) return std::nullopt;
  const int reached_at = reached_from();
  const bool overdue = std::ranges::any_of(probes_, [&](const Probe& probe) {
    return probe.ttl >= reached_at && !probe.reply &&
           now > probe.sent + destination_rtt_ * 5 / 4 + 50ms;
  });
  return overdue ? std::optional(last_echo_) : std::nullopt;
}

bool KnownPath::mostly_silent() const {
  const int last = end_.value_or(std::max(farthest_, first_ttl_)) - 1;
  int silent = 0;
  for (int ttl = first_ttl_; ttl <= last; ++ttl) {
    const HopState& hop = at(ttl);
    silent += hop.answers * 2 < static_cast<int>(std::min(hop.probes.size(), queries_)) ? 1 : 0;
  }
  return silent * 2 > last - first_ttl_ + 1;
}

std::optional<Time> KnownPath::later_rtt(int ttl) const {
  for (int later = ttl + 1; later <= std::min(end_.value_or(max_ttl_), max_ttl_); ++later) {
    for (const std::size_t i : sent(later)) {
      // A refusal may come from any router before.
      const auto& reply = probes_[i].reply;
      if (reply && reply->verdict != Verdict::refusal) return probes_[i].rtt();
    }
  }
  return std::nullopt;
}

KnownTimes KnownPath::times(int ttl) const {
  KnownTimes known;
  known.max_rtt = max_rtt_;
  known.later_rtt = later_rtt(ttl);
  known.answering_hops = answering_hops();
  for (const std::size_t i : shown(ttl)) {
    const auto& reply = probes_[i].reply;
    // How far a router is that refuses says nothing of the hop's own.
    const bool is_end = ttl == end_ && !refuses_some_;
    if (!reply || (reply->verdict == Verdict::refusal && !is_end)) continue;
    known.hop_rtt = std::max(known.hop_rtt, std::optional(probes_[i].rtt()));
  }
  // Behind a router that refuses only some packets others may answer yet.
  known.destination = destination_ || !end_ || refuses_some_ ? destination_ : refused_;
  known.destination_rtt = destination_rtt_;
  known.doubtful = (known.destination && slow_router_) || mostly_silent();
  return known;
}

}  // namespace traceroute
