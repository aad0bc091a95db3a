#include "traceroute/trace/schedule.hh"

#include <algorithm>

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// The aim: done when the destination's own answer is there, with no more than 3 N + 32 packets for
// a path of N hops, though N is known only then.
//
// A hop's later probes are back in time if they leave when the hop has answered that lies as far
// before the destination as this one lies behind the start: the two spans add up to the whole path.
// So far hops come first and near ones have time. As the path may be short or long, that is done
// for one of 10 hops and for one of 20 (21, since a late twentieth of it does less harm than more
// packets for all). What the number of packets then leaves goes to hops that a path of 30 has: all
// of it is back after 40, or 1.33 round trips of it, and no order of sending does much better. Up
// to a third of that path nothing tells it from one of 10 hops, where 62 packets are the most; hops
// 1 to 9 and 12 to 19 take 51 of them, the destination 3, and to be back in time hops 22 to 29
// would have to be asked by then, too.
//
// The other rounds are not wanted at all for hops beyond the destination, and the one probe that
// each of those got serves as one of the destination's own (KnownPath::shown).
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

// When the answers stop getting farther (a long link, silent routers, a silent destination), what
// was held back goes out in two steps. On a path of evenly spaced hops three of which are silent,
// the pause is 7/3 of the time before it: that is no silence yet.
Time first_silence(const Reach& reach) {
  return reach.proven == 0 ? Time(400ms) : std::min(reach.when * 5 / 2 + 10ms, reach.when + 1s);
}
Time second_silence(const Reach& reach) {
  if (reach.proven == 0) return 500ms;
  // Behind a slow access link it is not worth many packets to learn it sooner.
  if (reach.few) return reach.when + 1500ms;
  return std::min(reach.when * 3 + 150ms, reach.when + 1200ms);
}

// Of a path that is traced to its 255th hop the far ones are not asked before others had time to
// answer from behind a slow link.
constexpr int far_away = 30;
Time third_silence(const Reach& reach) { return second_silence(reach) + (reach.few ? 3s : 1s); }

}  // namespace

int probes_wanted(int hop, const Reach& reach, Time now, int queries) {
  if (now >= third_silence(reach)) return queries;
  if (now >= second_silence(reach)) return hop <= reach.proven + far_away ? queries : 0;
  int proven = reach.proven;
  if (now >= first_silence(reach)) proven = std::max(proven, std::min(near_path, proven + 5));
  if (later_probes_wanted(hop, proven)) return queries;
  return hop <= farthest_first_probe(proven) ? 1 : 0;
}

bool is_silence(const Reach& reach, Time now) { return now >= first_silence(reach); }

Time next_change(const Reach& reach, Time now) {
  if (now < first_silence(reach)) return first_silence(reach);
  if (now < second_silence(reach)) return second_silence(reach);
  if (now < third_silence(reach)) return third_silence(reach);
  return Time::max();
}

}  // namespace traceroute
