// Which of a host's addresses the client goes on with.
#include <gtest/gtest.h>

#include "client/stages/client_run.hh"
#include "net/datagram_notes.hh"
#include "net/listener.hh"
#include "support/needs_ipv6.hh"

namespace client {
namespace {

net::Address closed_port(const char* host) {
  const auto any = net::resolve(host, 0, net::Family::any, {});
  return net::listen_on(any, {SOCK_DGRAM}).front().address;  // closed again by now
}

TEST(StageClientAddresses, AreAllTried) {
  NEEDS_IPV6();
  const scripted::Server server({});
  Exchange exchange = exchange_with(server.address(), 1);
  exchange.addresses = {closed_port("::1"), closed_port("127.0.0.1"), server.address()};
  EXPECT_EQ(run(exchange).size(), 4U);
}

// As an IPv6 address where the system has no IPv6.
TEST(StageClientAddresses, OneOfAFamilyThatIsNotHereDoesNotStopTheOthers) {
  const scripted::Server server({});
  Exchange exchange = exchange_with(server.address(), 1);
  exchange.addresses = {net::Address(), server.address()};
  EXPECT_EQ(run(exchange).size(), 4U);
}

TEST(StageClientAddresses, OneWhoseA2LeadsNowhereDoesNotStopTheOthers) {
  NEEDS_IPV6();
  const Change port_0 = set_field(20, 0, "a2");
  const scripted::Server wrong({.name = "Wrong", .family = net::Family::ipv6, .change = port_0});
  const scripted::Server right({}), too({.name = "WrongToo", .change = port_0});
  Exchange exchange = exchange_with(wrong.address(), 1);
  exchange.addresses.push_back(right.address());
  EXPECT_EQ(run(exchange).size(), 4U);
  exchange.addresses.back() = too.address();
  const std::string text = failure_of(exchange), words = ": a2: udp_port 0, 1 to 65535 expected";
  EXPECT_TRUE(text.ends_with(words + "; " + too.address().text() + words)) << text;
  EXPECT_FALSE(exchange.deadline.passed());
}

// 0.0.0.0 and :: are this host, by its loopback address. Its acks need not know the secret.
TEST(StageClientAddresses, TheOneThatTheSystemChoosesIsTheServer) {
  NEEDS_IPV6();
  for (const auto family : {net::Family::ipv4, net::Family::ipv6}) {
    const scripted::Server server(
        {.name = "OtherPsecret", .family = family, .change = set_field(4, 0xdeadbeef)});
    Exchange exchange = exchange_with(server.address(), 1);
    exchange.addresses = {net::Address::wildcard(family, server.address().port())};
    EXPECT_EQ(run(exchange).size(), 4U);
    if (net::errors_only == 0) continue;
    exchange.addresses = {net::Address::wildcard(family, closed_port("127.0.0.1").port())};
    const std::string text = failure_of(exchange);
    EXPECT_TRUE(text.ends_with(": Connection refused")) << text;
  }
}

TEST(StageClientAddresses, AreAllNamedWhenEachRefuses) {
  NEEDS_IPV6();
  if (net::errors_only == 0) GTEST_SKIP() << "this kernel tells UDP sockets no refusal";
  Exchange exchange = exchange_with(closed_port("::1"), 1);
  exchange.addresses.push_back(closed_port("127.0.0.1"));
  const std::string text = failure_of(exchange);
  EXPECT_EQ(text,
            "stage a: awaited a2 (28 bytes) from a test server: " + exchange.addresses[0].text() +
                ": Connection refused; " + exchange.addresses[1].text() + ": Connection refused");
}

}  // namespace
}  // namespace client
