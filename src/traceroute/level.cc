#include "traceroute/level.hh"

#include <algorithm>
#include <array>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// A flow that is not answered so often is silent: more often where a limit has been met, since what
// other flows ask may have used it up.
constexpr std::array<int, 3> most_tries{6, 8, 10};
constexpr int longest_backoff = 4;  // times the gear's interval
// A Linux router sends one peer 6 errors back to back (icmp(7), icmp_ratelimit).
constexpr int most_outstanding = 6;
// Those 6 go out at once, and each answer lets another one go. When answers are missing, a router
// may be at its limit: then the level is asked as often as one router of the next kind allows, a
// Cisco (an unreachable each 500 ms), then a Linux router (an error a second); both with a margin.
constexpr std::array<Time, 3> gears{0ms, 550ms, 1100ms};
// So many of the last so many make a limit of it, and not a chance loss.
constexpr std::size_t recent_probes = 8;
constexpr int missing_answers = 3;

}  // namespace

const Level::Sighting& Level::sighting(int flow) const {
  static const Sighting none;
  return flow < flows() ? sightings_[static_cast<std::size_t>(flow)] : none;
}

void Level::sent(int flow, Time now, Time deadline) {
  if (flow >= flows()) sightings_.resize(static_cast<std::size_t>(flow) + 1);
  Sighting& of_flow = sightings_[static_cast<std::size_t>(flow)];
  ++of_flow.sent;
  of_flow.waiting = true;
  of_flow.asked = now;
  of_flow.deadline = deadline;
  last_sent_ = now;
}

void Level::answered(int flow, const Reply& reply, Time rtt) {
  const auto same = [&](const Answerer& a) {
    const bool ends = reply.verdict != Verdict::router;
    return a.reply.from.same_host(reply.from) && a.ends_path() == ends;
  };
  const auto found = std::find_if(answerers_.begin(), answerers_.end(), same);
  const int place = static_cast<int>(found - answerers_.begin());
  if (found == answerers_.end()) {
    answerers_.push_back({reply, rtt});
  } else {
    found->rtt = std::min(found->rtt, rtt);
  }
  largest_rtt_ = std::max(largest_rtt_.value_or(rtt), rtt);
  Sighting& of_flow = sightings_[static_cast<std::size_t>(flow)];
  of_flow.places.insert(place);
  ++of_flow.answers;
  if (of_flow.places.size() > 1) mixed_ = true;
  if (of_flow.waiting) note(true, of_flow.asked, reply.arrived);
  of_flow.waiting = false;
}

void Level::expire(Time now) {
  for (Sighting& each : sightings_) {
    if (!each.waiting || each.deadline > now) continue;
    each.waiting = false;
    if (!answerers_.empty()) note(false, each.asked, now);
  }
}

void Level::note(bool was_answered, Time asked, Time now) {
  if (asked < shifted_) return;
  recent_.push_back(was_answered);
  if (recent_.size() > recent_probes) recent_.pop_front();
  const auto missing = std::count(recent_.begin(), recent_.end(), false);
  if (missing < missing_answers || gear_ + 1 == gears.size()) return;
  ++gear_;
  shifted_ = now;
  recent_.clear();
}

bool Level::is_settled(int flow) const {
  const Sighting& of_flow = sighting(flow);
  if (of_flow.answers > 0) return true;
  const int tries = answerers_.empty() ? 1 : most_tries[gear_];
  return of_flow.sent >= tries && !of_flow.waiting;
}

bool Level::is_lost(int flow) const {
  return !is_unasked(flow) && !is_waiting(flow) && !is_settled(flow);
}

std::set<int> Level::places(int flow) const {
  const Sighting& of_flow = sighting(flow);
  return of_flow.answers > 0 ? of_flow.places : std::set<int>{nobody};
}

int Level::outstanding() const {
  return static_cast<int>(std::count_if(sightings_.begin(), sightings_.end(),
                                        [](const Sighting& each) { return each.waiting; }));
}

// Several routers share what a level is asked.
Time Level::interval() const {
  return gears[gear_] / std::max<Time::rep>(1, static_cast<Time::rep>(answerers_.size()));
}

// A flow that has got no answer would ask the same router: it waits longer each time.
Time Level::again(const Sighting& of_flow) const {
  return of_flow.sent == 0 ? last_sent_
                           : of_flow.asked + gears[gear_] * std::min(of_flow.sent, longest_backoff);
}

bool Level::may_send(int flow, Time now) const {
  if (outstanding() >= most_outstanding) return false;
  return gear_ == 0 || (now >= last_sent_ + interval() && now >= again(sighting(flow)));
}

Time Level::next_change(Time now) const {
  Time next = Time::max();
  for (const Sighting& each : sightings_) {
    if (each.waiting) next = std::min(next, each.deadline);
    if (!each.waiting && again(each) > now) next = std::min(next, again(each));
  }
  if (gear_ > 0 && now < last_sent_ + interval()) next = std::min(next, last_sent_ + interval());
  return next;
}

}  // namespace traceroute
