#include "simnet/model/description.hh"

#include <gtest/gtest.h>

namespace simnet {
namespace {

using namespace std::chrono_literals;

Description parse(std::string_view text) { return parse_description(text, "file"); }

std::string complaint(std::string_view text) {
  try {
    parse(text);
  } catch (const DescriptionError& error) {
    return error.what();
  }
  return "none";
}

TEST(SimnetDescription, NodesFollowEachOtherUpToTheTargets) {
  const auto made =
      parse("hop\n# remark\n\nhops 2 delay 1.5\ntarget 192.0.2.1\ntarget 192.0.2.2\n");
  ASSERT_EQ(made.nodes.size(), 5U);
  EXPECT_EQ(made.nodes[0].next, (std::vector<std::size_t>{1}));
  EXPECT_EQ(made.nodes[1].next, (std::vector<std::size_t>{2}));
  EXPECT_EQ(made.nodes[2].next, (std::vector<std::size_t>{3, 4}));
  EXPECT_TRUE(made.nodes[3].next.empty());
  EXPECT_EQ(made.nodes[1].is.delay, 1500us);
  EXPECT_EQ(made.nodes[0].is.delay, 0ms);
}

TEST(SimnetDescription, NodesWithoutAddressesGetTheirOwn) {
  const auto made = parse("hops 2\ntarget 192.0.2.0/24 2001:db8::/64");
  EXPECT_EQ(made.nodes[1].addresses[0].address.text(), "198.18.0.2");
  EXPECT_EQ(made.nodes[1].addresses[1].address.text(), "2001:2::2");
  EXPECT_TRUE(made.nodes[2].addresses[0].contains(parse_prefix("192.0.2.77")->address));
  EXPECT_FALSE(made.nodes[2].addresses[0].contains(parse_prefix("192.0.3.77")->address));
  EXPECT_FALSE(made.nodes[2].addresses[0].contains(parse_prefix("2001:db8::1")->address));
}

TEST(SimnetDescription, ToNamesTheWaysOnBeforeTheyAreDescribed) {
  const auto made = parse("hop to b a delay 3\nhop a to c\nhop b\nhop c");
  EXPECT_EQ(made.nodes[0].next, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(made.nodes[0].is.delay, 3ms);
  EXPECT_EQ(made.nodes[1].next, (std::vector<std::size_t>{3}));
  EXPECT_EQ(made.nodes[2].next, (std::vector<std::size_t>{3}));
}

TEST(SimnetDescription, AllHoldsForTheLinesBelowIt) {
  const auto made = parse("hop\nall jitter 30 silent\nhop jitter 10\nhop");
  EXPECT_FALSE(made.nodes[0].is.silent);
  EXPECT_DOUBLE_EQ(made.nodes[1].is.jitter, 0.1);
  EXPECT_DOUBLE_EQ(made.nodes[2].is.jitter, 0.3);
  EXPECT_TRUE(made.nodes[2].is.silent);
}

TEST(SimnetDescription, PropertiesWithPartsAreRead) {
  const auto made = parse(
      "hop mpls 24013,16004/3/254 limit 2/250 unreachable 13,4-1 nat 203.0.113.1 2001:db8::1");
  const Properties& is = made.nodes[0].is;
  ASSERT_EQ(is.mpls.size(), 2U);
  EXPECT_EQ(is.mpls[0].label, 24013U);
  EXPECT_EQ(is.mpls[1].exp, 3U);
  EXPECT_EQ(is.mpls[1].ttl, 254U);
  EXPECT_EQ(is.limit.burst, 2U);
  EXPECT_EQ(is.limit.interval, 250ms);
  EXPECT_EQ((*is.unreachable)[0].type, 3);
  EXPECT_EQ((*is.unreachable)[0].code, 13);
  EXPECT_EQ((*is.unreachable)[1].type, 4);
  EXPECT_EQ((*is.unreachable)[1].code, 1);
  EXPECT_EQ(is.nat.size(), 2U);
}

TEST(SimnetDescription, NamesHoldAnyBytes) {
  const auto made = parse(R"(hop name a\.b\x0a\x20c.example.net.)");
  EXPECT_EQ(made.nodes[0].is.name, (Labels{"a.b\n c", "example", "net"}));
}

TEST(SimnetDescription, ALinkHasTwoEndsOfEachFamily) {
  const auto made = parse("link 10.1.0.1 fd01::1 10.1.0.2 fd01::2 delay 20 loss 10");
  ASSERT_TRUE(made.link);
  EXPECT_EQ(made.link->near[1].text(), "fd01::1");
  EXPECT_EQ(made.link->far[0].text(), "10.1.0.2");
  EXPECT_EQ(made.link->delay, 20ms);
}

TEST(SimnetDescription, MistakesAreToldWithTheirLine) {
  const struct {
    const char* text;
    const char* complaint;
  } table[] = {
      {"", "file: a hop, a target or a link expected"},
      {"router", "file:1: there is nothing called \"router\""},
      {"hop\nhop delay", "file:2: milliseconds expected at the end of the line"},
      {"hop delay -1", "file:1: \"-1\": milliseconds expected"},
      {"hop delay 1x", "file:1: \"1x\": milliseconds expected"},
      {"hop a 10.0.0.1 dely 3", "file:1: there is no property \"dely\""},
      {"hop a\nhop a", "file:2: there are two labels \"a\""},
      {"hop to nowhere", "file: to: there is no label \"nowhere\""},
      {"hop to", "file:1: to: a label expected"},
      {"target", "file:1: target: an address or a prefix expected"},
      {"hop mpls 1048576", "file:1: \"1048576\": a number from 0 to 1048575 expected"},
      {"hop limit fast", "file:1: \"fast\": a number from 1 to 1000000 expected"},
      {"hop unreachable 256", "file:1: \"256\": a number from 0 to 255 expected"},
      {"hop name a..b",
       "file:1: \"a..b\": labels of 1 to 63 bytes expected (RFC 1035, section 2.3.4)"},
      {"hop name a\\xg0", "file:1: \"a\\xg0\": two hex digits expected after \\x"},
      {"hop options 6", "file:1: a multiple of 4 expected"},
      {"hop ttl 1.5", "file:1: a number from 1 to 255 expected"},
      {"link 10.0.0.1 10.0.0.2\nhop", "file: a link and a path cannot stand together"},
      {"link 10.0.0.1 fd00::1",
       "file:1: link: two addresses of each family expected, near and far"},
      {"local 10.0.0.1/8\nhop", "file:1: an address, not a prefix, expected"},
  };
  for (const auto& row : table) EXPECT_EQ(complaint(row.text), row.complaint) << row.text;
}

}  // namespace
}  // namespace simnet
