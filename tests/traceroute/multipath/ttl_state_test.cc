#include "traceroute/multipath/ttl_state.hh"

#include <gtest/gtest.h>

#include "support/virtual_path.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

Reply router(int number, Time when) { return reply_of({Verdict::router, 0ms, number}, when); }
Reply refusal(int number, Time when) { return reply_of({Verdict::refusal, 0ms, number}, when); }

TEST(TtlState, OneRouterIsAskedSixTimesBeforeItHasAnswered) {
  TtlState level;
  for (int flow = 0; flow < 6; ++flow) {
    EXPECT_LE(level.may_send_at(flow, {}), 1s) << flow;
    level.sent(flow, static_cast<std::size_t>(flow), 1s);
  }
  EXPECT_EQ(level.may_send_at(6, {}), Time::max()) << "a seventh would be lost at a Linux router";
  level.answered(0, 0, router(1, 1010ms), 10ms, true);
  EXPECT_LE(level.may_send_at(6, {}), 1s);
}

TEST(TtlState, TwoRoutersAreAskedTwiceAsOften) {
  TtlState level;
  for (int flow = 0; flow < 2; ++flow) {
    level.sent(flow, static_cast<std::size_t>(flow), 1s);
    level.answered(flow, static_cast<std::size_t>(flow), router(1 + flow, 1010ms), 10ms, true);
  }
  for (int flow = 2; flow < 14; ++flow) {
    EXPECT_LE(level.may_send_at(flow, {}), 1s) << flow;
    level.sent(flow, static_cast<std::size_t>(flow), 1s);
  }
  EXPECT_EQ(level.may_send_at(14, {}), Time::max());
}

// The first router answers, three of the next are missing: from then on one in a time.
TEST(TtlState, WhereAnswersAreMissingARouterIsAskedAtItsLimit) {
  TtlState level;
  for (int flow = 0; flow < 4; ++flow) level.sent(flow, static_cast<std::size_t>(flow), 1s);
  level.answered(0, 0, router(1, 1010ms), 10ms, true);
  EXPECT_LE(level.may_send_at(4, {}), 2s);
  level.expire(2s, 500ms);
  EXPECT_GT(level.may_send_at(4, {}), 1s);
  EXPECT_EQ(level.outstanding(), 0);
}

TEST(TtlState, AFlowIsSilentAfterManyTriesOnly) {
  TtlState level;
  level.sent(0, 0, 1s);
  level.answered(0, 0, router(1, 1010ms), 10ms, true);
  level.sent(1, 1, 1s);
  level.expire(2s, 500ms);
  EXPECT_TRUE(level.is_lost(1));
  EXPECT_FALSE(level.is_settled(1));
  for (std::size_t probe = 2; probe < 11; ++probe) {
    level.sent(1, probe, 3s);
    level.expire(4s, 500ms);
  }
  EXPECT_TRUE(level.is_settled(1));
  // It may be a flow of the router that answered once, and no more.
  EXPECT_EQ(level.places(1), std::vector<int>{});
  EXPECT_TRUE(level.may_hide_silence());
  for (std::size_t probe = 11; !level.flows_to_check().empty(); ++probe) {
    ASSERT_LT(probe, 19U);
    EXPECT_EQ(level.flows_to_check(), std::vector<int>{0});
    level.sent(0, probe, 5s);
    level.answered(0, probe, router(1, 5010ms), 10ms, true);
  }
  EXPECT_EQ(level.places(1), std::vector<int>{nobody});
  EXPECT_FALSE(level.may_hide_silence());
}

TEST(TtlState, AFlowIsNotSilentBesideARouterThatHasRunOutOfAnswers) {
  TtlState level;
  level.sent(0, 0, 1s);
  level.answered(0, 0, router(1, 1010ms), 10ms, true);
  for (std::size_t probe = 1; probe < 11; ++probe) level.sent(1, probe, 1s);
  level.expire(2s, 500ms);
  for (std::size_t probe = 11; probe < 31; ++probe) {
    level.sent(0, probe, probe * 1s);
    level.expire(probe * 1s + 500ms, 500ms);
  }
  EXPECT_TRUE(level.flows_to_check().empty());
  EXPECT_TRUE(level.is_settled(1));
  EXPECT_EQ(level.places(1), std::vector<int>{});
}

TEST(TtlState, AFlowOfTwoRoutersMakesTheLevelMixed) {
  TtlState level;
  level.sent(0, 0, 1s);
  level.answered(0, 0, router(1, 1010ms), 10ms, true);
  EXPECT_FALSE(level.is_mixed());
  level.sent(0, 1, 1s);
  level.answered(0, 1, router(2, 1010ms), 10ms, true);
  EXPECT_TRUE(level.is_mixed());
}

TEST(TtlState, WhoIsNotTrustedCountsOnlyWhereNobodyElseAnswers) {
  TtlState level;
  level.sent(0, 0, 1s);
  level.answered(0, 0, refusal(1, 1010ms), 10ms, false);
  EXPECT_FALSE(level.is_settled(0));
  EXPECT_EQ(level.places(0), std::vector<int>{0});
  level.sent(0, 1, 1s);
  level.answered(0, 1, router(2, 1010ms), 10ms, true);
  EXPECT_EQ(level.places(0), std::vector<int>{1});
  EXPECT_FALSE(level.is_mixed());
  level.distrust(address(2));
  EXPECT_EQ(level.places(0), std::vector<int>{1}) << "only refusals are distrusted";
}

}  // namespace
}  // namespace traceroute
