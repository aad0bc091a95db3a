// What -q, -N, -z, -w and -m ask for changes no hop.
#include <gtest/gtest.h>

#include "support/virtual_trace.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

const std::string target = "target 192.0.2.10 ";

TEST(Plans, NumbersOfQueriesWindowsAndHopsChangeNothing) {
  const std::string networks[] = {
      "all delay 10\nhops 9\n" + target,
      "all delay 2\nhop\nhop delay 1200\nhops 7\n" + target,
      "all delay 2\nhops 9 slow 300\n" + target,
      "all delay 5 limit 1/1000\nhops 9\n" + target,
      "all delay 10\nhops 9\n" + target + "every 3",
  };
  std::vector<Plan> plans(12);
  plans[0].queries = 1;
  plans[1].queries = 2;
  plans[2].queries = 5;
  plans[3].queries = 10;
  plans[4].window = 1;
  plans[5].window = 4;
  plans[6].window = 16;
  plans[7].window = 32;
  plans[8].max_ttl = 255;
  plans[9].pause = 20ms;
  plans[10].waits = Waits{2s};
  plans[11].waits = Waits{5s};
  for (const std::string& network : networks) {
    const simnet::Description description = describe(network);
    for (std::size_t i = 0; i < plans.size(); ++i) {
      EXPECT_EQ(VirtualHost(description).run(plans[i]).text(), routers(1, 9) + " 10:192.0.2.10")
          << network << " plan " << i;
    }
  }
}

// A second later the lowest hop is asked again before the window is free for the next ones.
TEST(Plans, DestinationThatAnswersOnceASecondIsShownAtItsHopByAWindowToo) {
  const simnet::Description network =
      describe("all delay 3\nhops 7\n" + target + "echolimit 1/1000");
  for (const auto& [window, queries] : {std::pair{16, 3}, {8, 3}, {3, 2}, {4, 1}}) {
    Plan plan;
    plan.window = window;
    plan.queries = queries;
    VirtualHost host(network);
    for (int i = 1; i <= 3; ++i) {
      EXPECT_EQ(host.run(plan).text(), routers(1, 7) + " 8:192.0.2.10")
          << window << ' ' << queries << " run " << i;
      host.wait(10ms);
    }
  }
}

// Hop 2 answers after a second: long after the destination, but not after its last answer, for
// which there was no room in the window before hop 1 had answered.
TEST(Plans, NoHopIsAStarThatAnswersBeforeTheEndIsToldByAWindowToo) {
  Plan plan;
  plan.window = 16;
  const std::string slow =
      "all slow 510\nhop delay 10\nhop delay 480\nall delay 15 slow 0\nhops 3\n";
  EXPECT_EQ(run(slow + "target 192.0.2.10", plan).text(), routers(1, 5) + " 6:192.0.2.10");
}

// The hops beyond it share its answers, and its way back may be longer.
TEST(Plans, AWindowIsNotFullOfSilentHopsForMinutes) {
  Plan plan;
  plan.window = 1;
  EXPECT_LE(run("all silent\nhops 40\n" + target, plan).took, 2min);
  EXPECT_LE(run("hop delay 1\nall silent\nhops 40\n" + target, plan).took, 100s);
  // Nor is anything given up that takes three seconds.
  for (const int window : {1, 2, 16}) {
    plan.window = window;
    EXPECT_EQ(run("hop delay 3000\nhops 4\n" + target, plan).text(),
              routers(1, 5) + " 6:192.0.2.10");
  }
}

TEST(Plans, DestinationThatLimitsItsAnswersIsShownAtItsHopByFewQueriesToo) {
  for (int hops = 16; hops <= 24; ++hops) {
    const std::string path = "all delay 7\nhops " + std::to_string(hops) + "\n" + target;
    for (Plan plan; plan.queries > 0; --plan.queries) {
      for (const std::string limit : {"6/1000", "1/1000", "1/500", "6/1000 return 4"}) {
        EXPECT_EQ(run(path + "echolimit " + limit, plan).text(),
                  routers(1, hops) + " " + std::to_string(hops + 1) + ":192.0.2.10")
            << limit << ' ' << plan.queries;
      }
    }
  }
}

// Hop 7 is told without it after a second: the trace must not end there without having shown it.
TEST(Plans, DestinationThatAnswersWhenItsLineHasBeenToldIsShownByTheNext) {
  for (const int window : {1, 4, 16}) {
    Plan plan;
    plan.window = window;
    const TraceRun seen = run("all delay 3\nhops 6\ntarget 192.0.2.10 delay 1150", plan);
    EXPECT_TRUE(seen.reached);
    const Hop& last = seen.hops.back();
    ASSERT_TRUE(last.probes.back().reply) << window << ' ' << seen.text();
    EXPECT_EQ(last.probes.back().reply->verdict, Verdict::destination);
  }
}

// When its answer comes nothing may have been sent to the hop whose line is to show it.
TEST(Plans, TheLineOfTheDestinationMayHaveNoProbeOfItsOwn) {
  for (const auto wait : {0ms, 1ms}) {
    Plan plan;
    plan.queries = 1;
    plan.waits = Waits{wait};
    const TraceRun seen = run("all delay 3\nhops 2\ntarget 192.0.2.10", plan);
    EXPECT_TRUE(seen.reached);
    EXPECT_TRUE(seen.hops.back().probes.back().reply) << seen.text();
  }
}

TEST(Plans, ScoutIsNoProbeOfThe255thHop) {
  Plan plan;
  plan.max_ttl = 255;
  EXPECT_LE(run("all delay 10\nhops 9\n" + target, plan).packets, 62U);
  const TraceRun silent = run("all delay 10\nhops 6\nhop silent\n" + target + "silent", plan);
  ASSERT_EQ(silent.hops.size(), 255U);
  for (const Hop& hop : silent.hops) EXPECT_EQ(hop.probes.size(), 3U) << hop.ttl;
}

}  // namespace
}  // namespace traceroute
