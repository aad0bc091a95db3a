#include "traceroute/multipath/multipath.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "support/virtual_path.hh"
#include "traceroute/multipath/stopping_rule.hh"
#include "traceroute/multipath/tally.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

const std::string paths = SOCKHOP_SOURCE_DIR "/tests/paths";

TEST(Multipath, FindsAllLinksAsOftenAsTheRulePromisesAndNoFalseOne) {
  constexpr int runs = 100;
  const struct {
    const char* path;
    int balancers;  // the rule promises 95 % for each
  } rows[] = {{"ecmp-two", 1},    {"ecmp-four", 1}, {"ecmp-sixteen", 1}, {"ecmp-asymmetric", 1},
              {"ecmp-packet", 1}, {"ecmp-flow", 2}, {"ecmp-nested", 3},  {"ecmp-meshed", 4}};
  for (const auto& row : rows) {
    const Tally all = tally(described_by(paths + '/' + row.path), runs);
    const double promised = std::pow(0.95, row.balancers);
    // What chance takes from so many runs, two standard deviations.
    const double spread = 2 * std::sqrt(promised * (1 - promised) / runs);
    EXPECT_GE(all.complete, runs * (promised - spread)) << row.path;
    EXPECT_EQ(all.with_false_links, 0) << row.path;
    std::printf("%-16s all links in %3d of %d runs, %.1f probes on average, %zu at most, %.1f ms\n",
                row.path, all.complete, runs, static_cast<double>(all.probes) / runs,
                all.max_probes, static_cast<double>(all.took.count()) / 1e6 / runs);
  }
}

// Where one router of a hop balances, the others are believed to have one next hop only after more
// flows: else 92 % of the searches are complete here, since each of four balancers has its 5 %.
TEST(Multipath, AMeshedDiamondIsFoundWhole) {
  const Tally all = tally(described_by(paths + "/ecmp-meshed"), 300);
  EXPECT_GE(all.complete, 294);
  EXPECT_LE(all.probes, 300U * 160);
}

// What the full algorithm, hop by hop, sends on average: so many flows of each router as its
// stopping rule says. Behind the destination, up to ten hops, six packets are sent before it is
// known.
TEST(Multipath, SendsFewerProbesThanTheFullAlgorithm) {
  const struct {
    const char* path;
    int hops;
    double full;
  } rows[] = {{"ecmp-two", 4, 42.7},   {"ecmp-four", 4, 77.3},  {"ecmp-sixteen", 4, 301},
              {"ecmp-flow", 7, 113},   {"ecmp-nested", 6, 154}, {"ten-hops", 10, 60},
              {"twenty-hops", 20, 120}};
  for (const auto& row : rows) {
    const auto description = described_by(paths + '/' + row.path);
    constexpr int runs = 50;
    double all = 0;
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
      const Search found = search(description, plan_of(seed), seed);
      for (const auto& [ttl, probes] : found.probes) {
        if (ttl <= row.hops) {
          all += probes;
        } else {
          EXPECT_LE(probes, 6) << row.path << ", seed " << seed << ", hop " << ttl;
        }
      }
      EXPECT_LE(found.probes.rbegin()->first, std::max(10, row.hops * 3 / 2)) << row.path;
    }
    EXPECT_LE(all / runs, row.full) << row.path;
  }
}

TEST(Multipath, CountsFlowsThatWereSent) {
  EXPECT_EQ(search(described_by(paths + "/one-hop"), plan_of(1), 1).graph.flows, 6);
  EXPECT_EQ(search(described_by(paths + "/ten-hops"), plan_of(1), 1).graph.flows, 9);
}

// In round trips to the destination: all hops are asked at once.
TEST(Multipath, TakesFewRoundTrips) {
  const struct {
    const char* path;
    Time rtt;
    double most;
  } rows[] = {{"ten-hops", 100ms, 1.2},
              {"twenty-hops", 200ms, 2.1},
              {"ecmp-two", 20ms, 2},
              {"ecmp-four", 20ms, 3},
              {"ecmp-flow", 35ms, 3}};
  for (const auto& row : rows) {
    const Tally all = tally(described_by(paths + '/' + row.path), 50);
    const double round_trips =
        static_cast<double>(all.took.count()) / static_cast<double>(row.rtt.count()) / 50;
    EXPECT_LE(round_trips, row.most) << row.path;
    std::printf("%-16s %.2f round trips on average\n", row.path, round_trips);
  }
}

// Diamonds of 4 and 2, one after the other.
std::string diamonds_with(const std::string& properties) {
  return "all delay 5 " + properties +
         "\nhop\nhop to a b c d\nhop a to join\nhop b to join\nhop c to join\nhop d to join\n"
         "hop join to e f\nhop e to last\nhop f to last\nhop last\ntarget 192.0.2.10\n";
}

TEST(Multipath, RateLimitsAndLossesHideNoLinkAndInventNone) {
  for (const char* trouble : {"limit linux", "limit cisco", "loss 2", "drop 10", "jitter 40",
                              "duplicate 3", "slow 300", "drop 5 limit linux"}) {
    const Tally all = tally(describe(diamonds_with(trouble)), 40);
    EXPECT_GE(all.complete, 36) << trouble;
    EXPECT_EQ(all.with_false_links, 0) << trouble;
  }
}

// Virtual time throws if a search sleeps for ever.
TEST(Multipath, EndsWhateverIsLost) {
  for (const char* path :
       {"two", "four", "sixteen", "flow", "nested", "meshed", "asymmetric", "packet"}) {
    simnet::Description description = described_by(paths + "/ecmp-" + path);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      for (simnet::Node& node : description.nodes)
        node.is.loss = static_cast<double>(seed % 6) / 50;
      const Search found = search(description, plan_of(seed), seed);
      EXPECT_LT(found.took, 10min) << path << ", seed " << seed;
    }
  }
}

TEST(Multipath, StaysInsideTheLimitsOfRoutersOnceItHasMetThem) {
  for (const char* limit : {"linux", "cisco"}) {
    const auto description = describe(diamonds_with(std::string("limit ") + limit));
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Search found = search(description, plan_of(seed), seed);
      const int limited = found.fates[simnet::Fate::limited];
      EXPECT_LE(limited, 12 * 7) << limit << ", seed " << seed;
    }
  }
}

// Two rows of two routers behind a balancer by packet: what links them cannot be told.
TEST(Multipath, TellsNoLinkBehindABalancerByPacketUntilTheWaysMeet) {
  const auto description = describe(
      "all delay 5\nhop\nhop balance packet to a b\nhop a to x\nhop b to y\n"
      "hop x to join\nhop y to join\nhop join\ntarget 192.0.2.10\n");
  const Links truth = links_of(description);
  int false_links = 0, told = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Search found = search(description, plan_of(seed), seed);
    const Links links = links_of(found.graph);
    if (!std::includes(truth.begin(), truth.end(), links.begin(), links.end())) ++false_links;
    if (!found.graph.mixed.empty() && found.graph.mixed[0] == 3) ++told;
    EXPECT_TRUE(links.contains("5 198.18.0.7 192.0.2.10"));
  }
  EXPECT_EQ(false_links, 0);
  EXPECT_GE(told, 95);
}

// Only a flow that goes by `a` shows behind it that flows have no fixed way.
TEST(Multipath, ABalancerByPacketOnOneOfSeveralWaysMakesNoFalseLink) {
  const auto description = describe(
      "all delay 3\nhop to a b c d e\nhop a balance packet to p q\nhop b to p q\nhop c to p q\n"
      "hop d to p q\nhop e to p q\nhop p to r\nhop q to s\nhop r to t\nhop s to u\n"
      "hop t to end\nhop u to end\ntarget end 192.0.2.10\n");
  EXPECT_LE(tally(description, 100).with_false_links, 5);
}

// Behind it flows of rows that do not meet, or meet in ways of other lengths, may seem fixed: the
// one that is tested goes by one router always.
TEST(Multipath, RowsBehindABalancerByPacketTellNoLinkUntilTheyMeet) {
  for (const char* rows :
       {"hop balance packet to a b c\nhop a to d\nhop b to e\nhop c to d e\nhop d to f g\n"
        "hop e to h i\nhop f to k\nhop g to k\nhop h to k l\nhop i to k\nhop k to p q\n"
        "hop l to r q\nhop p to end\nhop q to end\nhop r to end\nhop end\n",
        "hop balance packet to a b c d e f g h\nhop a to x\nhop b to x\nhop c to x\nhop d to x\n"
        "hop e to x\nhop f to x\nhop g to x\nhop h to end\nhop x to end\nhop end\nhop\n"}) {
    const std::string all = std::string("all delay 1\n") + rows + "target 192.0.2.10\n";
    EXPECT_LE(tally(describe(all), 100).with_false_links, 20) << rows;
  }
}

TEST(Multipath, EndsWhateverThePathDoes) {
  for (const char* path : {"loop", "all-silent", "unreachable", "nat-all", "one-hop", "lossy",
                           "limited-linux", "limited-cisco", "hostile-names", "long-path"}) {
    const Search found = search(described_by(paths + '/' + path), plan_of(1), 1);
    EXPECT_FALSE(found.graph.nodes.empty()) << path;
    EXPECT_LE(found.graph.probes, 1000U) << path;
  }
}

// Hop 4 lets one packet a second pass and refuses the others: that ends no path.
TEST(Multipath, HopsBehindOneThatRefusesSomePacketsAreFound) {
  const auto description = described_by(paths + "/partial-refusal");
  const Links truth = links_of(description);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Search found = search(description, plan_of(seed), seed);
    EXPECT_EQ(links_of(found.graph), truth) << seed;
    EXPECT_EQ(found.graph.proof.end, SearchEnd::all_found) << seed;
    EXPECT_LE(found.graph.probes, 500U) << seed;
    EXPECT_LE(found.took, 60s) << seed;
  }
}

// One packet in five passes hop 4: the others are refused before the answer to that one is here.
TEST(Multipath, ARefusalIsNoEndWhileAnAnswerFromBeyondIsOnTheWay) {
  for (const std::string kind : {"refuse", "unreachable"}) {
    const auto description =
        describe("all delay 10\nhops 3\nhop " + kind + " 13 admit 20\nhops 4\ntarget 192.0.2.10");
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto nodes = search(description, plan_of(seed), seed).graph.nodes;
      EXPECT_GE(nodes.back().ttl, 9) << kind << ' ' << seed;
    }
  }
}

// Hop 4 refuses all that runs out there, and forwards what goes on: it will never answer otherwise.
TEST(Multipath, AHopThatRefusesWhateverRunsOutThereIsAskedForSomeSecondsOnly) {
  Multipath multipath(plan_of(1));
  const Time begin = 1h;
  Time now = begin;
  while (!multipath.done() && now < begin + 200s) {
    for (const std::size_t index : multipath.due(now)) {
      const Probe& probe = multipath.probes()[index];
      const Verdict verdict = probe.ttl == 4   ? Verdict::refusal
                              : probe.ttl >= 8 ? Verdict::destination
                                               : Verdict::router;
      multipath.record(index, reply_of({verdict, 0ms, std::min(probe.ttl, 8)}, now + 1ms));
    }
    now = std::max(now + 1ms, std::min(multipath.wake(), now + 100ms));
  }
  EXPECT_TRUE(multipath.done());
  EXPECT_LE(now - begin, 20s);
  const PathGraph graph = multipath.graph();
  EXPECT_EQ(graph.proof.end, SearchEnd::all_found);
  ASSERT_EQ(graph.nodes.size(), 8U);
  ASSERT_TRUE(graph.nodes[3].reply);
  EXPECT_EQ(graph.nodes[3].reply->verdict, Verdict::refusal);
  EXPECT_EQ(graph.links.size(), 7U);
}

// What a liar at a TTL says whose answers come from addresses of its own for each flow, or packet.
void lie(int liars, bool each_packet) {
  Plan plan = plan_of(1);
  plan.max_ttl = 30;
  Multipath multipath(plan);
  Time now = 1h;
  std::uint32_t packets = 0;
  for (int turn = 0; turn < 100000 && !multipath.done(); ++turn) {
    for (const std::size_t index : multipath.due(now)) {
      const Probe& probe = multipath.probes()[index];
      Reply reply;
      const bool lies = probe.ttl > 1 && probe.ttl <= 1 + liars;
      const std::uint32_t number = !lies ? 0 : each_packet ? ++packets : probe.flow;
      const auto ip = simnet::Ip{} + ((10U + static_cast<unsigned>(probe.ttl)) << 24 | number);
      reply.from = net::resolve(ip.text(), 0, net::Family::ipv4, {})[0];
      reply.verdict = probe.ttl < 30 ? Verdict::router : Verdict::destination;
      reply.arrived = now + 1ms;
      multipath.record(index, reply);
    }
    now += 1ms;
  }
  EXPECT_TRUE(multipath.done());
  const PathGraph graph = multipath.graph();
  EXPECT_LE(graph.probes, max_search_probes);
  EXPECT_LE(graph.nodes.size(), max_search_probes);
  const bool few = liars < 10;
  EXPECT_EQ(graph.proof.end, few ? SearchEnd::too_many_next_hops : SearchEnd::too_many_probes);
  EXPECT_LE(graph.probes, few ? 1200U * static_cast<unsigned>(liars) : max_search_probes);
  diamonds(graph);
}

TEST(Multipath, LiarWithManyAddressesIsGivenUpOn) {
  for (const int liars : {1, 4, 28}) {
    lie(liars, true);
    lie(liars, false);
  }
}

}  // namespace
}  // namespace traceroute
