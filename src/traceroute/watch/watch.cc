#include "traceroute/watch/watch.hh"

#include <algorithm>
#include <utility>

namespace traceroute::watch {

using namespace std::chrono_literals;

Watch::Watch(Plan plan, Time interval)
    : plan_(std::move(plan)),
      interval_(interval),
      hops_(static_cast<std::size_t>(plan_.max_ttl - plan_.first_ttl + 1)),
      pairs_(hops_.size()),
      farthest_(plan_.first_ttl - 1) {}

// A path that got longer has a router where it ended, and that one may be silent: so a destination
// that is lost is looked for farther on, now and then.
int Watch::last_to_ask() const {
  constexpr int usual_length = 16;
  constexpr int beyond = 8;  // as many hops in a row may be silent, and more each round
  constexpr std::uint64_t seldom = 8;
  const bool seeks = lost_since() && reached() && rounds_begun_ % seldom == 0;
  if (end_ && !hop(*end_).passed() && !seeks) return *end_;
  const int quiet = static_cast<int>(std::min<std::uint64_t>(no_farther_, 64));
  const int far = std::max(farthest_, last_ttl()) + beyond + 4 * quiet;
  return std::min(plan_.max_ttl, std::max(usual_length, far));
}

Round Watch::next_round(Time now) {
  const std::uint64_t number = ++rounds_begun_;
  std::vector<int> ttls;
  const int last = last_to_ask();
  for (int ttl = plan_.first_ttl; ttl <= last; ++ttl) {
    if (hops_[index(ttl)].ask(number)) ttls.push_back(ttl);
  }
  const Time gap = std::min<Time>(20ms, interval_ / (2 * (last - plan_.first_ttl + 1)));
  return {plan_, number, std::move(ttls), now, gap};
}

std::vector<Event> Watch::take(const Round& round) {
  std::vector<Event> events;
  ++rounds_taken_;
  packets_ += round.probes().size();
  const int before = farthest_;
  for (const Probe& probe : round.probes()) {
    HopRecord& hop = hops_[index(probe.ttl)];
    const auto median = hop.rtts().median();
    if (const auto change = hop.take(round.number(), probe)) {
      pairs_.forget(index(probe.ttl));
      events.push_back({.kind = Event::Kind::change,
                        .when = change->when,
                        .ttl = probe.ttl,
                        .from = change->from,
                        .to = change->to,
                        .before = median.value_or(Time::zero()),
                        .after = hop.rtts().median().value_or(Time::zero())});
    }
    if (hop.at_present_pace(round.number())) {
      const Outcome outcome = HopRecord::outcome_of(probe);
      if (outcome != Outcome::refused) pairs_.add(index(probe.ttl), outcome == Outcome::answered);
    }
    if (probe.reply && probe.reply->verdict == Verdict::router) {
      farthest_ = std::max(farthest_, probe.ttl);
    }
  }
  no_farther_ = farthest_ > before ? 0 : no_farther_ + 1;
  find_end(round.number());
  // Beyond the end of a path that got shorter, all answers are the destination's.
  std::erase_if(events, [this](const Event& event) { return event.ttl > last_ttl(); });
  learn_paces(round);
  watch_end(round, events);
  return events;
}

// A refusal is the end only where nobody answers from farther on; a destination, if nobody there
// has answered since it did last.
void Watch::find_end(std::uint64_t round) {
  end_.reset();
  for (int ttl = plan_.max_ttl; ttl >= plan_.first_ttl; --ttl) {
    const HopRecord& here = hop(ttl);
    const bool refused = here.responders().is_refused();
    // What was refused here before the path ended nearer says nothing of now.
    if (!here.responders().ends() || (refused && !here.asked_lately(round))) continue;
    if (!goes_on_beyond(ttl, round)) end_ = ttl;
  }
}

bool Watch::goes_on_beyond(int ttl, std::uint64_t round) const {
  constexpr std::uint64_t long_silence = 5;
  const HopRecord& here = hop(ttl);
  const bool refused = here.responders().is_refused();
  if (!refused && here.missing_in_a_row() < long_silence) return false;
  for (int far = ttl + 1; far <= plan_.max_ttl; ++far) {
    // One that is asked no more has answered long ago.
    const bool answers = hop(far).missing_in_a_row() == 0 && hop(far).answered_lately(round);
    if (refused ? answers : hop(far).answered_after(here)) return true;
  }
  return false;
}

bool Watch::reached() const {
  return end_ && hop(*end_).responders().current().front().verdict == Verdict::destination;
}

// Whether packets pass a hop that leaves others unanswered.
bool Watch::is_own_loss(int ttl) const {
  for (int far = ttl + 1; far <= last_ttl(); ++far) {
    const Pairs::Pair& pair = pairs_.at(index(ttl), index(far));
    if (hop(far).answers() && exceeds(pair.near, pair.far)) return true;
  }
  return false;
}

Meaning Watch::meaning(int ttl) const {
  constexpr std::uint64_t silence = 20;
  const HopRecord& here = hop(ttl);
  // Probes, to tell a loss from a limit: more of one who has left others unanswered.
  const std::uint64_t enough = here.limited() ? 60 : 20;
  if (here.responders().is_refused()) return Meaning::refused;
  if (here.asked() == 0) return Meaning::none;
  if (!here.answers()) return Meaning::silent;
  if (here.missing_in_a_row() >= silence) return Meaning::silent;
  bool witnessed = false;
  bool confirmed = true;
  Tally longest;  // of those of this hop, beside each witness
  Tally later;    // of all witnesses: each of their probes may have been lost here
  for (int far = ttl + 1; far <= last_ttl(); ++far) {
    const Pairs::Pair& pair = pairs_.at(index(ttl), index(far));
    // One that is limited has losses of its own, and is asked too seldom to show others soon.
    if (!hop(far).answers() || hop(far).limited() || pair.far.asked == 0) continue;
    witnessed = true;
    const double share = here.limited() ? pair.near.share() : interval_of(pair.near).low;
    confirmed = confirmed && pair.near.asked >= enough && pair.far.lost > 0 &&
                share <= interval_of(pair.far).high;
    if (pair.near.asked > longest.asked) longest = pair.near;
    later.add(pair.far);
  }
  // In one of 30 looks a true loss fails this, and is '?' for a while; in a few more of the first,
  // in which own losses may be as few by chance.
  const double leeway = longest.asked < 100 ? 0.25 : 0.5;
  const double least = longest.share() - leeway * (longest.share() - interval_of(longest).low);
  confirmed = confirmed && least <= interval_of(later).high;
  const bool missing = here.tally().lost > 0;
  // Where nobody farther can confirm it, it may go on from before; what the destination does not
  // answer has no other witness than itself.
  const bool goes_on = ttl > plan_.first_ttl && !witnessed && meaning(ttl - 1) == Meaning::loss;
  const bool is_destination = reached() && ttl == last_ttl();
  const bool lossy = here.gaps().random() && (witnessed ? confirmed : is_destination);
  if (missing && (lossy || goes_on)) return Meaning::loss;
  if (here.limited() || is_own_loss(ttl)) return Meaning::limited;
  if (here.refused() > 0) return Meaning::refused;
  return missing ? Meaning::unknown : Meaning::none;
}

int Watch::first_loss() const {
  for (int ttl = plan_.first_ttl; ttl <= last_ttl(); ++ttl) {
    if (meaning(ttl) == Meaning::loss) return ttl;
  }
  return 0;
}

int Watch::first_missing() const {
  int first = 0;
  for (int ttl = last_ttl(); ttl >= plan_.first_ttl; --ttl) {
    const HopRecord& here = hop(ttl);
    if (!here.answers() || here.limited()) continue;
    if (here.tally().lost == 0) break;
    first = ttl;
  }
  return first;
}

// Each router is asked no faster than it answers. Whether it does answer by a bound shows where
// later hops lose less, or in how regular its answers are.
void Watch::learn_paces(const Round& round) {
  constexpr Time longest = 10s;
  const auto slowest = std::max<std::uint64_t>(4, static_cast<std::uint64_t>(longest / interval_));
  std::vector<int> limited;
  for (const Probe& probe : round.probes()) {
    const HopRecord& here = hop(probe.ttl);
    const bool counts = probe.reply && here.at_present_pace(round.number());
    if (probe.ttl > last_ttl() || !counts || here.every() >= slowest) continue;
    if (is_own_loss(probe.ttl) || here.gaps().regular()) limited.push_back(probe.ttl);
  }
  for (const int ttl : limited) {
    hops_[index(ttl)].slow_down(slowest);
    pairs_.forget(index(ttl));
  }
}

// The losses of the whole path are those of the destination; if that has never answered, those of
// the farthest router.
void Watch::watch_end(const Round& round, std::vector<Event>& events) {
  const bool never_reached = !std::exchange(was_reached_, was_reached_ || round.reached());
  const int last = last_ttl();
  if (last < plan_.first_ttl) return;
  const auto asked = std::ranges::find(round.probes(), last, &Probe::ttl);
  const bool was_asked = asked != round.probes().end() || round.reached();
  if (!was_asked) return;
  Outcome outcome = Outcome::answered;
  if (!round.reached()) {
    outcome = HopRecord::outcome_of(*asked);
    if (outcome == Outcome::answered && was_reached_) {
      // By a router where the destination was, and nobody farther on has been asked yet.
      if (&*asked == &round.probes().back()) return;
      outcome = Outcome::lost;
    }
  }
  // A destination that cannot be reached any more is lost, though somebody else ends the path now.
  const bool refused = end_ && !reached();
  const bool same_end = !reached() && (was_reached_ || refused);
  if (!same_end && std::exchange(witness_, last) != last && !end_watch_.lost_since()) {
    end_watch_.begin_anew();
  }
  auto event = end_watch_.add(outcome, meaning(last) == Meaning::loss, round.start());
  if (!event) return;
  event->never_reached = never_reached;
  event->ttl = event->kind == Event::Kind::loss_begins ? first_missing() : last;
  if (refused && event->kind == Event::Kind::destination_lost) {
    event->to = hop(last).responders().current().front();
  }
  events.push_back(*event);
}

void Watch::reset() {
  for (HopRecord& hop : hops_) hop.forget_outcomes();
  pairs_ = Pairs(hops_.size());
  end_watch_.begin_anew();
  rounds_taken_ = 0;
  packets_ = 0;
}

}  // namespace traceroute::watch
