// What is recorded of the answers to one probe.
#include "traceroute/trace/trace.hh"

#include <gtest/gtest.h>

#include "traceroute/trace/even_path.hh"

namespace traceroute {
namespace {

TEST(Trace, DuplicatesCountOnceAndTheFirstAnswerStands) {
  Trace trace({});
  trace.due(0ns);
  trace.record(0, reply_of({Verdict::router, 5ms, 1}, 5ms));
  trace.record(0, reply_of({Verdict::destination, 9ms, 2}, 9ms));
  EXPECT_EQ(trace.probes()[0].duplicates.size(), 1U);
  EXPECT_EQ(trace.probes()[0].rtt(), 5ms);
  EXPECT_FALSE(trace.end());
}

// Its probe may have gone on.
TEST(Trace, AnErrorOfAnUnknownTypeIsShownWhereNoAnswerComes) {
  Plan plan;
  plan.max_ttl = 2;
  plan.queries = 1;
  Trace trace(plan);
  trace.due(0ns);
  for (const std::size_t probe : {0U, 1U}) {
    trace.record_unknown(probe, reply_of({Verdict::refusal, 5ms, 7, 100}, 5ms));
  }
  EXPECT_FALSE(trace.end());
  trace.record(1, reply_of({Verdict::router, 9ms, 2}, 9ms));
  trace.record_unknown(1, reply_of({Verdict::refusal, 10ms, 7, 100}, 10ms));
  EXPECT_EQ(trace.hop(1).probes[0].reply->type, 100);
  EXPECT_TRUE(trace.hop(1).probes[0].duplicates.empty());
  EXPECT_EQ(trace.hop(2).probes[0].reply->type, 11);
  EXPECT_TRUE(trace.hop(2).probes[0].duplicates.empty());
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

}  // namespace
}  // namespace traceroute
