// When a hop of which nobody knows who it is gets more probes than the others.
#include <algorithm>

#include "traceroute/trace/known_path.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// Routers and destinations that limit their answers give one a second at least.
constexpr Time limit_interval = 1020ms;

// Times at which a hop is to be asked again.
class RetryTimes {
 public:
  RetryTimes(Time last_sent, Time now) : last_sent_(last_sent), now_(now) {}
  void at(Time when) {
    if (when > now_) {
      result_.next = std::min(result_.next, when);
    } else {
      result_.due |= when > last_sent_;
    }
  }
  [[nodiscard]] Retry result() const { return result_; }

 private:
  Time last_sent_;
  Time now_;
  Retry result_;
};

// Whether packets seem to be lost behind the farthest router: it left some of its own unanswered. A
// router before it may let only some packets a second pass, which all hops behind it share.
bool loses_packets(const KnownPath& path) {
  if (path.farthest_answer() != path.farthest()) return false;
  return std::ranges::any_of(path.probes(), [&](const Probe& probe) {
    return probe.ttl == path.farthest() && !probe.reply;
  });
}

// The destination may stand at one of the hops right behind the farthest router, if they are
// silent: it loses answers too.
constexpr int gap = 3;
bool may_be_destination(const KnownPath& path, int ttl) {
  if (ttl <= path.farthest()) return false;
  return ttl <= path.farthest() + gap || ttl == path.guessed_distance();
}

// When a hop's usual probes were sent, the first and the last of them. Behind the farthest router
// it counts as asked no earlier than the hops before it, so that the lowest TTL is asked again
// first: a destination that answers once a second must not answer a higher one.
struct Asked {
  Time first{};
  Time last{};

  // When to ask again. Needless if the hop's own probes were spread over as much time.
  [[nodiscard]] Time a_second_later() const {
    return std::max(first + limit_interval, last + limit_interval / 3);
  }
};
Asked when_asked(const KnownPath& path, int ttl) {
  Asked found;
  for (int hop = std::min(ttl, std::max(path.farthest() + 1, ttl - gap)); hop <= ttl; ++hop) {
    if (path.sent(hop).empty()) continue;
    found.first = std::max(found.first, path.probes()[path.sent(hop).front()].sent);
    found.last = std::max(found.last, path.last_of_queries(hop));
  }
  return found;
}

// Whether the farthest router answered a probe that was sent a second after its first one.
bool last_router_answered_late(const KnownPath& path) {
  return std::ranges::any_of(path.probes(), [&](const Probe& probe) {
    return probe.ttl == path.farthest() && probe.reply &&
           probe.sent >= path.probes()[path.sent(probe.ttl).front()].sent + 1s;
  });
}

// A router that refuses only some packets may let this one pass, and where it let one pass that was
// sent so late, another one a second later. That finds a hop a second, for ten seconds.
void ask_past_refusal(const KnownPath& path, int ttl, const Asked& asked, Time now,
                      RetryTimes& times) {
  const Time ten_seconds = path.probes().front().sent + 10s;
  const bool in_time = now < std::max(ten_seconds, asked.last + 2 * limit_interval);
  const bool may_pass = path.refuses_some() || path.destination();
  if (ttl != *path.end() || !(may_pass && in_time)) return;
  const Time late = asked.first + limit_interval;
  const auto tries = std::ranges::count_if(
      path.sent(ttl), [&](std::size_t i) { return path.probes()[i].sent >= late; });
  if (tries == 0) {
    times.at(asked.a_second_later());
  } else if (tries == 1 && last_router_answered_late(path)) {
    const Time last_try = path.probes()[path.sent(ttl).back()].sent;
    times.at(std::max(path.last_refusal(), last_try) + limit_interval);
  }
}

// The last probe that brought its hop's first answer a second after the hop was asked first.
const Probe* last_late_answer(const KnownPath& path) {
  const auto& probes = path.probes();
  const int farthest = path.farthest_answer();  // which is no scout's
  for (std::size_t i = probes.size(); i-- > 0;) {
    const Probe& probe = probes[i];
    if (!probe.reply || probe.reply->verdict == Verdict::refusal || probe.ttl > farthest) continue;
    const auto& own = path.sent(probe.ttl);
    const auto first = std::ranges::find_if(
        own, [&](std::size_t other) { return probes[other].reply.has_value(); });
    if (*first == i && probe.sent >= probes[own.front()].sent + 1s) return &probe;
  }
  return nullptr;
}

// Where a router lets only some packets a second pass, all hops behind it share them: an answer so
// late leaves none for the others. The next hop is asked when five, two or one pass in a second,
// and the one after it a second later, since the next may be silent. So on as long as that finds a
// hop, for ten seconds. Where only the destination was found so, with most hops silent before it,
// these are asked one after the other.
void ask_in_turn(const KnownPath& path, int ttl, Time now, RetryTimes& times) {
  const Probe* late = last_late_answer(path);
  if (!late || now >= path.probes().front().sent + 10s) return;
  int turn = 1;
  if (late->ttl == path.end() && path.mostly_silent()) {
    for (int hop = path.probes().front().ttl; hop < ttl; ++hop) turn += path.resolved(hop) ? 0 : 1;
    return times.at(late->sent + turn * Time(210ms));
  }
  if (ttl <= late->ttl) return;
  for (int hop = late->ttl + 1; hop < ttl; ++hop) turn += path.resolved(hop) ? 0 : 1;
  if (turn > 2) return;
  if (turn == 1) {
    for (const Time soon : {210ms, 510ms}) times.at(late->sent + soon);
  }
  times.at(late->sent + turn * limit_interval);
}

// When the last probe was sent that a router let pass which refuses others.
Time last_passed(const KnownPath& path) {
  const auto refused = [](const Probe& probe) {
    return probe.reply && probe.reply->verdict == Verdict::refusal;
  };
  int first = path.farthest();
  for (const Probe& probe : path.probes()) {
    if (refused(probe)) first = std::min(first, probe.ttl);
  }
  Time last{};
  for (const Probe& probe : path.probes()) {
    if (probe.reply && !refused(probe) && probe.ttl >= first) last = std::max(last, probe.sent);
  }
  return last;
}

// It may let one pass a second later: the first of the refused hops is asked then, and the next a
// second after that, since the first may be silent. So on as long as that finds a hop, for ten
// seconds.
void ask_refused_in_turn(const KnownPath& path, int ttl, Time now, RetryTimes& times) {
  if (!path.refuses_some() || !path.refused(ttl)) return;
  if (now >= path.probes().front().sent + 10s) return;
  int turn = 1;
  for (int hop = path.probes().front().ttl; hop < ttl; ++hop) {
    turn += path.refused(hop) && !path.resolved(hop) ? 1 : 0;
  }
  if (turn <= 2) times.at(last_passed(path) + turn * limit_interval);
}

}  // namespace

Retry retry(const KnownPath& path, int ttl, Time now) {
  if (path.resolved(ttl) || path.sent(ttl).empty()) return {};
  const bool at_end = path.end() && ttl >= *path.end();
  if (at_end && !path.ends_in_refusal()) return {};
  const Asked asked = when_asked(path, ttl);
  RetryTimes times(path.probes()[path.sent(ttl).back()].sent, now);
  if (at_end) {
    ask_past_refusal(path, ttl, asked, now, times);
    return times.result();
  }
  ask_in_turn(path, ttl, now, times);
  ask_refused_in_turn(path, ttl, now, times);
  if (!path.destination()) {
    const bool behind = ttl > path.farthest();
    // The destination, or the next router, may limit its answers.
    constexpr int tail = 4;
    constexpr int usual_length = 16;
    const bool in_tail =
        path.heard_nothing() ? ttl <= usual_length : behind && ttl <= path.farthest() + tail;
    if (path.end() && in_tail) {
      times.at(path.last_refusal() + limit_interval);
    } else if (in_tail || (!behind && path.mostly_silent())) {
      const int turn = behind && loses_packets(path) ? ttl - path.farthest() - 1 : 0;
      times.at(asked.a_second_later() + turn * limit_interval);
    }
    return times.result();
  }
  // While the hop is waited for anyhow, as long as an answer comes in time.
  if (may_be_destination(path, ttl)) {
    const Time overdue = asked.first + path.destination_rtt() * 9 / 8 + 10ms;
    // A bound on packets a second may have held up the usual ones.
    const Time from = std::max({*path.destination(), overdue, path.last_of_queries(ttl)});
    const auto last_echo = path.limits_echoes(now);
    const int count = last_echo || path.refused(ttl) ? 6 : 3;
    // A router that refuses most packets may let pass only some a second.
    const Time pause = path.refused(ttl) ? 170ms : 60ms;
    for (int i = 0; i < count; ++i) times.at(from + i * pause);
    if (last_echo) {
      const bool share = path.misses_most_echoes() && (path.end() || loses_packets(path));
      const int turn = share ? std::min(ttl - path.farthest(), gap + 1) : 1;
      times.at(*last_echo + turn * limit_interval);
    }
  } else {
    // As late as that, for the sake of routers that answer twice a second.
    const Time round_trip = path.later_rtt(ttl).value_or(path.max_rtt()) * 9 / 8 + 10ms;
    if (round_trip < 400ms) {
      times.at(std::max(*path.destination() + 425ms - round_trip, asked.last + round_trip));
    }
  }
  if (path.mostly_silent()) times.at(asked.a_second_later());
  return times.result();
}

}  // namespace traceroute
