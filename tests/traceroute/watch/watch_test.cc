#include "traceroute/watch/watch.hh"

#include <gtest/gtest.h>

#include "traceroute/watch/virtual_watch.hh"

namespace traceroute::watch {

using namespace std::chrono_literals;

TEST(Watch, ARouteThatChangesTwiceIsTwoChanges) {
  const auto before = ten_hops("jitter 20");
  const auto after = describe(
      "all delay 10 jitter 20\nhops 3\nhop 198.51.100.4 delay 30\nhops 5\ntarget 192.0.2.10\n");
  VirtualWatch play(before, 1s);
  play.play(100);
  play.play(100, after);
  play.play(100, before);
  ASSERT_EQ(play.events.size(), 2U);
  EXPECT_EQ(play.events[0].kind, Event::Kind::change);
  EXPECT_EQ(play.events[0].ttl, 4);
  EXPECT_EQ(play.events[0].to->address.host(), "198.51.100.4");
  EXPECT_NEAR(static_cast<double>(play.events[0].before / 1ms), 40, 8);
  EXPECT_NEAR(static_cast<double>(play.events[0].after / 1ms), 60, 12);
  EXPECT_EQ((play.events[0].when - 1h) / 1s, 100);
  EXPECT_EQ(play.events[1].from->address.host(), "198.51.100.4");
}

TEST(Watch, APathMayGetLongerAndShorter) {
  // Six rounds are under way at a time on the longer one.
  const auto shorter = describe("all delay 10\nhops 5\ntarget 192.0.2.10\n");
  const auto longer = describe("all delay 30\nhops 20\ntarget 192.0.2.10\n");
  VirtualWatch play(shorter, 100ms);
  play.play(30);
  EXPECT_EQ(play.watch.last_ttl(), 6);
  play.play(30, longer);
  EXPECT_EQ(play.watch.last_ttl(), 21);
  play.play(30, shorter);
  EXPECT_EQ(play.watch.last_ttl(), 6);
  EXPECT_EQ(play.count(Event::Kind::destination_lost), 0U);
  EXPECT_EQ(play.count(Event::Kind::loss_begins), 0U);
}

TEST(Watch, ARoundTripThatGetsLongAtOnceIsNoLoss) {
  const auto before = ten_hops("jitter 20");
  const auto queue =
      describe("all delay 10 jitter 20\nhop delay 1200\nhops 8\ntarget 192.0.2.10\n");
  for (const Time interval : {Time(100ms), Time(1s)}) {
    VirtualWatch play(before, interval);
    play.play(100);
    play.play(100, queue);
    EXPECT_EQ(meanings(play.watch), "- - - - - - - - - -");
    EXPECT_TRUE(play.events.empty());
    EXPECT_GT(play.watch.hop(10).rtts().worst, 1s);
  }
}

TEST(Watch, ASlowRouterIsWaitedForAsLongAsItIsAskedFor) {
  const auto slow = ten_hops("", "slow 2500");
  VirtualWatch usual(slow, 1s);
  usual.play(30);
  EXPECT_EQ(meanings(usual.watch), "- - - s - - - - - -");
  Plan plan = VirtualWatch::plan();
  plan.waits = Waits{3s};
  VirtualWatch patient(slow, 1s, 1, plan);
  patient.play(30);
  EXPECT_EQ(meanings(patient.watch), "- - - - - - - - - -");
}

TEST(Watch, BalancedPacketsAreNoChange) {
  const auto balanced = describe(
      "all delay 5\nhop\nhop split balance packet to a b\nhop a to join\nhop b to join\n"
      "hop join\ntarget 192.0.2.10\n");
  int changes = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    VirtualWatch play(balanced, 1s, seed);
    play.play(300);
    changes += static_cast<int>(play.events.size());
    EXPECT_EQ(play.watch.hop(3).responders().current().size(), 2U);
    EXPECT_EQ(play.watch.last_ttl(), 5);
  }
  EXPECT_LE(changes, 1);
}

TEST(Watch, ADestinationThatGoesAwayAndComesBackIsSaidOnce) {
  const auto clean = ten_hops();
  const auto away = ten_hops("", "", "silent");
  for (const Time interval : {Time(200ms), Time(1s)}) {
    VirtualWatch play(clean, interval);
    play.play(100);
    play.play(60, away);
    EXPECT_TRUE(play.watch.lost_since());
    play.play(100, clean);
    ASSERT_EQ(play.events.size(), 2U);
    EXPECT_EQ(play.events[0].kind, Event::Kind::destination_lost);
    EXPECT_EQ(play.events[1].kind, Event::Kind::destination_back);
    EXPECT_FALSE(play.events[0].never_reached || play.events[1].never_reached);
    // play() waits for the answers: 3 s.
    EXPECT_NEAR(static_cast<double>(play.events[1].lasted / 1ms),
                static_cast<double>(60 * interval / 1ms), 4000);
    EXPECT_FALSE(play.watch.lost_since());
  }
}

TEST(Watch, LossThatBeginsAndEndsIsSaidOnce) {
  const auto clean = ten_hops();
  const auto lossy = ten_hops("", "loss 20");
  VirtualWatch play(clean, 1s);
  play.play(100);
  play.play(200, lossy);
  play.play(200, clean);
  ASSERT_EQ(play.events.size(), 2U);
  EXPECT_EQ(play.events[0].kind, Event::Kind::loss_begins);
  EXPECT_EQ(play.events[1].kind, Event::Kind::loss_ends);
  EXPECT_GE((play.events[0].when - 1h) / 1s, 100);
  EXPECT_LE((play.events[0].when - 1h) / 1s, 115);
}

TEST(Watch, SilenceAndRefusalsAreCalledSo) {
  const auto silent = ten_hops("", "silent");
  VirtualWatch play(silent, 1s);
  play.play(60);
  EXPECT_EQ(meanings(play.watch), "- - - s - - - - - -");
  EXPECT_LE(play.watch.hop(4).total().asked, 20U) << "asked every eighth time";

  const auto unreachable = ten_hops("", "unreachable 1");
  VirtualWatch refused(unreachable, 1s);
  refused.play(60);
  EXPECT_EQ(meanings(refused.watch), "- - - - R");
  EXPECT_FALSE(refused.watch.reached());
}

TEST(Watch, ADestinationThatIsRefusedForAWhileIsLostAndBackAndNoChange) {
  const auto clean = ten_hops();
  const auto refused = ten_hops("", "unreachable 1");
  VirtualWatch play(clean, 1s);
  play.play(100);
  play.play(60, refused);
  EXPECT_EQ(meanings(play.watch), "- - - - R");
  play.play(100, clean);
  ASSERT_EQ(play.events.size(), 2U);
  EXPECT_EQ(play.events[0].kind, Event::Kind::destination_lost);
  EXPECT_EQ(play.events[1].kind, Event::Kind::destination_back);
  EXPECT_TRUE(play.watch.reached());
  EXPECT_EQ(play.watch.hop(5).responders().current().size(), 1U);
}

TEST(Watch, AHopThatRefusesWhatRunsOutThereIsNoEnd) {
  const auto refusing = ten_hops("", "refuse 13 admit 50");
  VirtualWatch play(refusing, 1s);
  play.play(60);
  EXPECT_TRUE(play.watch.reached());
  EXPECT_EQ(play.watch.last_ttl(), 10);
}

TEST(Watch, ResetForgetsWhatWasCountedAndNoMore) {
  const auto limited = ten_hops("limit 1/1000", "loss 20");
  VirtualWatch play(limited, 200ms);
  play.play(100);
  play.watch.reset();
  EXPECT_EQ(play.watch.rounds(), 0U);
  EXPECT_EQ(play.watch.hop(1).total().asked, 0U);
  EXPECT_EQ(play.watch.last_ttl(), 10);
  EXPECT_EQ(play.watch.hop(1).every(), 1U);
  // Who has not been asked is not silent.
  EXPECT_EQ(meanings(play.watch), "- - - - - - - - - -");
  play.play(100);
  EXPECT_TRUE(play.watch.hop(1).limited());
}

TEST(Watch, APathThatIsKnownTakesOnePacketForEachHopAndRound) {
  const auto clean = ten_hops();
  VirtualWatch play(clean, 1s);
  play.play(1);
  const std::size_t first = play.packets;
  EXPECT_LE(first, 16U);
  play.play(299);
  EXPECT_EQ(play.packets - first, 2990U);
}

}  // namespace traceroute::watch
