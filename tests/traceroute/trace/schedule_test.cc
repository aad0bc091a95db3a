// How soon a trace ends, and how many packets it sends: batches, the window, pauses.
#include "traceroute/trace/trace.hh"

#include <gtest/gtest.h>

#include "traceroute/trace/even_path.hh"

namespace traceroute {
namespace {

// The times here are virtual.
TEST(Trace, TakesLittleMoreThanOneRoundTripOnThePathsItIsMadeFor) {
  const struct {
    int hops;
    Time spacing;
    double max_rtts;
    std::size_t max_packets;
  } paths[] = {{1, 100us, 1.0, 35},
               {10, 10ms, 1.0, 62},
               {20, 10ms, 1.05, 92},
               {30, 10ms, 1.4, 122},
               {10, 1ms, 1.0, 62}};
  for (const auto& path : paths) {
    const Played played = play({}, even_path(path.hops, path.spacing));
    const auto rtt = path.spacing * path.hops;
    EXPECT_LE(static_cast<double>(played.took.count()),
              path.max_rtts * static_cast<double>(rtt.count()))
        << path.hops;
    EXPECT_LE(played.packets, path.max_packets) << path.hops;
  }
}

TEST(Trace, IsNeverSlowerThanAskingTwiceWithinTheNumberOfPackets) {
  for (int hops = 1; hops <= 30; ++hops) {
    const Played played = play({}, even_path(hops, 10ms));
    EXPECT_LE(played.took, 10ms * hops * 2) << hops;
    EXPECT_LE(played.packets, static_cast<std::size_t>(3 * hops + 32)) << hops;
  }
}

TEST(Trace, OneProbePerTtlAndTheScoutGoOutAtOnceInSmallBatches) {
  Trace trace({});
  while (trace.wake(0ns) == 0ns) EXPECT_LE(trace.due(0ns).size(), Trace::full_batch);
  const auto& probes = trace.probes();
  ASSERT_EQ(probes.size(), 27U);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(probes[i].ttl, static_cast<int>(i) + 1);
  EXPECT_EQ(probes[16].ttl, 255);
  EXPECT_TRUE(trace.due(0ns).empty());
}

TEST(Trace, AnswerOfTheDestinationMakesWhatIsNotSentNeedless) {
  Trace trace({});
  ASSERT_EQ(trace.due(0ns).size(), Trace::full_batch);
  for (std::size_t probe = 0; probe < 3; ++probe) {
    trace.record(probe, reply_of({Verdict::destination, 1us, 1}, 1us));
  }
  EXPECT_TRUE(trace.due(1us).empty());
  EXPECT_TRUE(trace.next_settled(1us));
  EXPECT_TRUE(trace.done());
}

TEST(Trace, ThreeSilentHopsInARowCostNoMoreThanTheTimeOfASlowPath) {
  const Played played = play({}, silent_at(even_path(10, 10ms), 5, 7));
  EXPECT_EQ(answers(played), (std::vector<std::size_t>{3, 3, 3, 3, 0, 0, 0, 3, 3, 3}));
  EXPECT_LE(played.took, 100ms + 430ms);
  EXPECT_LE(played.packets, 62U);
}

TEST(Trace, SilentDestinationIsGivenUpAfterAboutASecond) {
  const Played played = play({}, silent_at(even_path(40, 10ms), 7, 255));
  EXPECT_EQ(played.hops.size(), 30U);
  EXPECT_EQ(answers(played.hops[5]), 3U);
  EXPECT_EQ(played.packets, 95U) << "three for each hop, the scout, and four a second later";
  EXPECT_GT(played.took, 1s);
  EXPECT_LT(played.took, 1400ms);
}

TEST(Trace, WindowBoundsWhatIsUnanswered) {
  Plan plan;
  plan.window = 1;
  const Played played = play(plan, even_path(5, 10ms));
  EXPECT_EQ(played.max_at_once, 1U);
  EXPECT_EQ(played.packets, 15U);
  EXPECT_EQ(played.took, 3 * (10ms + 20ms + 30ms + 40ms + 50ms));
}

TEST(Trace, NoMoreThanTheWindowIsUnanswered) {
  Plan plan;
  plan.window = 6;
  Trace trace(plan);
  EXPECT_EQ(trace.due(0ns).size() + trace.due(0ns).size(), 6U);
  EXPECT_TRUE(trace.due(1ms).empty()) << "a seventh";
  trace.record(0, reply_of({Verdict::router, 0ms, 1}, 2ms));
  EXPECT_EQ(trace.due(2ms).size(), 1U);
}

// Found by the fuzzer: an answer that is no longer waited for, as its hop has been told without it,
// filled the window. It is longer than anybody waits for.
TEST(Trace, WindowIsFreeAgainWhenAHopHasBeenTold) {
  Plan plan;
  plan.first_ttl = 2;
  plan.max_ttl = 4;
  plan.queries = 2;
  plan.window = 1;
  plan.pause = 47ms;
  const Played played = play(plan, [](const Probe& probe, int count) -> std::optional<Answer> {
    if (probe.ttl == 2 && count != 1) return std::nullopt;
    return Answer{Verdict::router, probe.ttl == 2 ? 5100ms : 10ms, probe.ttl};
  });
  EXPECT_EQ(answers(played), (std::vector<std::size_t>{0, 2, 2}));
}

TEST(Trace, OneAtATimeWithNoPatienceEndsWithoutAnAnswer) {
  Plan plan;
  plan.window = 1;
  plan.waits = Waits{0ms, 0, 0};
  const Played played = play(plan, [](const Probe&, int) { return std::nullopt; });
  EXPECT_EQ(played.hops.size(), 30U);
  EXPECT_EQ(played.packets, 90U);
}

TEST(Trace, PauseLiesBetweenAnyTwoProbes) {
  Plan plan;
  plan.pause = 20ms;
  plan.queries = 1;
  const Played played = play(plan, even_path(3, 1ms));
  EXPECT_EQ(played.max_at_once, 1U);
  const auto& probes = played.trace.probes();
  for (std::size_t i = 1; i < probes.size(); ++i) {
    EXPECT_GE(probes[i].sent - probes[i - 1].sent, 20ms);
  }
}

TEST(Trace, LargePacketsGoOutOneByOne) {
  Plan plan;
  plan.packet_size = 1400;
  const Played played = play(plan, even_path(10, 1ms));
  EXPECT_EQ(answers(played), std::vector<std::size_t>(10, 3));
  Time last = -1s;
  for (const Probe& probe : played.trace.probes()) {
    EXPECT_GE(probe.sent - last, 11ms);
    last = probe.sent;
  }
}

TEST(Trace, WhatCouldNotBeSentIsDueAgainAndIsNoProbe) {
  Trace trace({});
  const auto batch = trace.due(0ns);
  trace.withdraw(std::span(batch).subspan(1));
  EXPECT_EQ(trace.probes().size(), 1U);
  EXPECT_EQ(trace.wake(0ns), 0ns) << "it does not wait for what was not sent";
  const auto again = trace.due(1ms);
  ASSERT_EQ(again.size(), Trace::full_batch);
  EXPECT_EQ(trace.probes()[again[0]].ttl, 2);
  EXPECT_EQ(trace.probes()[again[0]].sent, 1ms);
}

}  // namespace
}  // namespace traceroute
