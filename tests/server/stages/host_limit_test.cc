#include "server/stages/host_limit.hh"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(HostLimit, AHostHasNoMoreThanItMay) {
  HostLimit limit(2);
  auto first = limit.enter("192.0.2.1");
  const auto second = limit.enter("192.0.2.1");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(limit.enter("192.0.2.1"));
  EXPECT_TRUE(limit.enter("192.0.2.2")) << "another host";
  first.reset();
  EXPECT_TRUE(limit.enter("192.0.2.1")) << "one has ended";
}

TEST(HostLimit, WhoWasTurnedAwayGivesNoPlaceBack) {
  HostLimit limit(1);
  const auto place = limit.enter("192.0.2.1");
  EXPECT_FALSE(limit.enter("192.0.2.1"));
  EXPECT_FALSE(limit.enter("192.0.2.1"));
}

}  // namespace
}  // namespace server
