#include "traceroute/run/destination.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

net::Address parse(const char* text) { return net::resolve(text, 0, net::Family::any, {})[0]; }

TEST(Unmapped, IsTheIpv4AddressInAnIpv6One) {
  EXPECT_EQ(parse("::ffff:192.0.2.1").unmapped().host(), "192.0.2.1");
  EXPECT_EQ(parse("192.0.2.1").unmapped().host(), "192.0.2.1");
  EXPECT_EQ(parse("2001:db8::1").unmapped().host(), "2001:db8::1");
  EXPECT_EQ(parse("::1").unmapped().host(), "::1");
}

TEST(OfFamily, KeepsTheOrder) {
  const auto found =
      of_family({parse("192.0.2.2"), parse("::1"), parse("192.0.2.1")}, net::Family::ipv4);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].host(), "192.0.2.2");
  EXPECT_EQ(found[1].host(), "192.0.2.1");
}

TEST(Choose, Ipv4ComesFirst) {
  EXPECT_EQ(choose("x", {parse("::1"), parse("127.0.0.1")}, {}).host(), "127.0.0.1");
  EXPECT_EQ(choose("x", {parse("::1")}, {}).host(), "::1");
}

TEST(Choose, NoneOfAFamilyWithoutSockets) {
  const net::Address ipv4 = parse("127.0.0.1");
  const net::Address ipv6 = parse("::1");
  Options options;
  options.socket.bypass_routing = true;  // whether there is a route to ::1 or not
  EXPECT_EQ(choose("x", {ipv4, ipv6}, options, net::Family::ipv4).host(), "::1");
  EXPECT_EQ(choose("x", {ipv4, ipv6}, options, net::Family::ipv6).host(), "127.0.0.1");
  EXPECT_EQ(choose("x", {ipv4}, options, net::Family::ipv4).host(), "127.0.0.1");
}

TEST(Choose, OneOfTheFamilyThatItIsSentFrom) {
  Options options;
  options.source = "::1";
  EXPECT_EQ(choose("x", {parse("127.0.0.1"), parse("::1")}, options).host(), "::1");
  EXPECT_EQ(choose("x", {parse("127.0.0.1")}, options).host(), "127.0.0.1");
  options.source = "::ffff:127.0.0.1";
  EXPECT_EQ(choose("x", {parse("::1"), parse("127.0.0.1")}, options).host(), "127.0.0.1");
  options.source = "localhost";
  EXPECT_EQ(choose("x", {parse("::1"), parse("127.0.0.1")}, options).host(), "127.0.0.1");
}

// No packet leaves for a broadcast address without leave: there is no route to it.
TEST(Choose, TheOneThatThereIsARouteToAndSaysSo) {
  testing::internal::CaptureStderr();
  const net::Address chosen = choose("x", {parse("255.255.255.255"), parse("127.0.0.1")}, {});
  EXPECT_EQ(chosen.host(), "127.0.0.1");
  EXPECT_NE(testing::internal::GetCapturedStderr().find(
                "x: no route to 255.255.255.255, tracing to 127.0.0.1"),
            std::string::npos);
}

TEST(Choose, TheFirstWhereThereIsARouteToNoneOrOtherOptionsChooseTheWay) {
  EXPECT_EQ(choose("x", {parse("255.255.255.255"), parse("255.255.255.255")}, {}).host(),
            "255.255.255.255");
  Options options;
  options.socket.bypass_routing = true;
  EXPECT_EQ(choose("x", {parse("255.255.255.255"), parse("127.0.0.1")}, options).host(),
            "255.255.255.255");
}

}  // namespace
}  // namespace traceroute
