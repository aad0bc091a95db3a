// A search is bounded in time and in packets, believes each answer once, and tells and promises no
// more than it knows.
#include <gtest/gtest.h>

#include <vector>

#include "support/virtual_network.hh"
#include "support/virtual_path.hh"
#include "traceroute/multipath/multipath.hh"
#include "traceroute/multipath/stopping_rule.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

TEST(MultipathBounds, ASearchThatLastsTooLongIsGivenUp) {
  Plan plan;
  plan.destination = address(200);
  plan.waits = Waits{1h};  // each probe would be waited for as long as that
  Multipath search(plan);
  EXPECT_FALSE(search.due(1s).empty());
  (void)search.due(5min);
  EXPECT_FALSE(search.done());
  (void)search.due(1s + max_search_time);
  EXPECT_TRUE(search.done());
  EXPECT_EQ(search.graph().proof.end, SearchEnd::too_long);
}

TEST(MultipathBounds, NoMoreThanTheWindowIsUnanswered) {
  Plan plan;
  plan.destination = address(200);
  plan.window = 6;
  Multipath search(plan);
  std::vector<std::size_t> sent;
  for (int i = 0; i < 100; ++i) {
    for (const std::size_t probe : search.due(1s + i * 500us)) sent.push_back(probe);
  }
  ASSERT_EQ(sent.size(), 6U);
  search.record(sent[0], reply_of({Verdict::router, 0ms, 1}, 1100ms));
  EXPECT_EQ(search.due(1100ms).size(), 1U);
}

TEST(MultipathBounds, OnlyTheFirstAnswerToAProbeCounts) {
  Plan plan;
  plan.destination = address(200);
  Multipath search(plan);
  const std::size_t probe = search.due(1s).front();
  search.record(probe, reply_of({Verdict::router, 0ms, 1}, 1010ms));
  search.record(probe, reply_of({Verdict::router, 0ms, 2}, 1020ms));
  EXPECT_TRUE(search.probes()[probe].reply->from.same_host(address(1)));
  const PathGraph graph = search.graph();
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_TRUE(graph.mixed.empty());
}

// No more flows are looked for that pass it: what is missed behind it must not pass for all.
TEST(MultipathBounds, BehindASilentRouterLessIsPromised) {
  const auto network = [](const std::string& silent) {
    return describe("all delay 5\nhop to a b\nhop a " + silent +
                    "to c d e f\nhop b to g\nhop c to t\nhop d to t\nhop e to t\nhop f to t\n"
                    "hop g to t\ntarget t 192.0.2.10");
  };
  Plan plan;
  int incomplete = 0;
  for (plan.seed = 0; plan.seed < 20; ++plan.seed) {
    const PathGraph graph = search(network("silent "), plan, 1).graph;
    if (links_of(graph) == links_of(network("silent "))) continue;
    ++incomplete;
    EXPECT_TRUE(graph.proof.lacks_flows_of_silent) << plan.seed;
  }
  EXPECT_GE(incomplete, 1);
  EXPECT_FALSE(search(network(""), plan, 1).graph.proof.lacks_flows_of_silent);
}

// One of twelve routers has a next hop more than the others: three flows of each may miss it.
TEST(MultipathBounds, WhatRoutersThatAreNotAlikeMayHideIsNotPromised) {
  std::string wide = "all delay 5\nhop to a b c d e f g h i j k l\nhop a to x y\n";
  for (const char router : std::string("bcdefghijkl")) {
    wide += std::string("hop ") + router + " to x\n";
  }
  const auto network = describe(wide + "hop x to t\nhop y to t\ntarget t 192.0.2.10");
  Plan plan;
  int incomplete = 0;
  for (plan.seed = 0; plan.seed < 40; ++plan.seed) {
    const PathGraph graph = search(network, plan, 1).graph;
    if (links_of(graph) == links_of(network)) continue;
    ++incomplete;
    EXPECT_TRUE(graph.proof.supposes_alike) << plan.seed;
  }
  EXPECT_GE(incomplete, 4);
  EXPECT_FALSE(search(describe("hops 3\ntarget 192.0.2.10"), plan, 1).graph.proof.supposes_alike);
}

// Flows that end at hop 2 have been asked at hop 4, too.
TEST(MultipathBounds, ANodesRoundTripIsThatOfFlowsThatPassIt) {
  const auto network = describe("all delay 5\nhop to t a\nhop a\nhop to t\ntarget t 192.0.2.10\n");
  Plan plan;
  for (plan.seed = 0; plan.seed < 10; ++plan.seed) {
    const PathGraph graph = search(network, plan, 1).graph;
    EXPECT_EQ(graph.nodes.size(), 5U) << plan.seed;
    for (const PathNode& node : graph.nodes) EXPECT_EQ(node.rtt, node.ttl * 5ms) << plan.seed;
  }
}

}  // namespace
}  // namespace traceroute
