#include "traceroute/report/summarize.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

using namespace std::chrono_literals;

net::Address address(const char* text) { return net::Address::parse(text).value(); }

struct Answer {
  int ttl;
  const char* from;
  Time rtt;
  Verdict verdict = Verdict::router;
};

// A trace of three hops at most, one probe each, with these answers.
Trace traced(const std::vector<Answer>& answers, int queries = 1) {
  Plan plan;
  plan.destination = address("192.0.2.9");
  plan.name = "www.example.net";
  plan.max_ttl = 3;
  plan.queries = queries;
  Trace trace(plan);
  // Long enough for all to be sent and given up.
  for (Time now{}; now < 30s && !trace.done(); now += 100ms) {
    for (const std::size_t probe : trace.due(now)) {
      for (const Answer& answer : answers) {
        if (trace.probes()[probe].ttl != answer.ttl) continue;
        Reply reply;
        reply.verdict = answer.verdict;
        reply.from = address(answer.from);
        reply.arrived = now + answer.rtt;
        trace.record(probe, reply);
      }
    }
    while (trace.next_settled(now)) {
    }
  }
  return trace;
}

PathSummary summarize(const Trace& trace, const Style& style, const std::string& source) {
  return summarize(trace.plan(), trace.hops(), style, source);
}

Style named() {
  Style style;
  style.origins = true;
  style.name = [](const net::Address& a) { return "name-of-" + a.host(); };
  style.origin = [](const net::Address&) { return std::string("AS64500"); };
  return style;
}

TEST(FinishedPath, HoldsWhatAnswered) {
  const PathSummary path =
      summarize(traced({{1, "10.0.0.1", 2ms}, {3, "192.0.2.9", 5ms, Verdict::destination}}),
                named(), "10.0.0.2");
  EXPECT_EQ(path.host, "www.example.net");
  EXPECT_EQ(path.destination, "192.0.2.9");
  EXPECT_EQ(path.source, "10.0.0.2");
  EXPECT_TRUE(path.reached);
  EXPECT_EQ(path.refused_by, "");
  ASSERT_EQ(path.hops.size(), 3U);
  EXPECT_EQ(path.hops[0].ttl, 1);
  ASSERT_EQ(path.hops[0].responders.size(), 1U);
  EXPECT_EQ(path.hops[0].responders[0].address, "10.0.0.1");
  EXPECT_EQ(path.hops[0].responders[0].name, "name-of-10.0.0.1");
  EXPECT_EQ(path.hops[0].responders[0].as, "AS64500");
  EXPECT_EQ(path.hops[0].rtt, 2.0);
  EXPECT_EQ(path.hops[0].answered, path.hops[0].sent);
  EXPECT_TRUE(path.hops[1].responders.empty());
  EXPECT_FALSE(path.hops[1].rtt);
  EXPECT_EQ(path.hops[1].answered, 0);
  EXPECT_GT(path.hops[1].sent, 0);
  EXPECT_EQ(path.hops[2].rtt, 5.0);
}

TEST(FinishedPath, WhoRefusesIsToldAndIsNoDestination) {
  const PathSummary path = summarize(
      traced({{1, "10.0.0.1", 2ms}, {2, "198.51.100.1", 5ms, Verdict::refusal}}), named(), "");
  EXPECT_FALSE(path.reached);
  EXPECT_EQ(path.refused_by, "198.51.100.1");
  EXPECT_EQ(path.hops.size(), 2U);
}

TEST(FinishedPath, WhoRefusesIsNoEndWhereTheDestinationAnswers) {
  const PathSummary path = summarize(traced({{1, "10.0.0.1", 2ms},
                                             {2, "198.51.100.1", 5ms, Verdict::refusal},
                                             {3, "192.0.2.9", 6ms, Verdict::destination}}),
                                     named(), "");
  EXPECT_TRUE(path.reached);
  EXPECT_EQ(path.refused_by, "");
}

// Hop 1 lets one packet in three pass, and hop 2 is known by it; hop 3 answers by itself.
TEST(FinishedPath, RefusalsFromBeforeAHopAreNoneOfItsAnswers) {
  std::vector<Hop> hops{{1, {}}, {2, {}}, {3, {}}, {4, {}}};
  const auto add = [&](std::size_t hop, const char* from, Time rtt, Verdict verdict) {
    Reply reply;
    reply.verdict = verdict;
    reply.from = address(from);
    reply.arrived = rtt;
    Probe probe;
    probe.reply = reply;
    hops[hop].probes.push_back(probe);
  };
  add(0, "198.51.100.1", 40ms, Verdict::router);
  add(1, "198.51.100.1", 40ms, Verdict::refusal);
  add(1, "198.51.100.2", 90ms, Verdict::router);
  add(1, "198.51.100.9", 50ms, Verdict::refusal);  // silent but for this
  add(2, "198.51.100.1", 40ms, Verdict::refusal);
  add(3, "198.51.100.4", 95ms, Verdict::refusal);  // whatever runs out there
  const auto summary = [&] { return summarize(Plan{}, hops, named(), ""); };
  const PathSummary path = summary();
  EXPECT_EQ(path.hops[1].rtt, 90.0);
  EXPECT_EQ(path.hops[1].responders.size(), 1U);
  EXPECT_EQ(path.hops[1].answered, 3);
  EXPECT_TRUE(path.hops[2].responders.empty());
  EXPECT_EQ(path.hops[2].rtt, std::nullopt);
  EXPECT_EQ(path.hops[3].responders.size(), 1U);
  EXPECT_EQ(path.hops[3].rtt, 95.0);
  hops.push_back({5, {}});
  add(4, "198.51.100.4", 95ms, Verdict::refusal);
  EXPECT_EQ(summary().hops.size(), 4U);  // the end, and no hop more
  EXPECT_EQ(summary().refused_by, "198.51.100.4");
  add(4, "192.0.2.9", 100ms, Verdict::destination);
  EXPECT_EQ(summary().hops.size(), 5U);
}

TEST(FinishedPath, NumericLooksNothingUp) {
  Style style = named();
  style.numeric = true;
  style.origins = false;
  style.name = nullptr;
  style.origin = nullptr;
  const PathSummary path = summarize(traced({{1, "10.0.0.1", 2ms}}), style, "");
  EXPECT_FALSE(path.reached);
  EXPECT_EQ(path.hops.size(), 3U);
  EXPECT_EQ(path.hops[0].responders.at(0).name, "");
}

}  // namespace
}  // namespace traceroute
