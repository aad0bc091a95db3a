#include "traceroute/watch/tally.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace traceroute::watch {

namespace {

// In how many of all runs the interval holds the true share: the sum over all outcomes.
double coverage(std::uint64_t asked, double share) {
  double covered = 0;
  for (std::uint64_t lost = 0; lost <= asked; ++lost) {
    const Interval range = interval_of({asked, lost});
    if (share < range.low || share > range.high) continue;
    const auto n = static_cast<double>(asked);
    const auto k = static_cast<double>(lost);
    covered += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                        (k > 0 ? k * std::log(share) : 0) + (n - k) * std::log1p(-share));
  }
  return covered;
}

}  // namespace

TEST(Tally, TheIntervalIsThatOfNewcombe1998) {
  // R. G. Newcombe, Statistics in Medicine 17, table I, method 4.
  const Interval many = interval_of({263, 81});
  EXPECT_NEAR(many.low, 0.2535, 0.0001);
  EXPECT_NEAR(many.high, 0.3682, 0.0001);
  const Interval none = interval_of({20, 0});
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.2005, 0.0001);
  const Interval one = interval_of({29, 1});
  EXPECT_NEAR(one.low, 0.0018, 0.0001);
  EXPECT_NEAR(one.high, 0.1963, 0.0001);
  EXPECT_EQ(interval_of({29, 29}).high, 1);
}

TEST(Tally, TheIntervalHoldsTheTruthIn95PercentOfAllRuns) {
  for (const double share : {0.0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5}) {
    for (const std::uint64_t asked : {10U, 30U, 100U, 300U, 1000U}) {
      EXPECT_GE(coverage(asked, share), 0.949) << share << " of " << asked;
    }
  }
}

TEST(Tally, OnlyAClearDifferenceIsOne) {
  EXPECT_TRUE(exceeds({30, 15}, {30, 0}));
  EXPECT_FALSE(exceeds({10, 2}, {1000, 0})) << "two may have one cause";
  EXPECT_FALSE(exceeds({30, 5}, {30, 0})) << "by chance in one of 45 cases";
  EXPECT_FALSE(exceeds({30, 15}, {30, 15}));
  EXPECT_FALSE(exceeds({30, 15}, {0, 0}));
}

}  // namespace traceroute::watch
