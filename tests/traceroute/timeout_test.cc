#include "traceroute/trace/timeout.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

using namespace std::chrono_literals;

// What man pages say of -w MAX,HERE,NEAR.
TEST(Patience, WaitsAsAskedFor) {
  const Waits asked{5s, 3, 10};
  Evidence known;
  known.largest_rtt = 1s;
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

TEST(Patience, SilenceBeforeTheDestinationAnswersIsGivenASecond) {
  Evidence known;
  known.largest_rtt = 60ms;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 1s);
  known.largest_rtt = 600ms;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 1800ms);
}

TEST(Patience, LoneSilentHopIsGivenTheTimeOfASlowPath) {
  Evidence known;
  known.largest_rtt = 100ms;
  known.destination = 100ms;
  for (const int neighbours : {1, 2}) {
    known.silent_neighbours = neighbours;
    EXPECT_GT(give_up_at(0s, known, std::nullopt), 400ms);
  }
  known.silent_neighbours = 3;
  EXPECT_LT(give_up_at(0s, known, std::nullopt), 200ms);
}

TEST(Patience, HopThatAnsweredOnceIsGivenTwiceItsTimeAndMoreThanTheLargest) {
  Evidence known;
  known.largest_rtt = 100ms;
  known.destination = 100ms;
  known.hop_rtt = 10ms;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 125ms);
  known.hop_rtt = 100ms;
  EXPECT_EQ(give_up_at(0s, known, std::nullopt), 200ms);
}

}  // namespace
}  // namespace traceroute
