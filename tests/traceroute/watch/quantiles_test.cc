#include "traceroute/watch/quantiles.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace traceroute::watch {

TEST(Quantiles, EachIsRightToTwoPercent) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<> distribution(17, 2);  // from microseconds to seconds
  Quantiles quantiles;
  std::vector<Time> all;
  for (int i = 0; i < 10001; ++i) {
    all.emplace_back(static_cast<Time::rep>(std::clamp(distribution(random), 1e3, 9e10)));
    quantiles.add(all.back());
  }
  std::ranges::sort(all);
  for (const double share : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
    const auto truth = static_cast<double>(all[static_cast<std::size_t>(share * 10000)].count());
    EXPECT_NEAR(static_cast<double>(quantiles.at(share).count()), truth, truth * 0.02) << share;
  }
}

TEST(Quantiles, NoneHaveNoMedian) { EXPECT_EQ(Quantiles().at(0.5), Time::zero()); }

}  // namespace traceroute::watch
