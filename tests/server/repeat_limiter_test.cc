#include "server/repeat_limiter.hh"

#include <gtest/gtest.h>

#include <string>

namespace server {
namespace {

using namespace std::chrono_literals;

class Repeats : public testing::Test {
 protected:
  bool allows(const std::string& peer, const std::string& datagram) {
    const auto bytes = [](const std::string& text) {
      return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    };
    return limiter.allows(bytes(peer), bytes(datagram), now);
  }
  RepeatLimiter limiter{42};
  std::chrono::steady_clock::time_point now{1000s};
};

TEST_F(Repeats, TheSameFromOnePeerComesBackAFewTimesASecond) {
  for (int second = 0; second < 3; ++second) {
    int allowed = 0;
    for (int i = 0; i < 1000; ++i) allowed += allows("peer", "hello");
    EXPECT_EQ(allowed, 5);
    now += 1s;
  }
}

TEST_F(Repeats, AnEmptyDatagramIsADatagram) {
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += allows("peer", "");
  EXPECT_EQ(allowed, 5);
}

TEST_F(Repeats, OtherPeersAndOtherBytesAreNotHeldBack) {
  for (int i = 0; i < 10; ++i) (void)allows("peer", "hello");
  EXPECT_FALSE(allows("peer", "hello"));
  EXPECT_TRUE(allows("peer", "hello, world"));
  EXPECT_TRUE(allows("peer", "hellp"));
  EXPECT_TRUE(allows("peer", ""));
  EXPECT_TRUE(allows("another", "hello"));
}

// Datagrams that take turns go round as well as one alone does.
TEST_F(Repeats, AThousandThatGoRoundAreFoundToo) {
  int allowed = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 1000; ++i) allowed += allows("peer", std::to_string(i));
  }
  EXPECT_LE(allowed, 5 * 1000);
  EXPECT_GE(allowed, 5 * 1000 - 5);
}

TEST_F(Repeats, AHundredThousandASecondThatDifferAllPass) {
  int allowed = 0;
  for (int i = 0; i < 100'000; ++i) allowed += allows("peer", std::to_string(i));
  EXPECT_EQ(allowed, 100'000);
}

TEST_F(Repeats, AHundredThousandASecondThatComeTwiceAllPass) {
  int allowed = 0;
  for (int i = 0; i < 100'000; ++i) {
    allowed += allows("peer", std::to_string(i));
    allowed += allows("peer", std::to_string(i));
  }
  EXPECT_EQ(allowed, 200'000);
}

}  // namespace
}  // namespace server
