#include "traceroute/trace/timeout.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

using namespace std::chrono_literals;

// What man pages say of -w MAX,HERE,NEAR.
TEST(Patience, WaitsAsAskedFor) {
  const Waits asked{5s, 3, 10};
  KnownTimes known;
  known.max_rtt = 1s;
  EXPECT_EQ(give_up_at(1s, known, asked), 6s);
  known.later_rtt = 40ms;
  EXPECT_EQ(give_up_at(1s, known, asked), 1400ms);
  known.hop_rtt = 20ms;
  EXPECT_EQ(give_up_at(1s, known, asked), 1060ms);
  EXPECT_EQ(give_up_at(1s, known, Waits{5s}), 6s) << "MAX alone: always";
  EXPECT_EQ(give_up_at(1s, known, Waits{10ms, 3, 10}), 1010ms) << "never longer than MAX";
}

TEST(Patience, WithoutAnyAnswerTheScaleIsNotKnown) {
  EXPECT_EQ(give_up_at(1s, {}, std::nullopt), 6s);
}

TEST(Patience, BehindFewHopsAnAccessLinkMayTakeSecondsAndBehindMoreASecondIsEnough) {
  KnownTimes known;
  known.max_rtt = 60ms;
  for (const int hops : {1, 2, 3}) {
    known.answering_hops = hops;
    EXPECT_GT(give_up_at(0s, known, std::nullopt), 3s) << hops;
    EXPECT_LT(give_up_at(0s, known, std::nullopt), 3300ms) << hops;
  }
  known.answering_hops = 4;
  EXPECT_GT(give_up_at(0s, known, std::nullopt), 1020ms) << "when retry.cc asks again";
  EXPECT_LT(give_up_at(0s, known, std::nullopt), 1100ms);
  known.max_rtt = 600ms;
  EXPECT_GT(give_up_at(0s, known, std::nullopt), 1700ms);
}

TEST(Patience, SilentHopIsGivenTheTimeOfASlowPath) {
  KnownTimes known;
  known.max_rtt = known.destination_rtt = 100ms;
  known.destination = 100ms;
  EXPECT_GT(give_up_at(0s, known, std::nullopt), 500ms);
  EXPECT_LT(give_up_at(0s, known, std::nullopt), 545ms);
  known.doubtful = true;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 1600ms);
}

TEST(Patience, HopThatAnsweredOnceIsGivenTwiceItsTimeAndMoreThanTheLargest) {
  KnownTimes known;
  known.max_rtt = 100ms;
  known.destination = 100ms;
  known.hop_rtt = 10ms;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 125ms);
  known.hop_rtt = 100ms;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 200ms);
}

}  // namespace
}  // namespace traceroute
