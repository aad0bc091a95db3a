#include "traceroute/watch/gaps.hh"

#include <gtest/gtest.h>

#include <random>

namespace traceroute::watch {

TEST(Gaps, AnswersOfABoundAreRegular) {
  for (const int every : {2, 3, 5, 10}) {
    Gaps rare, frequent;
    for (int i = 0; i < 6; ++i) rare.add(true);  // what has been saved up
    for (int i = 0; i < 9 * every; ++i) {
      rare.add(i % every == every - 1);
      frequent.add(i % every != 0);
    }
    EXPECT_TRUE(rare.regular() && !rare.random()) << every;
    EXPECT_TRUE(frequent.regular() && !frequent.random()) << every;
  }
}

TEST(Gaps, LossesAreRandom) {
  std::mt19937_64 random(1);
  for (const double share : {0.01, 0.05, 0.2, 0.5, 0.8}) {
    int regular = 0, seen = 0;
    for (int run = 0; run < 200; ++run) {
      Gaps gaps;
      for (int i = 0; i < 300; ++i) gaps.add(!std::bernoulli_distribution(share)(random));
      regular += gaps.regular() ? 1 : 0;
      seen += gaps.random() ? 1 : 0;
    }
    EXPECT_LE(regular, 1) << share;
    EXPECT_GE(seen, share < 0.05 ? 80 : 190) << share;
  }
}

}  // namespace traceroute::watch
