#include "traceroute/report/paths_text.hh"

#include <gtest/gtest.h>

#include "net/address.hh"

namespace traceroute {
namespace {

// A node at 192.0.2.ADDRESS; 0: one that does not answer.
PathNode node(int ttl, int address, std::vector<int> flows = {0, 1, 2}) {
  PathNode node{ttl, std::nullopt, std::chrono::milliseconds(ttl), std::move(flows)};
  if (address == 0) return node;
  Reply reply;
  reply.verdict = Verdict::router;
  reply.from = net::resolve("192.0.2." + std::to_string(address), 0, net::Family::ipv4, {}).front();
  node.reply = std::move(reply);
  return node;
}

// 1 - 2 < 3a, 3b > 4
PathGraph one_diamond() {
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(3, 3, {0, 2, 3, 4}), node(3, 4, {1, 5, 6}),
                 node(4, 5)};
  graph.links = {{0, 1}, {1, 2}, {1, 3}, {2, 4}, {3, 4}};
  graph.flows = 11;
  graph.probes = 40;
  graph.seed = 7;
  return graph;
}

Style numeric() {
  Style style;
  style.numeric = true;
  return style;
}

struct Expected {
  std::size_t from, to;
  int width, shortest, longest;
};
void expect_diamonds(const PathGraph& graph, const std::vector<Expected>& expected) {
  const std::vector<Diamond> found = diamonds(graph);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].from, expected[i].from) << i;
    EXPECT_EQ(found[i].to, expected[i].to) << i;
    EXPECT_EQ(found[i].width, expected[i].width) << i;
    EXPECT_EQ(found[i].shortest, expected[i].shortest) << i;
    EXPECT_EQ(found[i].longest, expected[i].longest) << i;
  }
}

TEST(Diamonds, OneHasItsEndsWidthAndLength) { expect_diamonds(one_diamond(), {{1, 4, 2, 2, 2}}); }

TEST(Diamonds, ANestedOneFollowsTheOneAroundIt) {
  //     2a - 3a, 3b - 4a
  // 1 <                   > 5
  //     2b - 3c ----- 4b
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(2, 3), node(3, 4), node(3, 5),
                 node(3, 6), node(4, 7), node(4, 8), node(5, 9)};
  graph.links = {{0, 1}, {0, 2}, {1, 3}, {1, 4}, {2, 5}, {3, 6}, {4, 6}, {5, 7}, {6, 8}, {7, 8}};
  expect_diamonds(graph, {{0, 8, 3, 4, 4}, {1, 6, 2, 2, 2}});
}

TEST(Diamonds, WaysOfDifferentLengthMeetAtOneRouter) {
  // 1 - 2a - 3 - 4, and 1 - 2b - 4: the same router at two TTLs.
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(2, 3), node(3, 4), node(3, 5), node(4, 5)};
  graph.links = {{0, 1}, {0, 2}, {1, 3}, {2, 4}, {3, 5}};
  expect_diamonds(graph, {{0, 4, 2, 2, 3}});
}

TEST(Diamonds, OneWayIsNoneThoughAnotherBeginsThatIsRefused) {
  // 1 - 2a - 4, and 1 - 2b, which refuses: seen again at the next TTL.
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(2, 3), node(3, 4), node(3, 3)};
  graph.links = {{0, 1}, {0, 2}, {1, 3}, {2, 4}};
  expect_diamonds(graph, {});
}

TEST(Diamonds, OneThatNeverClosesIsNone) {
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(2, 3)};
  graph.links = {{0, 1}, {0, 2}};
  expect_diamonds(graph, {});
}

TEST(Diamonds, ARouterThatRefusesSomeFlowsIsNone) {
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(2, 2), node(3, 3)};
  graph.links = {{0, 1}, {0, 2}, {1, 3}};
  expect_diamonds(graph, {});
}

TEST(Diamonds, ALoopEndsTheSearch) {
  PathGraph graph;
  graph.nodes = {node(1, 1), node(2, 2), node(2, 3), node(3, 1), node(3, 1)};
  graph.links = {{0, 1}, {0, 2}, {1, 3}, {2, 4}};
  EXPECT_LE(diamonds(graph).size(), 1U);
}

TEST(Diamonds, AreFoundInAGraphOfThousandsOfRouters) {
  // 40 rows of 100, each router linked to two of the next row, between two single ones.
  constexpr std::size_t rows = 40, width = 100;
  PathGraph graph;
  graph.nodes.push_back(node(1, 1));
  for (std::size_t i = 0; i < rows * width; ++i) {
    graph.nodes.push_back(node(static_cast<int>(2 + i / width), 0));
    if (i < width) graph.links.push_back({0, 1 + i});
    if (i < width) continue;
    graph.links.push_back({1 + i - width, 1 + i});
    graph.links.push_back({1 + i - width, 1 + i / width * width + (i + 1) % width});
  }
  graph.nodes.push_back(node(2 + rows, 2));
  for (std::size_t i = 0; i < width; ++i) {
    graph.links.push_back({1 + (rows - 1) * width + i, rows * width + 1});
  }
  const auto found = diamonds(graph);
  EXPECT_EQ(found.size(), 1 + (rows - 1) * width);
  for (const Diamond& diamond : found) EXPECT_EQ(diamond.to, rows * width + 1);
  EXPECT_EQ(found.front().width, static_cast<int>(width));
}

TEST(PathsText, ShowsNodesFlowsLinksAndDiamonds) {
  EXPECT_EQ(
      paths_text(one_diamond(), numeric()),
      " 1   192.0.2.1  1.000 ms\n"
      " 2   192.0.2.2  2.000 ms\n"
      " 3a  192.0.2.3  3.000 ms  flows 1,3-5  from 2\n"
      " 3b  192.0.2.4  3.000 ms  flows 2,6,7  from 2\n"
      " 4   192.0.2.5  4.000 ms  from 3a 3b\n"
      "\n"
      "diamond 2 -> 4: 2 wide, 2 long\n"
      "11 flows, 40 probes, seed 7; each balancer's next hops are all here with 95 % confidence\n");
}

TEST(PathsText, SaysWhatCannotBeTold) {
  PathGraph graph = one_diamond();
  graph.nodes[3] = node(3, 0, {1});
  graph.mixed = {3};
  graph.unknown_from = {3};
  graph.links = {{0, 1}, {1, 2}, {1, 3}};
  graph.doubtful = {{3, 5, 12}};
  EXPECT_EQ(warnings(graph).size(), 3U);
  const std::string text = paths_text(graph, numeric());
  EXPECT_NE(text.find("\n 3b  *  from 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nwarning: hop 3: balanced per packet: one flow"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\nwarning: hop 3 to 4: links not known"), std::string::npos) << text;
  EXPECT_NE(text.find("\nwarning: hop 3: 5 of 12 probes not answered: a silent router may stand"),
            std::string::npos)
      << text;
}

TEST(PathsText, GivesOneVerdict) {
  PathGraph graph = one_diamond();
  const std::string sure = "each balancer's next hops are all here with 95 % confidence";
  EXPECT_EQ(verdict(graph), sure);
  graph.doubtful = {{3, 5, 12}};
  EXPECT_EQ(verdict(graph), sure + ", if no silent router hides behind lost answers");
  graph.doubtful.clear();
  graph.proof.supposes_alike = true;
  EXPECT_EQ(verdict(graph), sure + ", if routers side by side are alike");
  graph.proof.lacks_flows_of_silent = true;
  EXPECT_EQ(verdict(graph), sure + ", if routers side by side are alike" +
                                ", those behind silent routers with less");
  graph.proof = {};
  graph.nodes.emplace_back().ttl = 5;
  EXPECT_EQ(verdict(graph), sure + ", up to hop 4, the last to answer");
  graph.nodes.assign(2, PathNode());
  EXPECT_EQ(verdict(graph), "nobody answers: the paths are not known");
  graph = one_diamond();
  for (const SearchEnd end :
       {SearchEnd::too_many_next_hops, SearchEnd::too_many_flows, SearchEnd::too_many_probes,
        SearchEnd::too_long, SearchEnd::interrupted}) {
    graph.proof.end = end;
    EXPECT_TRUE(verdict(graph).starts_with("there may be more paths than these: "));
    for (const std::string& text :
         {paths_text(graph, numeric()), paths_dot(graph, Plan(), numeric())}) {
      EXPECT_NE(text.find("seed 7; " + verdict(graph) + '\n'), std::string::npos) << text;
      EXPECT_EQ(text.find(sure), std::string::npos) << text;
    }
  }
}

TEST(PathsDot, IsTheSameGraph) {
  Plan plan;
  plan.name = "a\"b";
  EXPECT_EQ(paths_dot(one_diamond(), plan, numeric()),
            "digraph \"paths to a\\\"b\" {\n"
            "  node [shape=box];\n"
            "  \"1\" [label=\"1 192.0.2.1 1.000 ms\"];\n"
            "  \"2\" [label=\"2 192.0.2.2 2.000 ms\"];\n"
            "  \"3a\" [label=\"3a 192.0.2.3 3.000 ms\"];\n"
            "  \"3b\" [label=\"3b 192.0.2.4 3.000 ms\"];\n"
            "  \"4\" [label=\"4 192.0.2.5 4.000 ms\"];\n"
            "  \"1\" -> \"2\";\n"
            "  \"2\" -> \"3a\";\n"
            "  \"2\" -> \"3b\";\n"
            "  \"3a\" -> \"4\";\n"
            "  \"3b\" -> \"4\";\n"
            "  // 11 flows, 40 probes, seed 7; each balancer's next hops are all here with 95 % "
            "confidence\n"
            "}\n");
}

}  // namespace
}  // namespace traceroute
