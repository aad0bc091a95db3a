#include "traceroute/networks/path_summary.hh"

#include <cstdio>

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
  const auto floor = floors(path);
  const std::vector<std::optional<double>> expected = {1.0,  20.0, std::nullopt,
                                                       20.0, 30.0, std::nullopt};
  EXPECT_EQ(floor, expected);
}

TEST(PathSummary, FloorsNeverFall) {
  const PathSummary path = lecture_path();
  const auto floor = floors(path);
  for (std::size_t i = 1; i < floor.size(); ++i) EXPECT_LE(floor[i - 1], floor[i]);
}

// "3-4 +81.8, 6-7 +78.9": each long haul by the indices of its hops.
std::string hauls(const PathSummary& path, std::size_t home_hops = 1) {
  std::string text;
  for (const LongHaul& haul : long_hauls(path, home_hops)) {
    char one[64];
    std::snprintf(one, sizeof one, "%s%zu-%zu +%.1f", text.empty() ? "" : ", ", haul.from, haul.to,
                  haul.step);
    text += one;
  }
  return text;
}

TEST(PathSummary, LongHaulsAreTheLargestStepAndThoseOfHalfOfIt) {
  EXPECT_EQ(hauls(lecture_path()), "3-4 +81.8, 6-7 +78.9");
  const Row home{"10.0.0.1", "", 1}, london{"5.5.5.1", "", 10}, new_york{"5.5.5.2", "", 84},
      tokyo{"5.5.5.3", "", 184};
  EXPECT_EQ(hauls(path_of({home, london, new_york, tokyo})), "1-2 +74.0, 2-3 +100.0");
  EXPECT_EQ(hauls(path_of({home, london, {"5.5.5.2", "", 59}, {"5.5.5.3", "", 159}})),
            "2-3 +100.0");
}

TEST(PathSummary, TheAccessLineAndTheWayOutOfHomeAreNoDistance) {
  const Row home{"10.0.0.1", "", 1}, dsl{"5.5.5.1", "", 30}, next{"5.5.5.2", "", 34};
  EXPECT_EQ(hauls(path_of({home, dsl, next})), "");
  EXPECT_EQ(hauls(path_of({home, {""}, dsl, next})), "");
  EXPECT_EQ(hauls(path_of({home, {"10.0.0.2", "", 20}, {"5.5.5.1", "", 40}, next}), 2), "");
  EXPECT_EQ(hauls(path_of({{"5.5.5.1", "", 600}, {"5.5.5.2", "", 610}}), 0), "") << "by satellite";
  EXPECT_EQ(hauls(path_of({{""}, {"5.5.5.1", "", 5}, {"5.5.5.2", "", 40}}), 0), "1-2 +35.0");
}

TEST(PathSummary, ASlowRouterMakesNoLongHaul) {
  // 250 ms at hop 2 is the router's own slowness: hop 3 is 20 ms away.
  EXPECT_EQ(hauls(path_of({{"10.0.0.1", "", 1},
                           {"192.0.2.1", "", 2},
                           {"192.0.2.5", "", 250},
                           {"192.0.2.9", "", 20}})),
            "1-2 +18.0");
}

TEST(PathSummary, LongHaulsSpanSilentHops) {
  EXPECT_EQ(
      hauls(path_of({{"10.0.0.1", "", 1}, {"5.5.5.1", "", 2}, {""}, {""}, {"5.5.5.9", "", 90}})),
      "1-4 +88.0");
}

TEST(PathSummary, NoHaulIsLongInTheNeighbourhood) {
  EXPECT_EQ(hauls(path_of({{"10.0.0.1", "", 1}, {"5.5.5.1", "", 4}, {"5.5.5.9", "", 18.9}})), "");
  EXPECT_EQ(hauls(path_of({{"10.0.0.1", "", 1}, {"5.5.5.1", "", 4}, {"5.5.5.9", "", 19}})),
            "1-2 +15.0");
  EXPECT_EQ(hauls(path_of({{""}, {""}}, false)), "");
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
