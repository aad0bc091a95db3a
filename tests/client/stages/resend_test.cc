// When a packet of stage b is sent again: later where the server is found to be late, and no longer
// so than the signs of that last.
#include "client/stages/resend.hh"

#include <gtest/gtest.h>

namespace client {
namespace {

using namespace std::chrono_literals;

TEST(ResendInterval, ALateA2CountsUntilAnAckComesSoon) {
  ResendInterval interval;
  EXPECT_EQ(interval.get(), 500ms);
  interval.late_a2(1s);
  EXPECT_EQ(interval.get(), 1500ms);
  EXPECT_EQ(interval.proved(), 500ms) << "other sessions are not to know of it";
  // This machine may be held up between two lines: then the next packet shows it.
  for (std::uint32_t id = 0; id < 1000 && interval.get() > 500ms; ++id) {
    interval.sent(id);
    interval.acked(id);
  }
  EXPECT_EQ(interval.get(), 500ms);
}

// Its ack may be that of a copy sent long before.
TEST(ResendInterval, TheAckOfAPacketThatWasSentTwiceDoesNotSayThatItCameSoon) {
  ResendInterval interval;
  interval.late_a2(1s);
  interval.sent(0);
  interval.sent(0);
  interval.acked(0);
  EXPECT_EQ(interval.get(), 1500ms);
  interval.begin();
  interval.late_a2(10s);
  EXPECT_EQ(interval.get(), 2500ms) << "less than the silence that ends a session";
}

// A server may want four billion of them.
TEST(ResendInterval, NotAllPacketsAreRemembered) {
  ResendInterval interval;
  interval.late_a2(1s);
  for (std::uint32_t id = 0; id < 5000; ++id) interval.sent(id);
  interval.acked(0);
  EXPECT_EQ(interval.get(), 1500ms) << "as if it had not been sent";
}

}  // namespace
}  // namespace client
