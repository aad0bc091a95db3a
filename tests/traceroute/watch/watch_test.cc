#include "traceroute/watch/watch.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "traceroute/watch/virtual_watch.hh"

namespace traceroute::watch {

using namespace std::chrono_literals;

namespace {

// 10 hops, 100 ms: what all are like, what hop 4 is like, and what the destination is like.
simnet::Description path(const std::string& all, const std::string& fourth = "",
                         const std::string& target = "") {
  return describe("all delay 10 " + all + "\nhops 3\nhop " + fourth +
                  "\nhops 5\ntarget 192.0.2.10 " + target + '\n');
}

// How often each path is watched, with other random numbers each time.
std::uint64_t runs() {
  const char* text = std::getenv("SOCKHOP_RUNS");
  return text ? std::stoull(text) : 20;
}

// What the missing answers mean, hop by hop: "- - - L L L".
std::string meanings(const Watch& watch) {
  std::string text;
  for (int ttl = 1; ttl <= watch.last_ttl(); ++ttl) {
    text += std::string(ttl > 1 ? " " : "") + "-?LlsR"[static_cast<int>(watch.meaning(ttl))];
  }
  return text;
}

// The hops of which a loss is shown at any time in so many rounds; looked at after every third.
std::set<int> lossy_hops(VirtualWatch& play, std::uint64_t rounds) {
  std::set<int> found;
  play.after_round = [&] {
    if (play.watch.rounds() % 3 != 0) return;
    for (int ttl = 1; ttl <= play.watch.last_ttl(); ++ttl) {
      if (play.watch.meaning(ttl) == Meaning::loss) found.insert(ttl);
    }
  };
  play.play(rounds);
  return found;
}

}  // namespace

TEST(Watch, ACleanPathHasNoLossNoChangeAndNoLimit) {
  const auto clean = path("jitter 20");
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    VirtualWatch play(clean, 1s, seed);
    EXPECT_TRUE(lossy_hops(play, 300).empty()) << seed;
    EXPECT_EQ(meanings(play.watch), "- - - - - - - - - -") << seed;
    EXPECT_TRUE(play.events.empty()) << seed;
    EXPECT_TRUE(play.watch.reached());
  }
}

TEST(Watch, LimitsAreNoLoss) {
  // Five rounds a second: each of these answers less.
  const std::vector<std::pair<simnet::Description, std::string>> paths{
      {path("jitter 20 limit linux"), "l l l l l l l l l -"},
      {path("jitter 20", "limit cisco"), "- - - l - - - - - -"},
      {path("jitter 20 limit 1/1000"), "l l l l l l l l l -"},
      {path("jitter 20", "", "echolimit 6/1000"), "- - - - - - - - - l"},
      // Nobody farther on answers all.
      {path("jitter 20 limit linux", "", "silent"), "l l l l l l l l l"},
      {path("jitter 20", "drop 30"), "- - - l - - - - - -"}};
  for (const auto& [description, expected] : paths) {
    for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
      VirtualWatch play(description, 200ms, seed);
      EXPECT_TRUE(lossy_hops(play, 300).empty()) << expected << seed;
      EXPECT_EQ(meanings(play.watch), expected) << seed;
      EXPECT_TRUE(play.events.empty()) << expected << seed;
    }
  }
}

TEST(Watch, ARouterIsAskedNoFasterThanItAnswers) {
  // Rounds are under way for half a second: what was asked at the pace before does not count.
  const auto limited = path("delay 50 limit 1/1000");
  VirtualWatch play(limited, 200ms);
  play.play(300);
  const HopRecord& hop = play.watch.hop(1);
  EXPECT_EQ(hop.every(), 5U);
  EXPECT_EQ(hop.tally().lost, 0U);
  EXPECT_LT(hop.total().asked, 100U);
}

TEST(Watch, LossIsShownFromItsLinkOnAndItsIntervalHoldsTheTruth) {
  int covered = 0, counted = 0;
  for (const int truth : {1, 5, 20}) {
    const auto lossy = path("jitter 20", "loss " + std::to_string(truth));
    int shown = 0, hops = 0;
    for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
      VirtualWatch play(lossy, 1s, seed);
      const std::set<int> found = lossy_hops(play, 300);
      EXPECT_TRUE(found.empty() || *found.begin() >= 4) << "hop " << *found.begin() << ' ' << seed;
      for (int ttl = 4; ttl <= 10; ++ttl) {
        const Interval range = interval_of(play.watch.hop(ttl).tally());
        covered += range.low * 100 <= truth && truth <= range.high * 100 ? 1 : 0;
        shown += play.watch.meaning(ttl) == Meaning::loss ? 1 : 0;
        ++hops;
      }
      EXPECT_EQ(play.count(Event::Kind::change), 0U);
      EXPECT_EQ(play.count(Event::Kind::destination_lost), 0U);
      EXPECT_EQ(play.count(Event::Kind::loss_ends), 0U) << truth << ' ' << seed;
    }
    counted += hops;
    RecordProperty("shown at " + std::to_string(truth), shown * 100 / hops);
    EXPECT_GE(shown, truth == 1 ? hops / 5 : hops * 9 / 10) << truth;
  }
  RecordProperty("covered", covered * 1000 / counted);
  EXPECT_GE(covered, counted * 95 / 100);
}

TEST(Watch, LossBehindLimitsIsStillSeen) {
  const auto both = path("jitter 20 limit cisco", "loss 5");
  int shown = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    VirtualWatch play(both, 200ms, seed);
    const std::set<int> hops = lossy_hops(play, 300);
    EXPECT_TRUE(hops.empty() || *hops.begin() >= 4) << seed;
    shown += play.watch.meaning(10) == Meaning::loss ? 1 : 0;
    for (int ttl = 1; ttl <= 3; ++ttl) EXPECT_EQ(play.watch.meaning(ttl), Meaning::limited);
  }
  EXPECT_GE(shown, 19);
}

TEST(Watch, LossBeforeLimitsIsStillSeen) {
  const auto description = describe(
      "all delay 10\nhops 3\nhop loss 5\nhop limit 1/1000\nhop limit 1/1000\nhop limit 1/1000\n"
      "hop limit 1/1000\nhop limit 1/1000\ntarget 192.0.2.10\n");
  std::uint64_t shown = 0;
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    VirtualWatch play(description, 200ms, seed);
    play.play(300);
    shown += play.watch.meaning(4) == Meaning::loss ? 1 : 0;
  }
  EXPECT_GE(shown, runs() * 9 / 10);
}

TEST(Watch, OwnLossesOfTheLastRouterAreNotCalledLossWhereNobodyIsThereToTell) {
  const auto description =
      describe("all delay 10\nhops 8\nhop drop 20\ntarget 192.0.2.10 silent\n");
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    VirtualWatch play(description, 1s, seed);
    EXPECT_TRUE(lossy_hops(play, 300).empty()) << seed;
    EXPECT_EQ(play.watch.meaning(9), Meaning::unknown);
    EXPECT_TRUE(play.events.empty());
  }
}

TEST(Watch, OwnLossesBeforeALossAreNotCalledOne) {
  const auto description =
      describe("all delay 10\nhops 3\nhop drop 30\nhop loss 5\nhops 4\ntarget 192.0.2.10\n");
  for (std::uint64_t seed = 1; seed <= 5 * runs(); ++seed) {
    VirtualWatch play(description, 1s, seed);
    for (int part = 0; part < 5; ++part) {
      play.play(60);
      EXPECT_NE(play.watch.meaning(4), Meaning::loss) << seed << ' ' << part;
    }
    EXPECT_EQ(play.watch.meaning(4), Meaning::limited) << seed;
  }
}

// Closer to each other, they are seldom taken for one.
TEST(Watch, OwnLossesAreToldFromLossesOfAQuarter) {
  const auto description =
      describe("all delay 10\nhops 3\nhop drop 20\nhop loss 5\nhops 4\ntarget 192.0.2.10\n");
  std::uint64_t called = 0, looks = 0;
  for (std::uint64_t seed = 1; seed <= 5 * runs(); ++seed) {
    VirtualWatch play(description, 1s, seed);
    play.after_round = [&] {
      ++looks;
      called += play.watch.meaning(4) == Meaning::loss ? 1 : 0;
    };
    play.play(100);
  }
  EXPECT_LE(called, looks / 80);
}

TEST(Watch, ARouteThatChangesTwiceIsTwoChanges) {
  const auto before = path("jitter 20");
  const auto after = describe(
      "all delay 10 jitter 20\nhops 3\nhop 198.51.100.4 delay 30\nhops 5\ntarget 192.0.2.10\n");
  VirtualWatch play(before, 1s);
  play.play(100);
  play.change(&after);
  play.play(100);
  play.change(&before);
  play.play(100);
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
  play.change(&longer);
  play.play(30);
  EXPECT_EQ(play.watch.last_ttl(), 21);
  play.change(&shorter);
  play.play(30);
  EXPECT_EQ(play.watch.last_ttl(), 6);
  EXPECT_EQ(play.count(Event::Kind::destination_lost), 0U);
  EXPECT_EQ(play.count(Event::Kind::loss_begins), 0U);
}

TEST(Watch, ARoundTripThatGetsLongAtOnceIsNoLoss) {
  const auto before = path("jitter 20");
  const auto queue =
      describe("all delay 10 jitter 20\nhop delay 1200\nhops 8\ntarget 192.0.2.10\n");
  for (const Time interval : {Time(100ms), Time(1s)}) {
    VirtualWatch play(before, interval);
    play.play(100);
    play.change(&queue);
    play.play(100);
    EXPECT_EQ(meanings(play.watch), "- - - - - - - - - -");
    EXPECT_TRUE(play.events.empty());
    EXPECT_GT(play.watch.hop(10).rtts().worst, 1s);
  }
}

TEST(Watch, ASlowRouterIsWaitedForAsLongAsItIsAskedFor) {
  const auto slow = path("", "slow 2500");
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
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    VirtualWatch play(balanced, 1s, seed);
    play.play(300);
    changes += static_cast<int>(play.events.size());
    EXPECT_EQ(play.watch.hop(3).responders().current().size(), 2U);
    EXPECT_EQ(play.watch.last_ttl(), 5);
  }
  EXPECT_LE(changes, 1);
}

TEST(Watch, ADestinationThatGoesAwayAndComesBackIsSaidOnce) {
  const auto clean = path("");
  const auto away = path("", "", "silent");
  for (const Time interval : {Time(200ms), Time(1s)}) {
    VirtualWatch play(clean, interval);
    play.play(100);
    play.change(&away);
    play.play(60);
    EXPECT_TRUE(play.watch.lost_since());
    play.change(&clean);
    play.play(100);
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
  const auto clean = path("");
  const auto lossy = path("", "loss 20");
  VirtualWatch play(clean, 1s);
  play.play(100);
  play.change(&lossy);
  play.play(200);
  play.change(&clean);
  play.play(200);
  ASSERT_EQ(play.events.size(), 2U);
  EXPECT_EQ(play.events[0].kind, Event::Kind::loss_begins);
  EXPECT_EQ(play.events[1].kind, Event::Kind::loss_ends);
  EXPECT_GE((play.events[0].when - 1h) / 1s, 100);
  EXPECT_LE((play.events[0].when - 1h) / 1s, 115);
}

TEST(Watch, SilenceAndRefusalsAreCalledSo) {
  const auto silent = path("", "silent");
  VirtualWatch play(silent, 1s);
  play.play(60);
  EXPECT_EQ(meanings(play.watch), "- - - s - - - - - -");
  EXPECT_LE(play.watch.hop(4).total().asked, 20U) << "asked every eighth time";

  const auto unreachable = path("", "unreachable 1");
  VirtualWatch refused(unreachable, 1s);
  refused.play(60);
  EXPECT_EQ(meanings(refused.watch), "- - - - R");
  EXPECT_FALSE(refused.watch.reached());
}

TEST(Watch, ADestinationThatIsRefusedForAWhileIsLostAndBackAndNoChange) {
  const auto clean = path("");
  const auto refused = path("", "unreachable 1");
  VirtualWatch play(clean, 1s);
  play.play(100);
  play.change(&refused);
  play.play(60);
  EXPECT_EQ(meanings(play.watch), "- - - - R");
  play.change(&clean);
  play.play(100);
  ASSERT_EQ(play.events.size(), 2U);
  EXPECT_EQ(play.events[0].kind, Event::Kind::destination_lost);
  EXPECT_EQ(play.events[1].kind, Event::Kind::destination_back);
  EXPECT_TRUE(play.watch.reached());
  EXPECT_EQ(play.watch.hop(5).responders().current().size(), 1U);
}

TEST(Watch, AHopThatRefusesWhatRunsOutThereIsNoEnd) {
  const auto refusing = path("", "refuse 13 admit 50");
  VirtualWatch play(refusing, 1s);
  play.play(60);
  EXPECT_TRUE(play.watch.reached());
  EXPECT_EQ(play.watch.last_ttl(), 10);
}

TEST(Watch, ResetForgetsWhatWasCountedAndNoMore) {
  const auto limited = path("limit 1/1000", "loss 20");
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
  const auto clean = path("");
  VirtualWatch play(clean, 1s);
  play.play(1);
  const std::size_t first = play.packets;
  EXPECT_LE(first, 16U);
  play.play(299);
  EXPECT_EQ(play.packets - first, 2990U);
}

}  // namespace traceroute::watch
