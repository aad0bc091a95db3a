#include <gtest/gtest.h>

#include <random>

#include "support/random_search.hh"
#include "support/virtual_network.hh"

namespace traceroute {
namespace {

TEST(MultipathRandom, EndsInBoundedTimeAndMemoryWhateverTheNetworkDoes) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    RandomSearch search([&random] { return static_cast<unsigned>(random() % 256); });
    EXPECT_EQ(search.run(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace traceroute
