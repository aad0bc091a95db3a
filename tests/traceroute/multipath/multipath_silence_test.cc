// Routers that do not answer, beside others that do: those there are, and those that losses feign.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "traceroute/multipath/tally.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

TEST(MultipathSilence, SilentRoutersAreNodesToo) {
  // One of two ways, a whole hop, and a silent destination.
  const Tally way = tally(describe("all delay 5\nhop to a b\nhop a silent to join\nhop b to join\n"
                                   "hop join\nhop silent\nhop\ntarget 192.0.2.10\n"),
                          20);
  EXPECT_GE(way.complete, 19);
  EXPECT_EQ(way.with_false_links, 0);
  const Search none =
      search(describe("hop\nhop silent\ntarget 192.0.2.10 silent\n"), plan_of(1), 1);
  EXPECT_EQ(none.graph.nodes.size(), 30U);
  EXPECT_EQ(none.graph.probes, 180U);
  EXPECT_LT(none.took, 30s);
}

// One of two ways begins with a router that never answers, as it is usual.
TEST(MultipathSilence, ASilentRouterBesideOthersIsAskedForSomeSecondsOnly) {
  const auto description = describe(
      "all delay 5\nhop to a b\nhop a silent to c\nhop b to d\nhop c to t\nhop d to t\n"
      "target t 192.0.2.10");
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Search found = search(description, plan_of(seed), seed);
    EXPECT_EQ(found.graph.proof.end, SearchEnd::all_found) << seed;
    EXPECT_EQ(found.graph.nodes.size(), 6U) << seed;
    EXPECT_LE(found.took, 35s) << seed;
  }
}

// Behind one of a balancer's ways nobody answers, up to the last TTL. That took 100 to 250 s, since
// the same silent flows were asked at one TTL after the other.
TEST(MultipathSilence, ADeadWayBesideOthersIsAskedForSomeSecondsOnly) {
  const struct {
    std::string ways, routers;
  } rows[] = {{"a", "hop a to d\n"}, {"a b c", "hop a to d\nhop b to d\nhop c to d\n"}};
  for (const auto& row : rows) {
    const auto network = [&](const std::string& dead_way, const std::string& dead_router) {
      return describe("all delay 5\nhop\nhop to " + row.ways + dead_way + '\n' + row.routers +
                      "hop d to e\nhop e to t\n" + dead_router + "target t 192.0.2.10");
    };
    const auto with_dead_way = network(" x", "hop x silent loss 100 to t\n");
    const Links truth = links_of(network("", ""));
    int complete = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Search found = search(with_dead_way, plan_of(seed), seed);
      const Links links = links_of(found.graph);
      if (std::includes(links.begin(), links.end(), truth.begin(), truth.end())) ++complete;
      EXPECT_TRUE(links.contains("2 198.18.0.2 *")) << row.ways << ", seed " << seed;
      EXPECT_EQ(found.graph.proof.end, SearchEnd::all_found) << row.ways << ", seed " << seed;
      EXPECT_LE(found.took, 40s) << row.ways << ", seed " << seed;
    }
    EXPECT_GE(complete, 18) << row.ways;
  }
}

// Nor does it make silent nodes of those whose answers were lost: by three in a row of one flow.
TEST(MultipathSilence, BesideASilentRouterLossesMakeFewFalseLinks) {
  for (const char* trouble : {"loss 2", "drop 5", "limit cisco"}) {
    const Tally all =
        tally(describe(std::string("all delay 5 ") + trouble +
                       "\nhop to a b c\nhop a silent to d\nhop b to d e\nhop c to e f\nhop d to t\n"
                       "hop e to t\nhop f to t\ntarget t 192.0.2.10"),
              300);
    EXPECT_LE(all.with_false_links, 1) << trouble;
  }
}

// Three losses in a row of one flow are no rarity there. Before the others of a hop had to prove
// that they answer, 24 of 200 such searches showed the router as a silent one, too.
TEST(MultipathSilence, ARouterThatLosesManyAnswersIsNoSilentOneBesideItself) {
  for (const char* trouble : {"drop 66", "limit 10/10000"}) {
    const Tally all =
        tally(describe(std::string("all delay 3\nhop to a b c\nhop a ") + trouble +
                       " to d\nhop b to e\nhop c to f\nhop d to t\nhop e to t\nhop f to t\n"
                       "target t 192.0.2.10"),
              200);
    EXPECT_LE(all.with_false_links, 6) << trouble;
    EXPECT_GE(all.complete, 180) << trouble;
  }
}

// They have an answer a second, and another search has just taken what they had saved up.
TEST(MultipathSilence, RoutersThatHaveRunOutOfAnswersAreAskedAgain) {
  const auto description = describe("all delay 3\nhops 5 limit linux\ntarget 192.0.2.10");
  simnet::Network network(description, 1);
  Time now = 1h;
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    const Search found = search(network, plan_of(seed), now);
    EXPECT_EQ(links_of(found.graph), links_of(description)) << seed;
    EXPECT_LE(found.took, 20s) << seed;
    now += found.took;
  }
}

// Whoever ends the path answers whatever the TTL. It was shown at hop 11, behind stars, when
// another search had just taken all that it may answer.
TEST(MultipathSilence, WhoEndsThePathAndHasRunOutOfAnswersStandsAtTheFirstHopThatItAnswers) {
  for (const auto& [end, hop] : std::vector<std::pair<const char*, int>>{
           {"target 192.0.2.10 echolimit linux", 4},
           {"target 192.0.2.10 echolimit 1/1000", 4},
           {"hop refuse 0 limit linux\ntarget 192.0.2.10", 4},
           {"hop refuse 13 limit 1/1000\ntarget 192.0.2.10", 4},
           {"hop unreachable 1 limit 1/1000\ntarget 192.0.2.10", 5},
           {"hop silent\ntarget 192.0.2.10 echolimit 1/1000", 5}}) {
    const auto description = describe(std::string("all delay 3\nhops 3\n") + end);
    simnet::Network network(description, 1);
    Time now = 1h;
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
      const Search found = search(network, plan_of(seed), now);
      EXPECT_EQ(found.graph.nodes.back().ttl, hop) << end << ", search " << seed;
      EXPECT_TRUE(found.graph.nodes.back().reply) << end << ", search " << seed;
      EXPECT_LE(found.took, 60s) << end << ", search " << seed;
      now += found.took;
    }
  }
}

// What is lost at a limit, or by chance, is answered at another time.
TEST(MultipathSilence, ASilentRouterThatOneOfTwoPacketsMeetsIsNotRuledOut) {
  const auto doubted = [](const std::string& properties) {
    const auto network = describe("all delay 3\nhop " + properties + " to t\ntarget t 192.0.2.10");
    int found = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      const PathGraph graph = search(network, plan_of(seed), seed).graph;
      if (std::ranges::any_of(graph.doubtful, [](const auto& each) { return each.ttl == 2; }))
        ++found;
    }
    return found;
  };
  EXPECT_GE(doubted("balance packet to a b\nhop a silent to t\nhop b"), 40);
  EXPECT_LE(doubted("to a b\nhop a silent to t\nhop b"), 2);
  EXPECT_LE(doubted("\nhop drop 10"), 2);
  EXPECT_LE(doubted("\nhop limit linux"), 2);
}

}  // namespace
}  // namespace traceroute
