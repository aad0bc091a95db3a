#include "traceroute/multipath/multipath.hh"

#include <gtest/gtest.h>

#include <set>

#include "traceroute/multipath/stopping_rule.hh"

namespace traceroute {
namespace {

std::set<std::uint16_t> checksums(std::uint32_t seed, int count) {
  std::set<std::uint16_t> found;
  for (int i = 0; i < count; ++i) found.insert(flow_checksum(seed, i));
  return found;
}

TEST(Flows, AreAllDifferentAndNoneIsTheSecondZero) {
  for (const std::uint32_t seed : {0U, 1U, 7U, 12345U, 0xffffffffU}) {
    const auto all = checksums(seed, 0xffff);
    EXPECT_EQ(all.size(), 0xffffU) << seed;
    EXPECT_FALSE(all.contains(0xffff)) << seed;
  }
}

TEST(Flows, OtherSeedsDrawOthersAndTheSameSeedTheSame) {
  std::set<std::set<std::uint16_t>> drawn;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    drawn.insert(checksums(seed, 6));
    EXPECT_EQ(checksums(seed, max_flows), checksums(seed, max_flows));
  }
  EXPECT_EQ(drawn.size(), 100U);
}

}  // namespace
}  // namespace traceroute
