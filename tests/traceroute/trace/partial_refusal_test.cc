// A router that forwards only some packets and refuses the others, in virtual time.
#include <gtest/gtest.h>

#include "support/virtual_trace.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

const std::string target = "target 192.0.2.10 ";

TEST(PartialRefusal, AnswersFromBeyondAreShownEachAtTheTtlOfItsProbe) {
  for (const std::string kind : {"unreachable", "refuse"}) {
    for (const std::string code : {"13", "1", "0", "9"}) {
      for (const int at : {2, 5, 8}) {
        const TraceRun seen =
            run("all delay 10\nhops " + std::to_string(at - 1) + "\nhop " + kind + " " + code +
                " admit 9/1000\nhops " + std::to_string(9 - at) + "\n" + target);
        ASSERT_EQ(seen.hops.size(), 10U) << kind << code << ' ' << at << ' ' << seen.text();
        EXPECT_TRUE(seen.reached);
        for (const Hop& hop : seen.hops) {
          std::size_t own = 0;
          for (const Probe& probe : hop.probes) {
            if (!probe.reply) continue;
            const bool refused = probe.reply->verdict == Verdict::refusal;
            const int there = probe.reply->from.same_host(address(10)) ? 10 : hop.ttl;
            own += !refused && there == hop.ttl ? 1U : 0U;
            EXPECT_TRUE(refused || there == hop.ttl) << seen.text();
            EXPECT_TRUE(!refused || probe.ttl == hop.ttl) << "a refusal is moved: " << seen.text();
          }
          EXPECT_GE(own, 1U) << kind << code << ' ' << at << ' ' << seen.text();
        }
      }
    }
  }
}

TEST(PartialRefusal, EndsThePathWhereNothingAnswersFromFartherOn) {
  EXPECT_EQ(run("all delay 10\nhops 3\nhop unreachable 13\nhops 3\n" + target).text(),
            routers(1, 4) + " 5:198.18.0.4!X");
}

// Of five packets beyond hop 2 the last reaches hop 7; then one in a second is let through.
TEST(PartialRefusal, IsAskedAgainAsLongAsItLetsOnePassASecond) {
  const std::string start = "all delay 10\nhop\nhop unreachable 13 admit ";
  for (const std::string limit : {"5/1000", "3/100"}) {
    const TraceRun seen = run(start + limit + "\nhops 7\n" + target);
    EXPECT_EQ(seen.hops.size(), 10U) << seen.text();
    for (const Hop& hop : seen.hops) {
      EXPECT_TRUE(std::ranges::any_of(hop.probes,
                                      [](const Probe& probe) {
                                        return probe.reply &&
                                               probe.reply->verdict != Verdict::refusal;
                                      }))
          << hop.ttl << " of " << seen.text();
    }
  }
  EXPECT_LE(run(start + "5/1000\nhops 26\n" + target).took, 12s) << "not for ever";
  // However far it is, and so however late it refuses.
  for (int at = 1; at <= 15; ++at) {
    for (const std::string limit : {"1/1000", "2/1000", "4/1000", "6/1000"}) {
      const std::string before = at == 1 ? "" : "hops " + std::to_string(at - 1) + "\n";
      const TraceRun seen = run("all delay 10\n" + before + "hop unreachable 13 admit " + limit +
                                "\nhops 5\n" + target);
      EXPECT_TRUE(seen.reached) << at << ' ' << limit << ' ' << seen.text();
    }
  }
}

// Also that of a firewall which answers for two hops.
TEST(PartialRefusal, RefusalOfEverythingTakesNoExtraTime) {
  EXPECT_LE(run("all delay 10\nhops 3\nhop unreachable 13\nhops 3\n" + target).took, 100ms);
  const TraceRun twice = run("all delay 10\nhops 3\nhop ttl0\nhop unreachable 13\n" + target);
  EXPECT_EQ(twice.text(), routers(1, 3) + " 4:198.18.0.5 5:198.18.0.5 6:198.18.0.5!X");
  EXPECT_LE(twice.took, 100ms);
}

// What a router lets through may be slow to answer: that others are refused at once says nothing of
// it.
TEST(PartialRefusal, SlowRoutersBehindItAreWaitedFor) {
  for (const std::string slow : {"100", "375", "780"}) {
    const TraceRun seen =
        run("all delay 14\nhops 3\nhop unreachable 9 admit 9/1000\nhop\nhop slow " + slow +
            "\nhops 8\n" + target);
    EXPECT_NE(seen.text().find("6:198.18.0.6"), std::string::npos) << seen.text();
  }
  const TraceRun seen =
      run("hop delay 16 refuse 9 admit 9/1000\nhop delay 7\nhop delay 470\n" + target + "delay 5");
  EXPECT_EQ(seen.text(),
            "1:198.18.0.1,198.18.0.1!X 2:198.18.0.2,198.18.0.1!X 3:198.18.0.3,198.18.0.1!X "
            "4:192.0.2.10");
}

// Those that it lets through, first of all, may be seconds away.
TEST(PartialRefusal, SlowLinkBehindItIsWaitedFor) {
  for (const std::string admitted : {"4/1000", "12/1000", "20/1000"}) {
    for (const std::string delay : {"850", "1200", "2500"}) {
      const std::string path = " unreachable 13 admit " + admitted + "\nhop delay " + delay +
                               "\nall delay 2\nhops 6\n" + target;
      const std::string seen = run("hop delay 270" + path).text();
      EXPECT_NE(seen.find(" 2:198.18.0.2"), std::string::npos) << seen;
      EXPECT_NE(seen.find(",198.18.0.1!X 4:198.18.0.4"), std::string::npos) << seen;
    }
  }
}

TEST(PartialRefusal, IsWaitedForNoLongerThanAskedFor) {
  Plan plan;
  plan.waits = Waits{500ms};
  const TraceRun seen =
      run("hop delay 10 unreachable 13 admit 12/1000\nhop delay 2500\n" + target, plan);
  EXPECT_LE(seen.took, 600ms);
}

// Not where all are refused, and seldom because of a limit.
TEST(PartialRefusal, RefusalByAllIsNotWaitedFor) {
  for (const std::string limit : {"none", "linux", "cisco", "1/1000"}) {
    for (const std::string before : {"", "hop\n", "hops 2\n"}) {
      const TraceRun seen =
          run("all delay 10\n" + before + "hop unreachable 13 limit " + limit + "\nhop\n" + target);
      EXPECT_LE(seen.took, 1500ms) << limit << before;
    }
  }
}

// Packets that went farther used up what passes: the first hop that was refused gets the next one,
// a second later, and the destination stands at its own hop.
TEST(PartialRefusal, RefusedHopsBeforeTheDestinationAreAskedInTurn) {
  for (const std::string admitted : {"10/1000", "12/1000", "20/1000"}) {
    for (const auto& [before, behind] : {std::pair{16, 5}, {19, 3}}) {
      const TraceRun seen =
          run("all delay 1\nhops " + std::to_string(before) + "\nhop unreachable 13 admit " +
              admitted + "\nhops " + std::to_string(behind) + "\n" + target);
      const std::string last = std::to_string(before + 1 + behind);
      EXPECT_EQ(seen.hops.back().ttl, before + 2 + behind) << seen.text();
      EXPECT_NE(seen.text().find("198.18.0." + last + ' '), std::string::npos) << seen.text();
    }
  }
}

TEST(PartialRefusal, AnotherProbeIsLetThroughAndWaitedFor) {
  const TraceRun seen =
      run("all delay 1\nhops 17\nhop unreachable 2 admit 1/500\nhops 3\n" + target);
  EXPECT_NE(seen.text().find("19:198.18.0.18!P,198.18.0.19"), std::string::npos) << seen.text();
}

TEST(PartialRefusal, ManyRetriesAreSpreadAsFewPassInASecond) {
  for (const std::string kind : {"refuse 2", "unreachable 1"}) {
    const TraceRun seen =
        run("all delay 13\nhops 20\nhop " + kind + " admit 3/100\nhops 2\n" + target);
    EXPECT_EQ(seen.hops.size(), 24U) << seen.text();
    EXPECT_TRUE(seen.reached) << seen.text();
  }
}

// Each packet with a chance of one in two: the destination is never shown before its hop, and
// seldom behind it.
TEST(PartialRefusal, ByChanceLosesNoRouterForGood) {
  int whole = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const TraceRun seen =
        run("all delay 10\nhops 4\nhop unreachable 13 admit 50\nhops 4\n" + target, {}, seed);
    EXPECT_GE(seen.hops.size(), 10U) << seen.text();
    whole += seen.hops.size() == 10 && seen.reached ? 1 : 0;
  }
  EXPECT_GE(whole, 98);
}

}  // namespace
}  // namespace traceroute
