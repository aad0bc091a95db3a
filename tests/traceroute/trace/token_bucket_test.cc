#include "traceroute/trace/token_bucket.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

using namespace std::chrono_literals;

TEST(TokenBucket, WithoutARateHasNoBound) {
  TokenBucket budget(std::nullopt);
  budget.spend(1000000, 1h);
  EXPECT_GE(budget.allowance(1h), 1000000U);
  EXPECT_EQ(budget.next(1h), 1h);
}

// Packets that go out in a second when all that is allowed is sent each `step`.
std::size_t sent_in_a_second(unsigned rate, Time step) {
  TokenBucket budget(rate);
  std::size_t sent = 0;
  for (Time now = 1h; now < 1h + 1s; now += step) {
    const std::size_t packets = budget.allowance(now);
    budget.spend(packets, now);
    sent += packets;
  }
  return sent;
}

TEST(TokenBucket, KeepsTheRateHoweverOftenItIsAsked) {
  for (const unsigned rate : {1U, 7U, 100U, 1000U, 50000U}) {
    for (const Time step : {Time(100us), Time(1ms), Time(15ms)}) {
      const std::size_t sent = sent_in_a_second(rate, step);
      EXPECT_LE(sent, rate + rate / 50 + 1) << rate;
      EXPECT_GE(sent, rate - rate / 50) << rate;
    }
  }
}

TEST(TokenBucket, SaysWhenTheNextPacketMayGo) {
  TokenBucket budget(100);
  budget.spend(budget.allowance(1h), 1h);
  EXPECT_EQ(budget.allowance(1h), 0U);
  const Time next = budget.next(1h);
  EXPECT_EQ(next, 1h + 10ms);
  EXPECT_EQ(budget.allowance(next - 1ns), 0U);
  EXPECT_EQ(budget.allowance(next), 1U);
}

TEST(TokenBucket, SavesNoMoreThanABurstOverALongPause) {
  TokenBucket budget(1000);
  budget.spend(1, 1h);
  EXPECT_EQ(budget.allowance(2h), 20U);
}

}  // namespace
}  // namespace traceroute
