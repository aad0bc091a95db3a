#include "traceroute/multipath/stopping_rule.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

TEST(StoppingRule, IsThePublishedOne) {
  const int published[] = {6, 11, 16, 21, 27, 33, 38, 44};
  for (int seen = 1; seen <= 8; ++seen) {
    EXPECT_EQ(probes_to_rule_out_another(seen), published[seen - 1]) << seen;
  }
}

// What is left out is nearly always one next hop alone: so many probes that ways * (1 - 1/ways)^n
// is 5 %, n = ways * ln(20 * ways), is the limit for many ways.
TEST(StoppingRule, GoesOnAsItBegan) {
  const struct {
    int seen, least, most;
  } rows[] = {{15, 88, 93}, {16, 94, 100}, {63, 440, 458}, {127, 985, 1005}};
  for (const auto& row : rows) {
    EXPECT_GE(probes_to_rule_out_another(row.seen), row.least) << row.seen;
    EXPECT_LE(probes_to_rule_out_another(row.seen), row.most) << row.seen;
  }
  for (int seen = 1; seen < max_next_hops; ++seen) {
    const int step = probes_to_rule_out_another(seen + 1) - probes_to_rule_out_another(seen);
    EXPECT_GE(step, 5) << seen;
    EXPECT_LE(step, 9) << seen;
  }
}

TEST(StoppingRule, TakesWhatIsOutOfItsRangeAsItsEnds) {
  EXPECT_EQ(probes_to_rule_out_another(0), 6);
  EXPECT_EQ(probes_to_rule_out_another(1000), probes_to_rule_out_another(max_next_hops));
}

}  // namespace
}  // namespace traceroute
