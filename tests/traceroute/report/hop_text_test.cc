#include "traceroute/report/hop_text.hh"

#include <gtest/gtest.h>

#include "support/virtual_path.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

Probe answered(const Answer& answer) {
  Probe probe;
  probe.ttl = 3;
  probe.reply = reply_of(answer, answer.rtt);
  return probe;
}

const Probe silent{};
const Probe first = answered({Verdict::router, 1100us, 1});
const Probe second = answered({Verdict::router, 1200us, 2});

Style names() {
  Style style;
  style.name = [](const net::Address& a) {
    return a.same_host(address(1)) ? std::string("a.example") : std::string();
  };
  style.origin = [](const net::Address& a) {
    return a.same_host(address(1)) ? std::string("AS64500") : std::string();
  };
  return style;
}

Style numeric() {
  Style style;
  style.numeric = true;
  return style;
}

TEST(Report, HeaderNamesTheDestinationAsTyped) {
  Plan plan;
  plan.name = "www.example.net";
  plan.destination = address(10);
  EXPECT_EQ(header(plan),
            "traceroute to www.example.net (192.0.2.10), 30 hops max, 60 byte packets\n");
  plan.name = "a\x1b[2J\nb";
  EXPECT_TRUE(header(plan).starts_with("traceroute to a\\x1b[2J\\x0ab (192.0.2.10), "));
}

TEST(Report, LineHasTheClassicLayout) {
  const struct {
    std::vector<Probe> probes;
    Style style;
    const char* line;
  } lines[] = {
      {{silent, silent, silent}, names(), " 3  * * *\n"},
      {{first, first, first}, names(), " 3  a.example (192.0.2.1)  1.100 ms  1.100 ms  1.100 ms\n"},
      {{first, first, first}, numeric(), " 3  192.0.2.1  1.100 ms  1.100 ms  1.100 ms\n"},
      {{first, silent, first}, numeric(), " 3  192.0.2.1  1.100 ms *  1.100 ms\n"},
      {{silent, first, second}, numeric(), " 3  * 192.0.2.1  1.100 ms 192.0.2.2  1.200 ms\n"},
      {{second, second, first},
       names(),
       " 3  192.0.2.2 (192.0.2.2)  1.200 ms  1.200 ms a.example (192.0.2.1)  1.100 ms\n"},
  };
  for (const auto& each : lines) EXPECT_EQ(line({3, each.probes}, each.style), each.line);
}

TEST(Report, MtuIsShownThoughWhoWasAskedIsSilent) {
  Probe smaller = silent;
  smaller.found_mtu = true;
  smaller.size = 1400;
  EXPECT_EQ(line({3, {smaller, silent, first}}, numeric()), " 3  * F=1400 * 192.0.2.1  1.100 ms\n");
  smaller.reply = first.reply;
  EXPECT_EQ(line({3, {smaller, first}}, numeric()), " 3  192.0.2.1  1.100 ms F=1400  1.100 ms\n");
}

TEST(Report, LateAnswerIsAStarAsItWasWhenTheLineWasDue) {
  Probe late = first;
  late.late = true;
  EXPECT_EQ(line({10, {late}}, numeric()), "10  *\n");
}

TEST(Report, OriginsExtensionsAndTheWayBackStandBehindTheAddress) {
  Probe probe = first;
  probe.reply->extensions = {{1, 1, {0x05, 0xdc, 0xd1, 0x01}}};
  probe.reply->ttl = 250;
  Style style = names();
  style.origins = style.extensions = style.way_back = true;
  EXPECT_EQ(line({3, {probe, second}}, style),
            " 3  a.example (192.0.2.1) [AS64500] <MPLS:L=24013,E=0,S=1,T=1> '-6'  1.100 ms "
            "192.0.2.2 (192.0.2.2) [*] '-2'  1.200 ms\n");
}

TEST(Report, ExtensionsThatDifferMakeAnotherResponderOnlyWhereTheyAreShown) {
  Probe other = first;
  other.reply->extensions = {{1, 1, {0, 0, 0, 1}}};
  EXPECT_EQ(line({3, {first, other}}, numeric()), " 3  192.0.2.1  1.100 ms  1.100 ms\n");
  Style style = numeric();
  style.extensions = true;
  EXPECT_EQ(line({3, {first, other}}, style),
            " 3  192.0.2.1  1.100 ms 192.0.2.1 <MPLS:L=0,E=0,S=0,T=1>  1.100 ms\n");
}

TEST(Report, ExtensionObjectsAreShownAsLabelsInterfacesOrWords) {
  EXPECT_EQ(extensions_text({{1, 1, {0, 0x10, 0, 1, 0, 0x20, 0x0f, 2}},
                             {2, 10, {0, 0, 0, 6, 4, 'a', 'e', '3'}},
                             {3, 10, {0, 0, 0, 6, 4, 'a', 'e', '3'}},
                             {9, 0, {}}}),
            "MPLS:L=256,E=0,S=0,T=1/L=512,E=7,S=1,T=2;INC:6,\"ae3\";3/10:00000006,04616533;9/0:");
}

// As traceroute 2.1.6 shows them.
TEST(Report, InterfacesAreShownWithWhatIsKnownOfThem) {
  const struct {
    std::uint8_t type;
    std::vector<std::uint8_t> data;
    const char* text;
  } objects[] = {
      {0x00, {}, "INC:"},
      {0x48, {0, 0, 0, 7}, "SUB:7"},
      {0x84, {0, 1, 0, 0, 192, 0, 2, 1}, "OUT:192.0.2.1"},
      {0xc4,
       {0, 2, 0, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
       "NXT:2001:db8::1"},
      {0x0f,
       {0, 0, 0, 5, 0, 1, 0, 0, 192, 0, 2, 1, 8, 'e', 't', 'h', '0', 0, 0, 0, 0, 0, 5, 0xdc},
       "INC:5,192.0.2.1,\"eth0\",mtu=1500"},
      {0x03, {4, 'a', 0, 0, 0xff, 0xff, 0xff, 0xff}, "INC:\"a\",mtu=4294967295"},
      // A name ends at its first NUL, and cannot leave its quotes.
      {0x02, {8, 'a', 0, 'b', 0, 0, 0, 0}, "INC:\"a\""},
      {0x02, {4, 0, 0, 0}, "INC:\"\""},
      {0x02, {8, '"', '%', 0x1b, ' ', '\n', 0x7f, 0xc3}, "INC:\"%22%25%1B%20%0A%7F%C3\""},
      // More words than the type speaks of are passed over;
      {0x08, {0, 0, 0, 5, 1, 2, 3, 4}, "INC:5"},
      // fewer, an unknown address family or a name that is no whole words: shown as words.
      {0x48, {}, "2/72:"},
      {0x0c, {0, 0, 0, 5, 0, 1, 0, 0}, "2/12:00000005,00010000"},
      {0x04, {0, 3, 0, 0, 192, 0, 2, 1}, "2/4:00030000,c0000201"},
      {0x02, {3, 'a', 'b', 'c'}, "2/2:03616263"},
      {0x02, {0, 'a', 'b', 'c'}, "2/2:00616263"},
  };
  for (const auto& each : objects)
    EXPECT_EQ(extensions_text({{2, each.type, each.data}}), each.text);
  std::vector<std::uint8_t> name(64, 'x');
  name[0] = 64;
  EXPECT_EQ(extensions_text({{2, 2, name}}), "INC:\"" + std::string(63, 'x') + '"');
  name.resize(68, 'x');
  name[0] = 68;
  EXPECT_EQ(extensions_text({{2, 2, name}}).substr(0, 12), "2/2:44787878");
}

TEST(Report, MarksAreTheClassicOnes) {
  const struct {
    int type;
    int code;
    const char* mark;
  } marks[] = {{3, 0, "!N"},      {3, 1, "!H"},  {3, 2, "!P"},     {3, 5, "!S"},
               {3, 6, "!N"},      {3, 7, "!H"},  {3, 8, "!N"},     {3, 9, "!X"},
               {3, 10, "!X"},     {3, 11, "!N"}, {3, 12, "!H"},    {3, 13, "!X"},
               {3, 14, "!V"},     {3, 15, "!C"}, {3, 16, "!<16>"}, {11, 1, "!<11-1>"},
               {12, 0, "!<12-0>"}};
  for (const auto& each : marks) {
    const Probe probe = answered({Verdict::refusal, 1ms, 1, each.type, each.code});
    EXPECT_EQ(mark(*probe.reply), each.mark);
    EXPECT_EQ(line({3, {probe}}, numeric()),
              " 3  192.0.2.1  1.000 ms " + std::string(each.mark) + "\n");
  }
  EXPECT_EQ(mark(*answered({Verdict::refusal, 1ms, 1, 3, 4, 1400U}).reply), "!F-1400");
  EXPECT_EQ(mark(*answered({Verdict::destination, 1ms, 1, 3, 3}).reply), "");
  EXPECT_EQ(mark(*answered({Verdict::refusal, 1ms, 1, 3, 3}).reply), "");
  EXPECT_EQ(mark(*first.reply), "");
}

TEST(Report, MarksOfIpv6AreItsOwn) {
  const struct {
    int type;
    int code;
    const char* mark;
  } marks[] = {{1, 0, "!N"}, {1, 1, "!X"},   {1, 2, "!H"},
               {1, 3, "!H"}, {1, 5, "!<5>"}, {4, 1, "!<4-1>"}};
  for (const auto& each : marks) {
    Reply reply = reply_of({Verdict::refusal, 1ms, 1, each.type, each.code}, 1ms);
    reply.from = net::resolve("2001:db8::1", 0, net::Family::ipv6, {})[0];
    EXPECT_EQ(mark(reply), each.mark);
  }
}

TEST(Report, TellsWhatThePathChangedInTheProbe) {
  Reply reply;
  EXPECT_EQ(rewritten_text(reply), "");
  reply.quoted_ttl = 3;
  reply.rewritten.traffic_class = 8;
  reply.rewritten.source = net::resolve("203.0.113.7", 0, net::Family::ipv4, {})[0];
  reply.rewritten.destination = net::resolve("10.0.0.9", 0, net::Family::ipv4, {})[0];
  reply.rewritten.checksum = 0x1a2b;
  EXPECT_EQ(rewritten_text(reply),
            "QUOTE:TTL=3,TOS=0x08,SRC=203.0.113.7,DST=10.0.0.9,CHECKSUM=0x1a2b");
  reply.verdict = Verdict::refusal;
  reply.rewritten = {};
  EXPECT_EQ(rewritten_text(reply), "") << "who refuses may have any TTL left";
}

}  // namespace
}  // namespace traceroute
