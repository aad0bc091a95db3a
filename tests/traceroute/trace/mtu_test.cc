// The MTU: a probe that did not fit is sent again, smaller.
#include "traceroute/trace/trace.hh"

#include <gtest/gtest.h>

#include "traceroute/trace/even_path.hh"

namespace traceroute {
namespace {

Plan one_at_a_time() {
  Plan plan;
  plan.find_mtu = true;
  plan.window = 1;
  plan.packet_size = 1500;
  return plan;
}

TEST(Trace, MtuIsFoundByResendingWhatDidNotFit) {
  Plan plan = one_at_a_time();
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

// Both may come before the smaller packet goes out.
TEST(Trace, TooLargeThatIsSaidTwiceIsNoAnswer) {
  Plan plan = one_at_a_time();
  Trace trace(plan);
  ASSERT_EQ(trace.due(0ns).size(), 1U);
  const Answer too_large{Verdict::refusal, 10ms, 2, 3, 4, std::uint32_t{1400}};
  for (int i = 0; i < 2; ++i) trace.record(0, reply_of(too_large, 10ms));
  EXPECT_FALSE(trace.probes()[0].reply);
  EXPECT_EQ(trace.due(10ms), std::vector<std::size_t>{0});
  trace.record(0, reply_of({Verdict::router, 5ms, 1}, 15ms));
  EXPECT_TRUE(trace.probes()[0].reply);
}

// A router that answers once a second says nothing of the first packet that does not fit.
TEST(Trace, WhatNobodyCalledTooLargeIsSentOnceMore) {
  for (const int window : {1, 8}) {
    Plan plan = one_at_a_time();
    plan.window = window;
    plan.queries = 1;
    const Played played = play(plan, [](const Probe& probe, int count) -> std::optional<Answer> {
      if (probe.ttl < 3) return Answer{Verdict::router, 5ms * probe.ttl, probe.ttl};
      if (probe.size <= 1400) return Answer{Verdict::destination, 15ms, 3};
      if (count == 0) return std::nullopt;
      return Answer{Verdict::refusal, 10ms, 2, 3, 4, std::uint32_t{1400}};
    });
    EXPECT_EQ(played.hops.size(), 3U) << window;
    EXPECT_TRUE(played.trace.reached());
  }
}

TEST(Trace, MtuThatIsNoSmallerOrAbsurdIsARefusal) {
  for (const std::uint32_t mtu : {0U, 67U, 1500U, 4000000000U}) {
    const Played played = play(one_at_a_time(), [&](const Probe&, int) {
      return Answer{Verdict::refusal, 10ms, 2, 3, 4, mtu};
    });
    EXPECT_EQ(played.hops.size(), 1U) << mtu;
  }
}

TEST(Trace, WhoAsksForEverSmallerOnesIsBelievedSomeTimesOnly) {
  Plan plan = one_at_a_time();
  plan.packet_size = 65000;
  const Played played = play(plan, [](const Probe& probe, int) {
    const auto mtu = static_cast<std::uint32_t>(probe.size) - 1;
    return Answer{Verdict::refusal, 10ms, 2, 3, 4, mtu};
  });
  EXPECT_EQ(played.hops.size(), 1U);
  EXPECT_LE(played.packets, 40U);
}

TEST(Trace, TheLeastMtuIsOneThatEveryLinkHas) {
  Trace trace(one_at_a_time());
  ASSERT_EQ(trace.due(0ns).size(), 1U);
  EXPECT_FALSE(trace.shrink(0, 67));
  EXPECT_TRUE(trace.shrink(0, 68));
  EXPECT_FALSE(trace.shrink(0, 68)) << "no smaller";
}

TEST(Trace, LargerMtuThanOneFoundBeforeEnlargesNothing) {
  Plan plan = one_at_a_time();
  plan.window = 8;
  Trace trace(plan);
  ASSERT_EQ(trace.due(0ns).size(), 4U);
  for (const auto& [probe, mtu] : {std::pair(0U, 1300U), {1U, 1400U}}) {
    EXPECT_TRUE(trace.shrink(probe, mtu));
    EXPECT_EQ(trace.probes()[probe].size, 1300U);
  }
}

TEST(Trace, OneThatWasMadeSmallerAndCouldNotBeSentIsDueAgain) {
  Trace trace(one_at_a_time());
  ASSERT_EQ(trace.due(0ns).size(), 1U);
  ASSERT_TRUE(trace.shrink(0, 1400));
  const auto again = trace.due(1ms);
  ASSERT_EQ(again, std::vector<std::size_t>{0});
  trace.withdraw(again);
  EXPECT_EQ(trace.due(2ms), std::vector<std::size_t>{0});
  EXPECT_EQ(trace.probes().size(), 1U);
}

// Else one that a firewall lets through only while it is large would be tried for ever.
TEST(Trace, OneThatWasMadeSmallerAndCannotBeSentIsNotDueOnceTheTraceIsStopped) {
  Trace trace(one_at_a_time());
  ASSERT_EQ(trace.due(0ns).size(), 1U);
  ASSERT_TRUE(trace.shrink(0, 1400));
  trace.withdraw(trace.due(1ms));
  trace.stop(1s);
  EXPECT_TRUE(trace.due(2ms).empty());
  EXPECT_EQ(trace.wake(2ms), 1s);
}

}  // namespace
}  // namespace traceroute
