// Right before fast: through simulated networks in virtual time, every router that answers is shown
// at its hop, none is invented, and the time stays within bounds.
#include <gtest/gtest.h>

#include "support/virtual_trace.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

const std::string target = "target 192.0.2.10 ";

// Nine routers and the destination.
const std::string ten_hops = routers(1, 9) + " 10:192.0.2.10";

// --- Slow links and slow routers.

TEST(SlowAccessLink, AllHopsBehindFewFastOnesAreShown) {
  for (const std::string before : {"hop", "hops 2", "hops 3", "hop silent", "hop silent\nhop"}) {
    for (const std::string delay : {"500", "1200", "2000", "3000"}) {
      const TraceRun seen =
          run("all delay 2\n" + before + "\nhop delay " + delay + "\nhops 5\n" + target);
      const std::string text = seen.text();
      EXPECT_TRUE(seen.reached) << before << ' ' << delay << ' ' << text;
      EXPECT_EQ(text.find('*', text.find('2')), std::string::npos) << text;
    }
  }
}

TEST(SlowAccessLink, IsNotFilledWithPacketsOnSuspicion) {
  EXPECT_LE(run("all delay 2\nhop\nhop delay 1200\nhops 7\n" + target).packets, 66U);
}

TEST(SlowAccessLink, SilenceBehindOneHopIsGivenUpAfterThreeSeconds) {
  const TraceRun seen = run("all delay 2\nhop\nhop silent\n" + target + "silent");
  EXPECT_EQ(seen.hops.size(), 30U);
  EXPECT_GT(seen.took, 3s);
  EXPECT_LE(seen.took, 3270ms);
}

TEST(SlowRouters, ThoseThatAnswerSoonAfterTheDestinationAreAllShown) {
  for (const std::string slow : {"50", "150", "300", "390"}) {
    for (const std::string delay : {"1", "2", "10", "30"}) {
      for (const std::string end : {"", "silent"}) {
        for (const auto& [before, row, behind] :
             {std::tuple{0, 9, 0}, {0, 3, 6}, {3, 1, 5}, {3, 3, 3}, {2, 6, 1}}) {
          std::string network = "all delay " + delay + "\n";
          if (before) network += "hops " + std::to_string(before) + "\n";
          network += "hops " + std::to_string(row) + " slow " + slow + "\n";
          if (behind) network += "hops " + std::to_string(behind) + "\n";
          const std::string text = run(network + target + end).text();
          EXPECT_TRUE(text.starts_with(routers(1, 9))) << network << end << ' ' << text;
        }
      }
    }
  }
}

TEST(SlowRouters, WhereMostOrOthersAreSlowMoreTimeIsGiven) {
  for (const std::string slow : {"500", "800", "1300"}) {
    for (const std::string delay : {"2", "10"}) {
      EXPECT_EQ(run("all delay " + delay + "\nhops 9 slow " + slow + "\n" + target).text(),
                ten_hops);
      EXPECT_EQ(run("all delay " + delay + "\nhops 3\nhop slow 200\nhops 2 slow " + slow +
                    "\nhops 3\n" + target)
                    .text(),
                ten_hops);
    }
  }
}

// Hop 3 answers before the destination, but long after hop 4: that its answers are slow is known
// all the same.
TEST(SlowRouters, OneIsSlowThatAnswersMuchLaterThanWhatLiesBehindIt) {
  const TraceRun seen =
      run("all delay 10\nhops 2\nhop slow 60\nhops 2\nhops 2 slow 800\nhops 2\n" + target);
  EXPECT_EQ(seen.text(), ten_hops);
}

// Of the hops behind the 20th some are asked later, so the last star is known later.
TEST(SlowRouters, NoHopIsAStarThatAnswersBeforeTheLastStarIsKnown) {
  const TraceRun seen =
      run("all delay 8\nhops 14\nhops 4 slow 560\nhops 3\nhop silent\nhops 2\n" + target);
  EXPECT_EQ(seen.text(), routers(1, 21) + " 22:* 23:198.18.0.23 24:198.18.0.24 25:192.0.2.10");
}

// The same where the end is not known when the slow router is due: only the scout has been
// answered, or nothing.
TEST(SlowRouters, NoHopIsAStarThatAnswersBeforeTheEndIsKnown) {
  const std::string slow = "all delay 8\nhops 4\nhop slow 1000\nhops 12\n" + target;
  EXPECT_EQ(run(slow + "echolimit 1/1000").text(), routers(1, 17) + " 18:192.0.2.10");
  EXPECT_TRUE(run(slow + "silent").text().starts_with(routers(1, 17) + " 18:*"));
}

TEST(SlowRouters, ThreeSilentOnesCostLessThanHalfASecond) {
  for (const int spacing : {1, 10, 30}) {
    const TraceRun seen =
        run("all delay " + std::to_string(spacing) + "\nhops 4\nhops 3 silent\nhops 2\n" + target);
    EXPECT_LE(seen.took, 10 * spacing * 1ms + 440ms) << spacing;
  }
}

// --- Limits.

// Four runs, one right after the other.
TEST(Limits, EachOfFourRunsShowsAllRouters) {
  for (const std::string limit : {"linux", "cisco", "1/1000"}) {
    for (const std::string delay : {"1", "5", "10", "20"}) {
      const simnet::Description network =
          describe("all delay " + delay + " limit " + limit + "\nhops 9\n" + target);
      VirtualHost host(network);
      for (int i = 1; i <= 4; ++i) {
        const TraceRun seen = host.run({});
        EXPECT_EQ(seen.text(), ten_hops) << limit << ' ' << delay << " run " << i;
        EXPECT_LE(seen.took, 1450ms) << limit << ' ' << delay << " run " << i;
        host.wait(10ms);
      }
    }
  }
}

TEST(Limits, SecondChanceIsOneProbeAndOnlyWhereMostAreSilent) {
  const simnet::Description network = describe("all delay 5 limit 1/1000\nhops 9\n" + target);
  VirtualHost host(network);
  const std::size_t before = host.run({}).packets;
  EXPECT_LE(host.run({}).packets, before + 9);
  EXPECT_LE(run("all delay 5\nhops 4\nhops 3 silent\nhops 2\n" + target).took, 500ms);
}

TEST(Limits, DestinationThatLosesAnswersIsShownAtItsHop) {
  for (const std::string loses : {"every 3", "every 2", "drop 40", "echolimit 6/1000",
                                  "echolimit 1/1000", "echolimit 1/500"}) {
    for (const int hops : {1, 3, 9, 18}) {
      const simnet::Description network =
          describe("all delay 5\nhops " + std::to_string(hops) + "\n" + target + loses);
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        VirtualHost host(network, seed);
        for (int i = 1; i <= 4; ++i) {
          const TraceRun seen = host.run({});
          EXPECT_EQ(seen.text(), routers(1, hops) + " " + std::to_string(hops + 1) + ":192.0.2.10")
              << loses << " run " << i << " seed " << seed;
          host.wait(10ms);
        }
      }
    }
  }
}

// Its hop is asked as often where packets are held up, by --rate or a busy machine.
TEST(Limits, DestinationThatLosesAnswersIsShownAtItsHopHoweverSlowlyPacketsGo) {
  for (const std::string loses : {"every 2", "every 3", "every 4", "every 5"}) {
    const simnet::Description network = describe("all delay 10\nhops 9\n" + target + loses);
    for (const Time interval : {2ms, 5ms, 10ms, 20ms, 33ms, 50ms, 100ms}) {
      VirtualHost host(network, 1, interval);
      for (int i = 1; i <= 4; ++i) {
        EXPECT_EQ(host.run({}).text(), routers(1, 9) + " 10:192.0.2.10")
            << loses << ", a packet in " << in_milliseconds(interval) << " ms, run " << i;
      }
    }
  }
}

// So is any other hop: one packet more for one that is silent.
TEST(Limits, SilentHopIsAskedAgainHoweverSlowlyPacketsGo) {
  const std::string destination = "hops 6\n" + target;
  const simnet::Description answers = describe("all delay 10\nhops 3\n" + destination);
  const simnet::Description silent = describe("all delay 10\nhops 2\nhop silent\n" + destination);
  for (const Time interval : {0ms, 5ms, 20ms, 50ms, 100ms, 200ms}) {
    EXPECT_EQ(VirtualHost(silent, 1, interval).run({}).packets,
              VirtualHost(answers, 1, interval).run({}).packets + 1)
        << in_milliseconds(interval);
  }
}

// The lowest TTL is asked again first, and not so often that no probe is left for when the
// destination answers again; a slow router moves neither.
TEST(Limits, DestinationThatAnswersOnceASecondIsShownAtItsHop) {
  std::vector<std::pair<int, std::string>> paths = {
      {3, "hop delay 600\nall delay 1\nhops 2\n"},
      {7, "all delay 1\nhops 4\nhop delay 100\nhops 2\n"},
      {7, "all delay 1\nhops 3\nhop slow 300\nhops 3\n"},
      {13, "all delay 15\nhops 6\nhop slow 300\nhops 6\n"},
  };
  for (int hops = 16; hops <= 27; ++hops) {
    paths.emplace_back(
        hops, "all delay 5\nhops 8\nhop slow 300\nhops " + std::to_string(hops - 9) + "\n");
  }
  for (const auto& [hops, path] : paths) {
    for (const std::string limit : {"6/1000", "1/1000", "1/500"}) {
      const simnet::Description network = describe(path + target + "echolimit " + limit);
      VirtualHost host(network);
      for (int i = 1; i <= 4; ++i) {
        EXPECT_EQ(host.run({}).text(),
                  routers(1, hops) + " " + std::to_string(hops + 1) + ":192.0.2.10")
            << path << limit << " run " << i;
        host.wait(10ms);
      }
    }
  }
}

// Only the scout is answered at first, from a distance beyond the last hop, as its TTL has it.
TEST(Limits, DestinationThatSeemsToStandBeyondTheLastHopIsAskedAgain) {
  for (const std::string limit : {"echolimit 1/1000", "echolimit 1/500", "drop 60"}) {
    for (const auto& [hops, ttl] :
         {std::pair{20, "ttl 32 "}, {20, "ttl 100 "}, {27, "return 4 "}, {28, "return 2 "}}) {
      const std::string path = "all delay 5\nhops " + std::to_string(hops) + "\n" + target;
      const std::string whole = routers(1, hops) + " " + std::to_string(hops + 1) + ":192.0.2.10";
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        EXPECT_EQ(run(path + ttl + limit, {}, seed).text(), whole) << ttl << limit;
      }
    }
  }
}

// No hop is known that the others could be compared with.
TEST(Limits, OnlyTheScoutIsAnswered) {
  const VirtualPath path = [](const Probe& probe, int) -> std::optional<Answer> {
    if (probe.ttl != 255) return std::nullopt;
    return Answer{Verdict::destination, 50ms, 10};
  };
  for (const int first_ttl : {1, 2, 9}) {
    Plan plan;
    plan.first_ttl = first_ttl;
    const Played played = play(plan, path);
    EXPECT_EQ(played.trace.end(), 10) << first_ttl;
    EXPECT_TRUE(played.trace.reached()) << first_ttl;
  }
}

TEST(Limits, DestinationThatAnswersAfterSilentRoutersIsNotMovedForward) {
  EXPECT_EQ(run("all delay 5\nhops 6\nhops 2 silent\n" + target).text(),
            routers(1, 6) + " 7:* 8:* 9:192.0.2.10");
}

// --- The number of packets.

TEST(Packets, UnevenPathsCostNoMoreThanEvenOnes) {
  const std::pair<std::string, std::size_t> networks[] = {
      {"hop delay 7\n" + target + "delay 77", 2},
      {"hop delay 856\n" + target + "delay 77", 2},
      {"all delay 3\nhop\nhop delay 713\n" + target, 3},
      {"hop delay 5\nhop delay 13\nhop delay 65\n" + target + "delay 15", 4},
      {"all delay 1\nhop delay 892\nhops 5\n" + target, 7},
      {"all delay 1\nhop delay 2300\nhops 5\n" + target, 7},
      {"all delay 2\nhops 7\nhop delay 456\nhop\n" + target, 10},
      {"all delay 3\nhop\nhop delay 2200\nhops 7\n" + target, 10},
      {"all delay 2\nhops 16\n" + target + "ttl 60", 17},
      {"all delay 3\nhops 16\n" + target + "return 6", 17},
      {"all delay 3\nhops 18\n" + target + "ttl 255 return 5", 19},
  };
  for (const auto& [network, hops] : networks) {
    const TraceRun seen = run(network);
    EXPECT_EQ(seen.hops.size(), hops) << network;
    EXPECT_LE(seen.packets, 3 * hops + 32) << network;
  }
}

}  // namespace
}  // namespace traceroute
