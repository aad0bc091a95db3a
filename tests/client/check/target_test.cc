// What all checks know of the server: who sends a1s when, and what may have been its end.
#include "client/check/target.hh"

#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace client {
namespace {

using namespace std::chrono_literals;

// Who waits for the place gets it while it is still held.
TEST(OneAtATime, AnotherOneIsNotWaitedForWithoutEnd) {
  OneAtATime line;
  const OneAtATime::Turn held(line);
  const OneAtATime::Turn next(line);
}

TEST(A1Limit, WhoHadCompanyIsAloneWhenTheOthersAreAnswered) {
  A1Limit limit;
  A1Limit::Place first(limit);
  EXPECT_FALSE(first.be_alone()) << "it was";
  auto second = std::make_unique<A1Limit::Place>(limit);
  auto alone = std::async(std::launch::async, [&] { return first.be_alone(); });
  EXPECT_EQ(alone.wait_for(50ms), std::future_status::timeout);
  second.reset();
  EXPECT_TRUE(alone.get());
  // Who comes next waits, until what is alone is answered soon.
  auto third = std::async(std::launch::async, [&] { const A1Limit::Place place(limit); });
  EXPECT_EQ(third.wait_for(50ms), std::future_status::timeout);
  first.answered(1ms);
  third.get();
}

TEST(Suspects, WhatASlowServerHadNotAnsweredYetHidesNoSuspect) {
  Suspects suspects;
  const auto now = net::Clock::now();
  suspects.answered(now - 2s, 2s);
  suspects.add("check 115 sent this", net::Clock::now(), true);
  suspects.unanswered(now - 1s);  // on its way when the server ended
  EXPECT_EQ(suspects.text(), "check 115 sent this");
}

// An a1 that was answered meanwhile may have come first.
TEST(Suspects, OnlyWhatWasAnsweredAfterItWentOutClearsIt) {
  Suspects suspects;
  const auto now = net::Clock::now();
  suspects.add("check 116 sent this", now - 2s, true);
  suspects.answered(now - 1s, 0ms);
  EXPECT_EQ(suspects.text(), "check 116 sent this");
  suspects.answered(net::Clock::now() + 1ms, 0ms);
  EXPECT_EQ(suspects.text(), "");
}

// The main port may be looked at before the port at which something wrong came sooner.
TEST(Suspects, WhatCameAtAnotherPortIsClearedByTheSecondAnswer) {
  Suspects suspects;
  suspects.add("check 312 sent this", net::Clock::now(), false);
  const auto first = net::Clock::now() + 1ms;
  suspects.answered(first, 0ms);
  suspects.answered(net::Clock::now() - 1ms, 0ms);  // on its way together with the first
  EXPECT_EQ(suspects.text(), "check 312 sent this");
  suspects.answered(first + 1s, 0ms);
  EXPECT_EQ(suspects.text(), "");
}

// The right a1 that was not answered was on its way for longer than any that was.
TEST(Suspects, TheFirstIsNamedWhereAllCameLater) {
  Suspects suspects;
  suspects.add("check 115 sent this", net::Clock::now(), true);
  suspects.add("check 116 sent this", net::Clock::now(), true);
  suspects.unanswered(net::Clock::now() - 1s);
  EXPECT_EQ(suspects.text(), "check 115 sent this");
}
TEST(Suspects, WhatWasAloneComesFirstInItsOrder) {
  Suspects suspects;
  suspects.add("check 228 sent this", net::Clock::now(), false);
  suspects.add("check 115 sent this", net::Clock::now(), true);
  suspects.add("check 116 sent this", net::Clock::now(), true);
  EXPECT_EQ(suspects.text(), "check 115 sent this; or check 116 sent this; or check 228 sent this");
}

}  // namespace
}  // namespace client
