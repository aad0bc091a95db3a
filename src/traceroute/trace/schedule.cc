#include "traceroute/trace/schedule.hh"

#include <algorithm>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// The aim: finish when the destination's own answer arrives, with at most 3 N + 32 packets for a
// path of N hops. N is known only then.
//
// On a path of N hops, send the later probes of hop h when hop N - h answers: they are then back
// before the destination's answer. So far hops are asked first, and near ones can wait. N is
// unknown, so plan for N = 10 and for N = 20 (as 21: one late probe costs less than extra packets
// on every path). The packets that are left go to the hops of a path of 30, which is complete after
// 41 hops' time, 1.37 round trips.
//
// No order brings that near one round trip. Until hop 10 has answered, the path looks like one of
// 10, where 62 packets are allowed: hops 1 to 9 and 12 to 19 take 51 of them, hops 10 and 20 one
// each, and hops 22 to 29 would have to be asked by then, too, with 24 where 9 are left. Each
// answer after that allows three more, so nothing ends before 39 hops' time.
//
// Hops beyond the destination need no later rounds. The one probe that each of them got counts as
// one of the destination's own (KnownPath::shown).
constexpr int near_path = 10;
constexpr int far_path = 20;
constexpr int long_path = 30;
constexpr int long_path_end = 40;  // when all of that one is back

bool later_probes_wanted(int hop, int proven) {
  if (hop < near_path) return hop <= near_path / 2 || hop + proven >= near_path;
  if (hop < far_path) return hop + proven > far_path || proven >= hop;
  return (hop <= long_path && hop + proven >= long_path_end) || hop <= proven + 2;
}

int farthest_first_probe(int proven) {
  return proven == 0 ? 16 : std::max(far_path + 1, proven + 2);
}

// If no farther hop answers for a while (a long link, silent routers, a silent destination), the
// probes that were held back are sent in steps: later ones of near hops, first ones of all hops of
// a usual path, and their later ones when it lasts longer than the longest links take. Three silent
// hops on an evenly spaced path make a pause of 7/3 of the time before it: that does not count as
// silence yet.
Time first_silence(const Reach& reach) {
  return reach.proven == 0 ? Time(400ms) : std::min(reach.when * 5 / 2 + 10ms, reach.when + 1s);
}
// Behind a slow access link it is not worth many packets to learn it sooner.
constexpr Time slow_access = 2500ms;
Time second_silence(const Reach& reach) {
  if (reach.few) return reach.when + slow_access;
  return std::min(reach.when * 3 + 150ms, reach.when + 1200ms);
}
Time third_silence(const Reach& reach) {
  return reach.few ? second_silence(reach) : std::max(second_silence(reach), reach.when + 600ms);
}

// Of a path that is traced to its 255th hop the far ones are not asked before others had time to
// answer from behind a slow link.
constexpr int far_away = 30;
Time fourth_silence(const Reach& reach) { return third_silence(reach) + (reach.few ? 2s : 1s); }

}  // namespace

int probes_wanted(int hop, const Reach& reach, Time now, int queries) {
  if (now >= fourth_silence(reach)) return queries;
  if (now >= third_silence(reach)) return hop <= reach.proven + far_away ? queries : 0;
  int proven = reach.proven;
  if (now >= first_silence(reach)) proven = std::max(proven, std::min(near_path, proven + 5));
  if (later_probes_wanted(hop, hop < near_path ? proven : reach.proven)) return queries;
  // One query each leaves packets enough to ask these in their order: a destination that limits its
  // answers gives them to the lowest TTL.
  if (queries == 1 && reach.proven >= near_path && hop <= long_path) return 1;
  const int last =
      now >= second_silence(reach) ? reach.proven + far_away : farthest_first_probe(proven);
  return hop <= last ? 1 : 0;
}

bool is_silence(const Reach& reach, Time now) { return now >= first_silence(reach); }

bool is_long_silence(const Reach& reach, Time now) { return now >= third_silence(reach); }

Time next_change(const Reach& reach, Time now) {
  for (const Time change :
       {first_silence(reach), second_silence(reach), third_silence(reach), fourth_silence(reach)}) {
    if (now < change) return change;
  }
  return Time::max();
}

}  // namespace traceroute
