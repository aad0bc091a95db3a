#include "traceroute/report/atlas.hh"

#include <gtest/gtest.h>

#include "support/formats/atlas_schema.hh"
#include "support/virtual_path.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

const TraceTimes circumstances{1700000000, 1700000002, "10.0.0.2"};

Style plain() {
  Style style;
  style.numeric = true;
  return style;
}

Plan plan_to(int last_byte, int queries, int hops) {
  Plan plan;
  plan.destination = address(last_byte);
  plan.name = "example.net";
  plan.queries = queries;
  plan.max_ttl = hops;
  return plan;
}

// A trace of one hop, whose one probe got this reply 1.2345 ms later, and what is written for it.
std::string entry_of(Reply reply, const Style& style = plain()) {
  Trace trace(plan_to(1, 1, 1));
  trace.due(1h);
  if (reply.from.family() == net::Family::any) reply.from = address(1);
  reply.arrived = 1h + 1234567ns;
  trace.record(0, reply);
  trace.next_settled(1h + 2s);
  const std::string line = atlas_result(trace, style, circumstances);
  EXPECT_EQ(schema_violation(line.substr(0, line.size() - 1)), "") << line;
  const std::string before = "\"result\":[{\"hop\":1,\"result\":[";
  const std::size_t at = line.find(before) + before.size();
  return line.substr(at, line.size() - at - 1);
}

Reply error(int type, int code, Verdict verdict = Verdict::refusal) {
  Reply reply;
  reply.verdict = verdict;
  reply.type = type;
  reply.code = code;
  reply.ttl = 254;
  reply.size = 56;
  return reply;
}

wire::ExtensionObject object(int class_number, int type, std::vector<std::uint8_t> data) {
  return {static_cast<std::uint8_t>(class_number), static_cast<std::uint8_t>(type),
          std::move(data)};
}

TEST(Atlas, WritesAWholeTraceAsOneLine) {
  const Played played =
      play(plan_to(3, 2, 30), [](const Probe& probe, int) -> std::optional<Answer> {
        if (probe.ttl == 2) return std::nullopt;
        if (probe.ttl >= 3) return Answer{Verdict::destination, 30ms, 3};
        return Answer{Verdict::router, 10ms, probe.ttl};
      });
  EXPECT_EQ(
      atlas_result(played.trace, plain(), circumstances),
      R"({"fw":5080,"type":"traceroute","msm_id":0,"prb_id":0,"timestamp":1700000000,"endtime":1700000002,)"
      R"("from":"10.0.0.2","src_addr":"10.0.0.2","dst_name":"example.net","proto":"ICMP","paris_id":20680,)"
      R"("dst_addr":"192.0.2.3","af":4,"size":32,"result":[{"hop":1,"result":[)"
      R"({"from":"192.0.2.1","ttl":64,"size":0,"rtt":10.000},{"from":"192.0.2.1","ttl":64,"size":0,"rtt":10.000}]},)"
      R"({"hop":2,"result":[{"x":"*"},{"x":"*"}]},{"hop":3,"result":[)"
      R"({"from":"192.0.2.3","ttl":62,"size":0,"rtt":30.000},{"from":"192.0.2.3","ttl":62,"size":0,"rtt":30.000}]}]})"
      "\n");
}

// Each of its ports is another flow.
TEST(Atlas, TellsOfUdpWhereNoEchoRequestCouldBeSent) {
  Plan plan = plan_to(3, 1, 1);
  plan.by_udp = true;
  const std::string line = atlas_error(plan, "why", 1);
  EXPECT_NE(line.find(R"("proto":"UDP","paris_id":0,)"), std::string::npos) << line;
}

TEST(Atlas, NamesTheErrorByALetterOrANumber) {
  const struct {
    int type;
    int code;
    const char* written;
  } cases[] = {{3, 0, "\"N\""},  {3, 1, "\"H\""}, {3, 2, "\"P\""}, {3, 3, "\"p\""},
               {3, 13, "\"A\""}, {3, 9, "9"},     {3, 42, "42"}};
  for (const auto& c : cases) {
    EXPECT_EQ(entry_of(error(c.type, c.code)),
              std::string(R"({"from":"192.0.2.1","ttl":254,"size":28,"err":)") + c.written +
                  R"(,"rtt":1.235}]}]})");
  }
}

TEST(Atlas, NamesIpv6ErrorsByTheirOwnLetters) {
  for (const auto& [code, written] :
       {std::pair(0, "\"N\""), {1, "\"A\""}, {2, "\"h\""}, {3, "\"H\""}, {4, "\"p\""}, {5, "5"}}) {
    Reply reply = error(1, code);
    reply.from = net::resolve("2001:db8::1", 0, net::Family::ipv6, {})[0];
    EXPECT_NE(entry_of(reply).find(std::string("\"err\":") + written + ','), std::string::npos)
        << code;
  }
}

TEST(Atlas, TellsTheTypeOfOtherErrorsBelowItsOwnKey) {
  EXPECT_EQ(entry_of(error(12, 0)),
            R"({"from":"192.0.2.1","ttl":254,"size":28,"err":0,"rtt":1.235}]}],)"
            R"("sockhop":{"errors":[{"hop":1,"from":"192.0.2.1","type":12,"code":0}]}})");
}

TEST(Atlas, TellsMtuAndQuotedTtlAndDestination) {
  Reply reply = error(3, 4);
  reply.mtu = 1400;
  reply.quoted_ttl = 3;
  reply.rewritten.destination = address(9);
  EXPECT_EQ(entry_of(reply),
            R"({"from":"192.0.2.1","ttl":254,"size":28,"mtu":1400,"ittl":3,"edst":"192.0.2.9",)"
            R"("rtt":1.235}]}]})");
}

TEST(Atlas, LeavesOutATtlThatIsNotKnown) {
  Reply reply = error(11, 0, Verdict::router);
  reply.ttl = 0;
  EXPECT_EQ(entry_of(reply), R"({"from":"192.0.2.1","size":28,"rtt":1.235}]}]})");
}

TEST(Atlas, ShowsLabelsInTheirObjectsAndInterfacesBelowItsOwnKey) {
  Reply reply = error(11, 0, Verdict::router);
  reply.extensions_told = true;
  reply.extensions = {object(1, 1, {0x05, 0xdc, 0xd6, 0xfe, 0x03, 0xe8, 0x41, 0x01}),
                      // An incoming interface: index 5, name "a\"b".
                      object(2, 0x0a, {0, 0, 0, 5, 4, 'a', '"', 'b'})};
  EXPECT_EQ(
      entry_of(reply),
      R"({"from":"192.0.2.1","ttl":254,"size":28,"icmpext":{"version":2,"rfc4884":1,"obj":[)"
      R"({"class":1,"type":1,"mpls":[{"label":24013,"exp":3,"s":0,"ttl":254},{"label":16004,"exp":0,"s":1,"ttl":1}]},)"
      R"({"class":2,"type":10}]},"rtt":1.235}]}],)"
      R"("sockhop":{"interfaces":[{"hop":1,"from":"192.0.2.1","role":"incoming","index":5,"name":"a\"b"}]}})");
}

TEST(Atlas, TellsAnInterfaceOnceHoweverManyAnswersNameIt) {
  Trace trace(plan_to(1, 3, 1));
  const auto sent = trace.due(1h);
  ASSERT_EQ(sent.size(), 3U);
  for (const std::size_t probe : sent) {
    Reply reply = error(11, 0, Verdict::router);
    reply.from = address(2);
    reply.arrived = 1h + 1ms;
    reply.extensions = {object(2, 0x08, {0, 0, 0, 5})};
    trace.record(probe, reply);
  }
  const std::string line = atlas_result(trace, plain(), circumstances);
  EXPECT_NE(line.find(R"("interfaces":[{"hop":1,"from":"192.0.2.2","role":"incoming","index":5}])"),
            std::string::npos)
      << line;
}

TEST(Atlas, TellsNamesAndOriginsOnce) {
  Style style;
  style.origins = true;
  style.name = [](const net::Address&) { return "r1.example.net"; };
  style.origin = [](const net::Address&) { return "AS64500/AS64501"; };
  EXPECT_EQ(entry_of(error(11, 0, Verdict::router), style),
            R"({"from":"192.0.2.1","ttl":254,"size":28,"rtt":1.235}]}],)"
            R"("sockhop":{"names":{"192.0.2.1":"r1.example.net"},)"
            R"("origins":{"192.0.2.1":"AS64500/AS64501"}}})");
}

TEST(Atlas, TellsThePlacesOfTheNames) {
  const Played played =
      play(plan_to(3, 1, 30), [](const Probe& probe, int) -> std::optional<Answer> {
        if (probe.ttl >= 3) return Answer{Verdict::destination, 30ms, 3};
        return Answer{Verdict::router, 10ms, probe.ttl};
      });
  Style style;
  style.name = [](const net::Address& from) {
    const std::string host = from.host();
    return host.ends_with(".1")   ? "ae1.edge3.SanJose1.Level3.net"
           : host.ends_with(".2") ? "x.sfo.a.net"
                                  : "";
  };
  const std::string line = atlas_result(played.trace, style, circumstances);
  EXPECT_EQ(schema_violation(line.substr(0, line.size() - 1)), "") << line;
  EXPECT_NE(line.find(R"("places":[{"hop":1,"city":"San Jose","country":"us","state":"ca",)"
                      R"("lat":37.34,"lon":-121.89,"sure":true},)"
                      R"({"hop":2,"city":"San Francisco","country":"us","state":"ca",)"
                      R"("lat":37.77,"lon":-122.42,"sure":false}]})"),
            std::string::npos)
      << line;
}

TEST(Atlas, GivesALateAnswerNoRoundTripAndADuplicateAnEntryOfItsOwn) {
  Trace trace(plan_to(9, 1, 2));
  trace.due(1h);
  trace.record(1, reply_of({Verdict::router, {}, 2}, 1h + 10ms));
  trace.record(1, reply_of({Verdict::router, {}, 2}, 1h + 13ms));
  while (trace.next_settled(1h + 5s)) continue;
  trace.record(0, reply_of({Verdict::router, {}, 1}, 1h + 6s));
  const std::string line = atlas_result(trace, plain(), circumstances);
  EXPECT_EQ(schema_violation(line.substr(0, line.size() - 1)), "");
  EXPECT_EQ(line.substr(line.find("\"result\"")),
            R"("result":[{"hop":1,"result":[{"from":"192.0.2.1","ttl":64,"size":0,"late":1}]},)"
            R"({"hop":2,"result":[{"from":"192.0.2.2","ttl":63,"size":0,"rtt":10.000},)"
            R"({"from":"192.0.2.2","ttl":63,"size":0,"dup":1,"rtt":13.000}]}]})"
            "\n");
}

TEST(Atlas, KeepsAFewDuplicatesHoweverManyThereAre) {
  Trace trace(plan_to(9, 1, 1));
  trace.due(1h);
  for (int i = 0; i < 1000; ++i) trace.record(0, reply_of({Verdict::router, {}, 1}, 1h + 1ms));
  EXPECT_LE(trace.probes()[0].duplicates.size(), 8U);
}

TEST(Atlas, TellsWhyATargetWasNotTraced) {
  Plan plan;
  plan.name = "no\"such\nhost";
  const std::string line = atlas_error(plan, "resolve it: unknown", 1700000000);
  EXPECT_EQ(line,
            R"({"fw":5080,"type":"traceroute","msm_id":0,"prb_id":0,"timestamp":1700000000,)"
            R"("endtime":1700000000,"from":"","dst_name":"no\"such\u000ahost","proto":"ICMP",)"
            R"("paris_id":20680,"result":[{"error":"resolve it: unknown"}]})"
            "\n");
  EXPECT_EQ(schema_violation(line.substr(0, line.size() - 1)), "");
}

// No hops and no error would look like a success.
TEST(Atlas, TellsWhyATraceEndedBeforeItHadAHop) {
  Trace trace(plan_to(9, 1, 30));
  trace.due(1h);
  trace.stop(1h);
  EXPECT_FALSE(trace.next_settled(1h));
  TraceTimes times = circumstances;
  times.failure = "why";
  const std::string line = atlas_result(trace, plain(), times);
  EXPECT_EQ(schema_violation(line.substr(0, line.size() - 1)), "") << line;
  EXPECT_NE(line.find(R"("from":"10.0.0.2")"), std::string::npos) << line;
  EXPECT_TRUE(line.ends_with("\"result\":[{\"error\":\"why\"}]}\n")) << line;
}

TEST(Atlas, TheSchemaRefusesWhatDiffersFromIt) {
  Plan plan;
  std::string line = atlas_error(plan, "why", 1);
  line.pop_back();
  const std::pair<const char*, const char*> changes[] = {
      {"\"fw\":5080", "\"fw\":\"5080\""},
      {"\"prb_id\":0,", ""},
      {"\"af\"", "\"a\""},
      {"\"result\":[]", "\"result\":[],\"more\":1"},
      {"[]", "[{}]"},
      {"\"why\"", "1"},
      {"}}", "}"}};
  for (const auto& [from, to] : changes) {
    std::string changed = line;
    const std::size_t at = changed.find(from);
    if (at == std::string::npos) continue;
    changed.replace(at, std::string_view(from).size(), to);
    EXPECT_NE(schema_violation(changed), "") << changed;
  }
}

}  // namespace
}  // namespace traceroute
