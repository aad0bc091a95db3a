// Which missing answers are called loss, and which not.
#include <gtest/gtest.h>

#include <set>

#include "support/from_environment.hh"
#include "traceroute/watch/virtual_watch.hh"

namespace traceroute::watch {

using namespace std::chrono_literals;

namespace {

// How often each path is watched, with other random numbers each time.
const std::uint64_t runs = from_environment("SOCKHOP_RUNS", 20);

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

TEST(WatchedLoss, ACleanPathHasNoLossNoChangeAndNoLimit) {
  const auto clean = ten_hops("jitter 20");
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    VirtualWatch play(clean, 1s, seed);
    EXPECT_TRUE(lossy_hops(play, 300).empty()) << seed;
    EXPECT_EQ(meanings(play.watch), "- - - - - - - - - -") << seed;
    EXPECT_TRUE(play.events.empty()) << seed;
    EXPECT_TRUE(play.watch.reached());
  }
}

TEST(WatchedLoss, LimitsAreNoLoss) {
  // Five rounds a second: each of these answers less.
  const std::vector<std::pair<simnet::Description, std::string>> paths{
      {ten_hops("jitter 20 limit linux"), "l l l l l l l l l -"},
      {ten_hops("jitter 20", "limit cisco"), "- - - l - - - - - -"},
      {ten_hops("jitter 20 limit 1/1000"), "l l l l l l l l l -"},
      {ten_hops("jitter 20", "", "echolimit 6/1000"), "- - - - - - - - - l"},
      // Nobody farther on answers all.
      {ten_hops("jitter 20 limit linux", "", "silent"), "l l l l l l l l l"},
      {ten_hops("jitter 20", "drop 30"), "- - - l - - - - - -"}};
  for (const auto& [description, expected] : paths) {
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      VirtualWatch play(description, 200ms, seed);
      EXPECT_TRUE(lossy_hops(play, 300).empty()) << expected << seed;
      EXPECT_EQ(meanings(play.watch), expected) << seed;
      EXPECT_TRUE(play.events.empty()) << expected << seed;
    }
  }
}

TEST(WatchedLoss, ARouterIsAskedNoFasterThanItAnswers) {
  // Rounds are under way for half a second: what was asked at the pace before does not count.
  const auto limited = ten_hops("delay 50 limit 1/1000");
  VirtualWatch play(limited, 200ms);
  play.play(300);
  const HopRecord& hop = play.watch.hop(1);
  EXPECT_EQ(hop.every(), 5U);
  EXPECT_EQ(hop.tally().lost, 0U);
  EXPECT_LT(hop.total().asked, 100U);
}

TEST(WatchedLoss, LossIsShownFromItsLinkOnAndItsIntervalHoldsTheTruth) {
  int covered = 0, counted = 0;
  for (const int truth : {1, 5, 20}) {
    const auto lossy = ten_hops("jitter 20", "loss " + std::to_string(truth));
    int shown = 0, hops = 0;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
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

TEST(WatchedLoss, LossBehindLimitsIsStillSeen) {
  const auto both = ten_hops("jitter 20 limit cisco", "loss 5");
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

TEST(WatchedLoss, LossBeforeLimitsIsStillSeen) {
  const auto description = describe(
      "all delay 10\nhops 3\nhop loss 5\nhop limit 1/1000\nhop limit 1/1000\nhop limit 1/1000\n"
      "hop limit 1/1000\nhop limit 1/1000\ntarget 192.0.2.10\n");
  std::uint64_t shown = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    VirtualWatch play(description, 200ms, seed);
    play.play(300);
    shown += play.watch.meaning(4) == Meaning::loss ? 1 : 0;
  }
  EXPECT_GE(shown, runs * 9 / 10);
}

TEST(WatchedLoss, OwnLossesOfTheLastRouterAreNotCalledLossWhereNobodyIsThereToTell) {
  const auto description =
      describe("all delay 10\nhops 8\nhop drop 20\ntarget 192.0.2.10 silent\n");
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    VirtualWatch play(description, 1s, seed);
    EXPECT_TRUE(lossy_hops(play, 300).empty()) << seed;
    EXPECT_EQ(play.watch.meaning(9), Meaning::unknown);
    EXPECT_TRUE(play.events.empty());
  }
}

TEST(WatchedLoss, OwnLossesBeforeALossAreNotCalledOne) {
  const auto description =
      describe("all delay 10\nhops 3\nhop drop 30\nhop loss 5\nhops 4\ntarget 192.0.2.10\n");
  for (std::uint64_t seed = 1; seed <= 5 * runs; ++seed) {
    VirtualWatch play(description, 1s, seed);
    for (int part = 0; part < 5; ++part) {
      play.play(60);
      EXPECT_NE(play.watch.meaning(4), Meaning::loss) << seed << ' ' << part;
    }
    EXPECT_EQ(play.watch.meaning(4), Meaning::limited) << seed;
  }
}

// Closer to each other, they are seldom taken for one.
TEST(WatchedLoss, OwnLossesAreToldFromLossesOfAQuarter) {
  const auto description =
      describe("all delay 10\nhops 3\nhop drop 20\nhop loss 5\nhops 4\ntarget 192.0.2.10\n");
  std::uint64_t called = 0, looks = 0;
  for (std::uint64_t seed = 1; seed <= 5 * runs; ++seed) {
    VirtualWatch play(description, 1s, seed);
    play.after_round = [&] {
      ++looks;
      called += play.watch.meaning(4) == Meaning::loss ? 1 : 0;
    };
    play.play(100);
  }
  EXPECT_LE(called, looks / 80);
}

}  // namespace traceroute::watch
