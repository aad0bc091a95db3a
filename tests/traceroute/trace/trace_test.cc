#include "traceroute/trace/trace.hh"

#include <gtest/gtest.h>

#include "support/virtual_path.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

// Hops at equal distances; the last one is the destination.
VirtualPath even_path(int hops, Time spacing) {
  return [=](const Probe& probe, int) -> std::optional<Answer> {
    if (probe.ttl >= hops) return Answer{Verdict::destination, spacing * hops, hops};
    return Answer{Verdict::router, spacing * probe.ttl, probe.ttl};
  };
}

// A path on which some probes are not answered.
VirtualPath without(const VirtualPath& path, std::function<bool(const Probe&, int count)> lost) {
  return [=](const Probe& probe, int count) -> std::optional<Answer> {
    if (lost(probe, count)) return std::nullopt;
    return path(probe, count);
  };
}

VirtualPath silent_at(const VirtualPath& path, int first, int last) {
  return without(path, [=](const Probe& p, int) { return p.ttl >= first && p.ttl <= last; });
}

std::size_t answers(const Hop& hop) {
  std::size_t count = 0;
  for (const Probe& probe : hop.probes) count += probe.reply && !probe.late ? 1U : 0U;
  return count;
}

std::vector<std::size_t> answers(const Played& played) {
  std::vector<std::size_t> counts;
  for (const Hop& hop : played.hops) counts.push_back(answers(hop));
  return counts;
}

TEST(Trace, ShowsEveryHopWithAllItsAnswersAndNoneBeyondTheDestination) {
  for (int hops = 1; hops <= 30; ++hops) {
    const Played played = play({}, even_path(hops, 10ms));
    EXPECT_EQ(answers(played), std::vector<std::size_t>(static_cast<std::size_t>(hops), 3)) << hops;
    EXPECT_EQ(played.trace.end(), hops);
    for (const Hop& hop : played.hops) {
      EXPECT_TRUE(hop.probes[0].reply->from.same_host(address(hop.ttl))) << hops << ' ' << hop.ttl;
    }
  }
}

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

TEST(Trace, NothingGoesBeyondTheLastHopAskedFor) {
  Plan plan;
  plan.max_ttl = 5;
  const Played played = play(plan, even_path(10, 10ms));
  EXPECT_EQ(played.packets, 15U);
  EXPECT_EQ(played.hops.size(), 5U);
  EXPECT_FALSE(played.trace.end());
  for (const Probe& probe : played.trace.probes()) EXPECT_LE(probe.ttl, 5);
}

TEST(Trace, BeginsAtTheFirstHopAskedFor) {
  Plan plan;
  plan.first_ttl = 4;
  plan.queries = 1;
  const Played played = play(plan, even_path(6, 10ms));
  ASSERT_EQ(played.hops.size(), 3U);
  EXPECT_EQ(played.hops[0].ttl, 4);
  EXPECT_EQ(played.hops[0].probes.size(), 1U);
}

TEST(Trace, DestinationIsTheLowestTtlThatDrawsAFinalAnswerWhateverTheAddress) {
  // A translator answers for everybody.
  const Played played = play({}, [](const Probe& probe, int) {
    return Answer{probe.ttl >= 7 ? Verdict::destination : Verdict::router, 5ms * probe.ttl, 1};
  });
  EXPECT_EQ(played.hops.size(), 7U);
}

TEST(Trace, RefusalEndsThePathWhereItBegins) {
  const Played played = play({}, [](const Probe& probe, int) {
    if (probe.ttl < 4) return Answer{Verdict::router, 5ms * probe.ttl, probe.ttl};
    return Answer{Verdict::refusal, 15ms, 3, 3, 13};
  });
  EXPECT_EQ(answers(played), (std::vector<std::size_t>{3, 3, 3, 3}));
}

TEST(Trace, LinuxRouterThatRefusesShowsAllAnswersThoughItSendsOnlySix) {
  int sent = 0;
  const Played played = play({}, [&](const Probe& probe, int) -> std::optional<Answer> {
    if (probe.ttl < 3) return Answer{Verdict::router, 5ms * probe.ttl, probe.ttl};
    if (++sent > 6) return std::nullopt;
    return Answer{Verdict::refusal, 15ms, 3, 3, 0};
  });
  EXPECT_EQ(answers(played), (std::vector<std::size_t>{3, 3, 3}));
}

TEST(Trace, DestinationThatAnswersOnceIsStillFoundWhereItIs) {
  int sent = 0;
  const VirtualPath path = even_path(10, 10ms);
  const Played played = play({}, [&](const Probe& probe, int count) -> std::optional<Answer> {
    if (probe.ttl >= 10 && ++sent > 1) return std::nullopt;
    return path(probe, count);
  });
  EXPECT_EQ(played.trace.end(), 10);
  EXPECT_EQ(answers(played.hops.back()), 1U);
}

TEST(Trace, LossOfAnyOneProbeCostsOneAnswerAndNoHop) {
  const std::size_t sent = play({}, even_path(10, 10ms)).packets;
  for (std::size_t lost = 0; lost < sent; ++lost) {
    std::size_t number = 0;
    const Played played =
        play({}, without(even_path(10, 10ms), [&](const Probe&, int) { return number++ == lost; }));
    ASSERT_EQ(played.hops.size(), 10U) << lost;
    std::size_t missing = 0;
    for (const Hop& hop : played.hops) {
      EXPECT_GE(answers(hop), 2U) << lost << ' ' << hop.ttl;
      missing += 3 - answers(hop);
    }
    EXPECT_LE(missing, 1U) << lost;
  }
}

TEST(Trace, ThreeSilentHopsInARowCostNoMoreThanTheTimeOfASlowPath) {
  const Played played = play({}, silent_at(even_path(10, 10ms), 5, 7));
  EXPECT_EQ(answers(played), (std::vector<std::size_t>{3, 3, 3, 3, 0, 0, 0, 3, 3, 3}));
  EXPECT_LE(played.took, 100ms + 430ms);
  EXPECT_LE(played.packets, 62U);
}

TEST(Trace, SlowPathAnswersThreeHundredMillisecondsAfterTheDestinationAreShown) {
  const VirtualPath path = even_path(10, 10ms);
  for (const int slow : {1, 5, 9}) {
    const Played played = play({}, [&](const Probe& probe, int count) {
      auto answer = path(probe, count);
      if (probe.ttl == slow) answer->rtt = 400ms;
      return answer;
    });
    EXPECT_EQ(answers(played), std::vector<std::size_t>(10, 3)) << slow;
  }
}

TEST(Trace, SilentDestinationIsGivenUpAfterAboutASecond) {
  const Played played = play({}, silent_at(even_path(40, 10ms), 7, 255));
  EXPECT_EQ(played.hops.size(), 30U);
  EXPECT_EQ(answers(played.hops[5]), 3U);
  EXPECT_EQ(played.packets, 95U) << "three for each hop, the scout, and four a second later";
  EXPECT_GT(played.took, 1s);
  EXPECT_LT(played.took, 1400ms);
}

TEST(Trace, FarHopsBehindALongSilenceAreStillFound) {
  const Played played = play({}, silent_at(even_path(28, 10ms), 3, 26));
  EXPECT_EQ(played.hops.size(), 28U);
  EXPECT_EQ(answers(played.hops.back()), 3U);
}

TEST(Trace, LongFirstHopAndALongLinkAreNoSilence) {
  for (const int jump : {1, 2, 5, 9, 12}) {
    const Played played = play({}, [&](const Probe& probe, int) {
      const Time rtt = 1ms * probe.ttl + (probe.ttl >= jump ? 600ms : 0ms);
      if (probe.ttl >= 14) return Answer{Verdict::destination, 614ms, 14};
      return Answer{Verdict::router, rtt, probe.ttl};
    });
    EXPECT_EQ(answers(played), std::vector<std::size_t>(14, 3)) << jump;
  }
}

TEST(Trace, NothingHeardAtAllEndsToo) {
  const Played played = play({}, [](const Probe&, int) { return std::nullopt; });
  EXPECT_EQ(played.hops.size(), 30U);
  EXPECT_LT(played.took, 6s);
}

TEST(Trace, RoutingLoopIsShownToTheLastHop) {
  const Played played = play({}, [](const Probe& probe, int) {
    return Answer{Verdict::router, 5ms * std::min(probe.ttl, 30), probe.ttl % 2 + 1};
  });
  EXPECT_EQ(answers(played), std::vector<std::size_t>(30, 3));
  EXPECT_FALSE(played.trace.end());
}

TEST(Trace, DuplicatesCountOnceAndTheFirstAnswerStands) {
  Trace trace({});
  trace.due(0ns);
  trace.record(0, reply_of({Verdict::router, 5ms, 1}, 5ms));
  trace.record(0, reply_of({Verdict::destination, 9ms, 2}, 9ms));
  EXPECT_EQ(trace.probes()[0].duplicates.size(), 1U);
  EXPECT_EQ(trace.probes()[0].rtt(), 5ms);
  EXPECT_FALSE(trace.end());
}

TEST(Trace, LateAnswerIsKeptAndCalledLate) {
  Plan plan;
  plan.max_ttl = 1;
  plan.queries = 1;
  plan.waits = Waits{1s};
  Trace trace(plan);
  trace.due(0ns);
  EXPECT_FALSE(trace.next_settled(999ms));
  ASSERT_TRUE(trace.next_settled(1s));
  EXPECT_TRUE(trace.done());
  trace.record(0, reply_of({Verdict::router, 2s, 1}, 2s));
  EXPECT_TRUE(trace.probes()[0].late);
  EXPECT_EQ(trace.probes()[0].rtt(), 2s);
}

TEST(Trace, RoundTripIsNeverNegative) {
  Trace trace({});
  trace.due(10ms);
  trace.left(0, 12ms);
  trace.record(0, reply_of({Verdict::router, 0ms, 1}, 11ms));
  EXPECT_EQ(trace.probes()[0].rtt(), 0ns);
}

TEST(Trace, TransmitStampCountsInsteadOfTheTimeOfAsking) {
  Trace trace({});
  trace.due(10ms);
  trace.left(0, 12ms);
  trace.record(0, reply_of({Verdict::router, 0ms, 1}, 15ms));
  EXPECT_EQ(trace.probes()[0].rtt(), 3ms);
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

TEST(Trace, MtuIsFoundByResendingWhatDidNotFit) {
  Plan plan;
  plan.find_mtu = true;
  plan.window = 1;
  plan.packet_size = 1500;
  plan.queries = 2;
  const Played played = play(plan, [](const Probe& probe, int) {
    if (probe.size > 1400 && probe.ttl > 2) {
      return Answer{Verdict::refusal, 10ms, 2, 3, 4, std::uint32_t{1400}};
    }
    return Answer{probe.ttl < 4 ? Verdict::router : Verdict::destination, 5ms * probe.ttl,
                  probe.ttl};
  });
  ASSERT_EQ(played.hops.size(), 4U);
  EXPECT_EQ(played.hops[1].probes[0].size, 1500U);
  EXPECT_TRUE(played.hops[2].probes[0].found_mtu);
  EXPECT_EQ(played.hops[2].probes[0].size, 1400U);
  EXPECT_EQ(played.hops[2].probes[0].rtt(), 15ms);
  EXPECT_FALSE(played.hops[2].probes[1].found_mtu);
  EXPECT_EQ(played.packets, 9U);
}

TEST(Trace, MtuThatIsNoSmallerOrAbsurdIsARefusal) {
  for (const std::uint32_t mtu : {0U, 67U, 1500U, 4000000000U}) {
    Plan plan;
    plan.find_mtu = true;
    plan.window = 1;
    plan.packet_size = 1500;
    const Played played =
        play(plan, [&](const Probe&, int) { return Answer{Verdict::refusal, 10ms, 2, 3, 4, mtu}; });
    EXPECT_EQ(played.hops.size(), 1U) << mtu;
  }
}

TEST(Trace, TheLeastMtuIsOneThatEveryLinkHas) {
  Plan plan;
  plan.find_mtu = true;
  plan.window = 1;
  plan.packet_size = 1500;
  Trace trace(plan);
  ASSERT_EQ(trace.due(0ns).size(), 1U);
  EXPECT_FALSE(trace.shrink(0, 67));
  EXPECT_TRUE(trace.shrink(0, 68));
  EXPECT_FALSE(trace.shrink(0, 68)) << "no smaller";
}

TEST(Trace, LargerMtuThanOneFoundBeforeEnlargesNothing) {
  Plan plan;
  plan.find_mtu = true;
  plan.window = 8;
  plan.packet_size = 1500;
  Trace trace(plan);
  ASSERT_EQ(trace.due(0ns).size(), 4U);
  for (const auto& [probe, mtu] : {std::pair(0U, 1300U), {1U, 1400U}}) {
    EXPECT_TRUE(trace.shrink(probe, mtu));
    EXPECT_EQ(trace.probes()[probe].size, 1300U);
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

TEST(Trace, OneThatWasMadeSmallerAndCouldNotBeSentIsDueAgain) {
  Plan plan;
  plan.find_mtu = true;
  plan.window = 1;
  plan.packet_size = 1500;
  Trace trace(plan);
  ASSERT_EQ(trace.due(0ns).size(), 1U);
  ASSERT_TRUE(trace.shrink(0, 1400));
  const auto again = trace.due(1ms);
  ASSERT_EQ(again, std::vector<std::size_t>{0});
  trace.withdraw(again);
  EXPECT_EQ(trace.due(2ms), std::vector<std::size_t>{0});
  EXPECT_EQ(trace.probes().size(), 1U);
}

TEST(Trace, StoppedOneTellsWhatIsKnownAndNoMore) {
  Trace trace({});
  while (trace.wake(0ns) == 0ns) trace.due(0ns);
  trace.record(0, reply_of({Verdict::router, 5ms, 1}, 5ms));
  trace.record(2, reply_of({Verdict::router, 6ms, 3}, 6ms));
  trace.stop(20ms);
  EXPECT_TRUE(trace.due(7ms).empty());
  EXPECT_FALSE(trace.next_settled(7ms));
  EXPECT_EQ(trace.wake(7ms), 20ms);
  for (const std::size_t answered : {1U, 0U, 1U}) {
    const auto hop = trace.next_settled(20ms);
    ASSERT_TRUE(hop);
    EXPECT_EQ(answers(*hop), answered);
  }
  EXPECT_TRUE(trace.done());
  EXPECT_FALSE(trace.reached());
}

TEST(Trace, StoppedBeforeAnythingIsKnownHasNoHops) {
  Trace trace({});
  trace.due(0ns);
  trace.stop(1ms);
  EXPECT_FALSE(trace.next_settled(1ms));
  EXPECT_TRUE(trace.done());
}

TEST(Trace, GivesUpAfterSoManySilentHopsAtTheEndOnly) {
  Plan plan;
  plan.give_up = 3;
  const Played silent = play(plan, silent_at(even_path(40, 10ms), 7, 255));
  EXPECT_EQ(silent.hops.size(), 9U);
  EXPECT_LT(silent.packets, 65U);
  EXPECT_EQ(silent.trace.last_ttl(), 9);
  for (const int last : {6, 9}) {
    const Played between = play(plan, silent_at(even_path(12, 10ms), 4, last));
    EXPECT_EQ(between.hops.size(), 12U) << last;
    EXPECT_TRUE(between.trace.reached());
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

// Found by the fuzzer: the first refusal came to the probe that was one more than there are
// queries.
TEST(Trace, RefusalOfARetryIsShownWhereNothingElseCame) {
  const VirtualPath path = even_path(10, 10ms);
  const Played played = play({}, [&](const Probe& probe, int count) -> std::optional<Answer> {
    if (probe.ttl != 5) return path(probe, count);
    if (count < 3) return std::nullopt;
    return Answer{Verdict::refusal, 40ms, 4, 3, 13};
  });
  ASSERT_EQ(played.hops.size(), 10U);
  EXPECT_EQ(answers(played.hops[4]), 1U);
}

// Found by the fuzzer: an answer that is no longer waited for, as its hop has been told without it,
// filled the window.
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
  EXPECT_EQ(answers(played), (std::vector<std::size_t>{1, 2, 2}));
}

// When all are asked again, the first ones answer in a moment, and the others later.
TEST(Trace, FarRoutersThatLimitTheirAnswersAreWaitedForAsLongAsFarOnesTake) {
  const Played played = play({}, [](const Probe& probe, int) -> std::optional<Answer> {
    if (probe.sent < 1h + 1s) return std::nullopt;
    if (probe.ttl >= 12) return Answer{Verdict::destination, 210ms, 12};
    return Answer{Verdict::router, probe.ttl < 5 ? 1ms : 200ms, probe.ttl};
  });
  const auto shown = answers(played);
  EXPECT_EQ(shown.size(), 12U);
  EXPECT_EQ(std::ranges::count(shown, 0U), 0);
}

// The others were lost or refused: that it answered must not be.
TEST(Trace, DestinationThatAnsweredOnlyTheScoutStandsWhereItsAnswerSays) {
  const VirtualPath path = even_path(10, 10ms);
  for (const bool refused : {false, true}) {
    const Played played = play({}, [&](const Probe& probe, int count) -> std::optional<Answer> {
      if (probe.ttl < 7 || probe.ttl == 255) return path(probe, count);
      if (!refused) return std::nullopt;
      return Answer{Verdict::refusal, 60ms, 6, 3, 13};
    });
    ASSERT_EQ(played.hops.size(), 10U) << refused;
    EXPECT_TRUE(played.trace.reached());
    const auto& last = played.hops[9].probes;
    EXPECT_EQ(std::ranges::count_if(last, [](const Probe& probe) { return probe.ttl == 255; }), 1);
    EXPECT_LE(played.took, 1300ms) << refused;
  }
}

TEST(Trace, ScoutsAnswerIsNotShownBeforeTheDestination) {
  Plan plan;
  plan.max_ttl = 5;
  const VirtualPath path = even_path(10, 10ms);
  const Played played = play(plan, [&](const Probe& probe, int count) -> std::optional<Answer> {
    if (probe.ttl == 255) return path(probe, count);
    return std::nullopt;
  });
  EXPECT_FALSE(played.trace.reached());
  EXPECT_EQ(answers(played), std::vector<std::size_t>(5, 0));
}

}  // namespace
}  // namespace traceroute
