#include "traceroute/networks/path_summary.hh"

#include <gtest/gtest.h>

#include "support/path_rows.hh"

namespace traceroute {
namespace {

TEST(PathSummary, FloorIsTheLeastOfAHopAndAllLaterOnes) {
  const PathSummary path = path_of({{"10.0.0.1", "", 1},
                                    {"192.0.2.1", "", 250},
                                    {""},
                                    {"192.0.2.9", "", 20},
                                    {"192.0.2.17", "", 30},
                                    {""}});
  const auto least = floors(path);
  const std::vector<std::optional<double>> expected = {1.0,  20.0, std::nullopt,
                                                       20.0, 30.0, std::nullopt};
  EXPECT_EQ(least, expected);
}

TEST(PathSummary, FloorsNeverFall) {
  const PathSummary path = lecture_path();
  const auto least = floors(path);
  for (std::size_t i = 1; i < least.size(); ++i) EXPECT_LE(least[i - 1], least[i]);
}

TEST(PathSummary, LongHaulIsTheLargestStepOfTheFloor) {
  const auto haul = long_haul(lecture_path());
  ASSERT_TRUE(haul);
  EXPECT_EQ(haul->from, 3U);
  EXPECT_EQ(haul->to, 4U);
  EXPECT_NEAR(haul->step, 81.8, 0.01);
}

TEST(PathSummary, ASlowRouterMakesNoLongHaul) {
  // 250 ms at hop 2 is the router's own slowness: hop 3 is 20 ms away.
  const auto haul =
      long_haul(path_of({{"10.0.0.1", "", 1}, {"192.0.2.1", "", 250}, {"192.0.2.9", "", 20}}));
  ASSERT_TRUE(haul);
  EXPECT_EQ(haul->to, 1U);
  EXPECT_NEAR(haul->step, 19, 0.01);
}

TEST(PathSummary, OfStepsThatAreAlikeTheFirstIsTheLongHaul) {
  const auto haul = long_haul(path_of({{"10.0.0.1", "", 1},
                                       {"192.0.2.1", "", 11},
                                       {"192.0.2.5", "", 21.3},
                                       {"192.0.2.9", "", 31.5}}));
  ASSERT_TRUE(haul);
  EXPECT_EQ(haul->to, 1U);
}

TEST(PathSummary, LongHaulSpansSilentHopsAndStartsAtHome) {
  const auto across = long_haul(path_of({{"10.0.0.1", "", 1}, {""}, {""}, {"192.0.2.9", "", 90}}));
  ASSERT_TRUE(across);
  EXPECT_EQ(across->from, 0U);
  EXPECT_EQ(across->to, 3U);
  const auto satellite = long_haul(path_of({{"192.0.2.8", "", 600}, {"192.0.2.9", "", 610}}));
  ASSERT_TRUE(satellite);
  EXPECT_FALSE(satellite->from);
}

TEST(PathSummary, NoHaulIsLongInTheNeighbourhood) {
  EXPECT_FALSE(long_haul(path_of({{"10.0.0.1", "", 1}, {"192.0.2.9", "", 4}})));
  EXPECT_FALSE(long_haul(path_of({{""}, {""}}, false)));
}

TEST(PathSummary, LossThatDoesNotPersistIsNone) {
  const Loss loss = judge_loss(path_of({{"10.0.0.1", "", 1, "", 1},
                                        {"192.0.2.1", "", 2},
                                        {"192.0.2.5", "", 2, "", 2},
                                        {""},
                                        {"192.0.2.9"}}));
  EXPECT_TRUE(loss.known);
  EXPECT_FALSE(loss.begins);
  EXPECT_EQ(loss.sparing_hops, (std::vector<std::size_t>{0, 2}));
}

TEST(PathSummary, LossThatPersistsBeginsWhereAllLaterHopsLose) {
  const Loss loss = judge_loss(path_of({{"10.0.0.1", "", 1, "", 2},
                                        {"192.0.2.1"},
                                        {"192.0.2.5", "", 2, "", 2},
                                        {""},
                                        {"192.0.2.9", "", 3, "", 1}}));
  ASSERT_TRUE(loss.begins);
  EXPECT_EQ(*loss.begins, 2U);
  EXPECT_EQ(loss.answered, 1);
  EXPECT_EQ(loss.sparing_hops, (std::vector<std::size_t>{0}));
}

TEST(PathSummary, LossIsUnknownWhenTheDestinationIsSilent) {
  EXPECT_FALSE(judge_loss(path_of({{"10.0.0.1", "", 1, "", 1}, {""}}, false)).known);
}

}  // namespace
}  // namespace traceroute
