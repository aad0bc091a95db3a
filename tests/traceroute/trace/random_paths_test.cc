// Paths drawn at random, each traced in virtual time: whatever a path does, no hop is shown that is
// not there, and none is missing that answered in time.
#include <gtest/gtest.h>

#include <random>
#include <utility>

#include "support/from_environment.hh"
#include "support/virtual_trace.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

// A longer search: SOCKHOP_RUNS=20000.
std::uint64_t runs() { return from_environment("SOCKHOP_RUNS", 400); }

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  // No distributions of <random>: each library draws its own numbers.
  int from(int min, int max) {
    return min + static_cast<int>(random_() % static_cast<unsigned>(max - min + 1));
  }
  bool one_in(int n) { return from(1, n) == 1; }
  std::string one_of(const std::vector<std::string>& words) {
    return words[static_cast<std::size_t>(random_() % words.size())];
  }

 private:
  std::mt19937_64 random_;
};

struct RandomPath {
  std::string text;
  int routers = 0;
  bool refuses = false;  // a router refuses some or all packets
  bool plain = true;     // nothing is slow, silent, limited, lost or refused
};

// Delays in tenths of a millisecond.
std::string tenths(int value) {
  return std::to_string(value / 10) + '.' + std::to_string(value % 10);
}

RandomPath draw(std::uint64_t seed) {
  Draw draw(seed);
  RandomPath path;
  path.routers = draw.from(1, 24);
  const int spacing = draw.from(1, 200);
  const int link = draw.one_in(3) ? draw.from(1, path.routers) : 0;  // a long one
  const int slow_from = draw.one_in(3) ? draw.from(1, path.routers) : 99;
  const int slow_to = slow_from + draw.from(0, 6);
  const int slow = draw.from(100, 9000);
  const int refusing = draw.one_in(6) ? draw.from(1, path.routers) : 0;
  // Drops what is too many; behind a long link it takes longer than anybody waits.
  const int policing = link == 0 && draw.one_in(4) ? draw.from(1, path.routers) : 0;
  const bool jitter = draw.one_in(3);
  const bool losses = draw.one_in(4);
  const bool limits = draw.one_in(4);
  const std::string limit = draw.one_of({"linux", "cisco", "1/1000", "3/200", "1/250"});
  for (int ttl = 1; ttl <= path.routers; ++ttl) {
    int delay = draw.from(1, 2 * spacing);
    if (ttl == link) delay += draw.from(200, ttl < 4 ? 22000 : 5000);
    if (delay > 9000) path.plain = false;  // the next four hops are asked once more meanwhile
    path.text += "hop delay " + tenths(delay);
    if (ttl >= slow_from && ttl <= slow_to) path.text += " slow " + tenths(slow);
    if (jitter) path.text += " jitter " + std::to_string(draw.from(1, 40));
    if (losses && draw.one_in(3)) path.text += " drop " + std::to_string(draw.from(1, 30));
    if (limits) path.text += " limit " + limit;
    if (draw.one_in(12)) path.text += " silent", path.plain = false;
    if (draw.one_in(12)) path.text += " duplicate " + tenths(draw.from(1, 3000));
    if (draw.one_in(8)) path.text += " ttl " + draw.one_of({"64", "128"});
    if (ttl == refusing) {
      // One after the other: compilers differ in what they draw first within one expression.
      path.text += draw.one_of({" refuse ", " unreachable "});
      path.text += draw.one_of({"13", "1", "0"});
      path.text += draw.one_of({"", " admit 5/1000", " admit 9/1000", " admit 3/100", " admit 50"});
    }
    if (ttl == policing && ttl != refusing) {
      path.text += " silent unreachable 13 admit ";
      path.text += draw.one_of({"5/1000", "1/1000", "2/500", "1/200", "10/50"});
      path.plain = false;
    }
    path.text += '\n';
  }
  path.refuses = refusing != 0;
  path.plain = path.plain && slow_from == 99 && !jitter && !losses && !limits && !refusing;
  path.text += "target 192.0.2.10 delay " + tenths(draw.from(1, 2 * spacing));
  if (draw.one_in(4)) path.text += " return " + std::to_string(draw.from(1, 6));
  if (draw.one_in(6)) {
    path.text += draw.one_of({" every 2", " every 3", " drop 30", " echolimit 6/1000", " silent"});
    path.plain = false;
  }
  path.text += '\n';
  return path;
}

// By options that only say what is to be asked.
Plan draw_plan(std::uint64_t seed) {
  Draw draw(seed);
  Plan plan;
  plan.queries = draw.one_in(2) ? 1 : draw.from(2, 10);
  if (draw.one_in(3)) plan.first_ttl = draw.from(2, 8);
  if (draw.one_in(3)) plan.max_ttl = draw.from(8, 60);
  if (draw.one_in(3)) plan.window = draw.from(1, 32);
  if (draw.one_in(6)) plan.pause = draw.from(1, 50) * 1ms;
  return plan;
}

// What is wrong with a run, or an empty text.
std::string fault(const RandomPath& path, const TraceRun& seen) {
  std::vector<bool> shown(256);
  for (const Hop& hop : seen.hops) {
    for (const Probe& probe : hop.probes) {
      if (!probe.reply || probe.late) continue;
      if (probe.reply->verdict == Verdict::destination && hop.ttl <= path.routers) {
        return "the destination before its hop";
      }
      if (probe.reply->verdict != Verdict::router) continue;
      shown[static_cast<std::size_t>(hop.ttl)] = true;
      if (probe.reply->from.host() != "198.18.0." + std::to_string(hop.ttl)) {
        return "a router at another hop";
      }
    }
  }
  std::optional<Time> destination;
  for (const TraceRun::Arrival& arrival : seen.arrivals) {
    if (arrival.router || arrival.ttl <= path.routers) continue;
    destination = std::min(destination.value_or(arrival.when), arrival.when);
  }
  if (!destination || path.refuses) return "";
  for (const TraceRun::Arrival& arrival : seen.arrivals) {
    const bool in_time =
        arrival.router && arrival.when <= std::max(*destination + 400ms, seen.took);
    if (in_time && !shown[static_cast<std::size_t>(arrival.ttl)]) {
      return "hop " + std::to_string(arrival.ttl) + " is lost";
    }
  }
  // Behind a long link the nine hops from 22 on may be asked in vain.
  if (path.plain && seen.packets > static_cast<std::size_t>(3 * (path.routers + 1) + 32 + 9)) {
    return std::to_string(seen.packets) + " packets";
  }
  return "";
}

TEST(RandomPaths, NoHopIsLostAndNoneIsInventedWhateverIsAskedFor) {
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    RandomPath path = draw(seed);
    const bool plain = std::exchange(path.plain, false);  // and so has its number of packets
    const Plan plan = draw_plan(seed);
    const TraceRun seen = run(path.text, plan, seed);
    EXPECT_EQ(fault(path, seen), "") << "seed " << seed << '\n' << path.text << seen.text();
    const int end = std::clamp(path.routers + 1, plan.first_ttl, plan.max_ttl);
    if (plain) {
      EXPECT_EQ(seen.hops.back().ttl, end) << "seed " << seed << '\n' << path.text;
    }
  }
}

TEST(RandomPaths, NoHopIsLostAndNoneIsInvented) {
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    const RandomPath path = draw(seed);
    const simnet::Description network = describe(path.text);
    VirtualHost host(network, seed);
    for (int run = 1; run <= 3; ++run) {
      const TraceRun seen = host.run({});
      EXPECT_EQ(fault(path, seen), "") << "seed " << seed << " run " << run << '\n'
                                       << path.text << seen.text();
      EXPECT_LE(seen.took, 20s) << "seed " << seed << " run " << run << "\n"
                                << path.text << seen.text();
      host.wait(10ms);
    }
  }
}

}  // namespace
}  // namespace traceroute
