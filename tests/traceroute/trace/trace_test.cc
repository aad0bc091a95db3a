// Which hops a trace shows, and where it ends.
#include "traceroute/trace/trace.hh"

#include <gtest/gtest.h>

#include "traceroute/trace/even_path.hh"

namespace traceroute {
namespace {

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

// A firewall against traceroutes, so near that it has answered before more is sent.
TEST(Trace, RouterThatRefusesLowTtlsOnlyHidesNoOthers) {
  const Played played = play({}, [](const Probe& probe, int) {
    if (probe.ttl == 1) return Answer{Verdict::router, 0ms, 1};
    if (probe.ttl < 6) return Answer{Verdict::refusal, 0ms, 1, 3, 13};
    if (probe.ttl == 6) return Answer{Verdict::router, 1ms, 6};
    return Answer{Verdict::destination, 1ms, 7};
  });
  EXPECT_TRUE(played.trace.reached());
  EXPECT_EQ(answers(played), (std::vector<std::size_t>(7, 3)));
}

// As where each router refuses a packet of which it should say that its TTL has run out.
TEST(Trace, RefusalOfAnotherRouterIsNotShownAtTheEnd) {
  const Played played = play({}, [](const Probe& probe, int) -> std::optional<Answer> {
    if (probe.ttl < 3) return Answer{Verdict::router, 5ms * probe.ttl, probe.ttl};
    if (probe.ttl > 8) return std::nullopt;
    return Answer{Verdict::refusal, 5ms * probe.ttl, probe.ttl, 3, 13};
  });
  EXPECT_GE(played.hops.size(), 3U);
  for (const Hop& hop : played.hops) {
    EXPECT_EQ(hop.probes.size(), 3U);
    for (const Probe& probe : hop.probes) {
      EXPECT_TRUE(probe.reply && probe.reply->from.same_host(address(hop.ttl))) << hop.ttl;
    }
  }
}

// A Linux router asks for the host three times, a second each, which its timers make 3.24 s on
// some; then it says so of all that waited for it, as far as its limit goes.
TEST(Trace, DeadHostBehindAFewLinuxRoutersIsSeenToBeRefused) {
  for (const int routers : {1, 2, 3}) {
    int refusals = 0;
    const Played played = play({}, [&](const Probe& probe, int) -> std::optional<Answer> {
      if (probe.ttl <= routers) return Answer{Verdict::router, 1ms * probe.ttl, probe.ttl};
      if (++refusals > 6) return std::nullopt;
      return Answer{Verdict::refusal, 1h + 3240ms - probe.sent, routers, 3, 1};
    });
    std::vector<std::size_t> all(static_cast<std::size_t>(routers) + 1, 3);
    EXPECT_EQ(answers(played), all) << routers;
    EXPECT_LE(played.took, 5s) << routers;
  }
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

// Of two ways the longer one has one more router; each packet goes either way.
TEST(Trace, RouterThatAnswersWhereTheDestinationDoesIsShown) {
  for (const int by_router : {0, 1, 2}) {
    const Played played = play({}, [&](const Probe& probe, int count) {
      if (probe.ttl < 3) return Answer{Verdict::router, 5ms * probe.ttl, probe.ttl};
      if (probe.ttl == 3 && count == by_router) return Answer{Verdict::router, 15ms, 9};
      return Answer{Verdict::destination, 15ms, 3};
    });
    ASSERT_EQ(played.hops.size(), 3U);
    int routers = 0;
    for (const Probe& probe : played.hops[2].probes) {
      ASSERT_TRUE(probe.reply);
      routers += probe.reply->verdict == Verdict::router ? 1 : 0;
    }
    EXPECT_EQ(routers, 1) << by_router;
    EXPECT_TRUE(played.trace.reached());
  }
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

}  // namespace
}  // namespace traceroute
