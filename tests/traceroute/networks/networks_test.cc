#include "traceroute/networks/networks.hh"

#include <gtest/gtest.h>

#include "support/path_rows.hh"

namespace traceroute {
namespace {

// "home 1, level3.net 6, - 2": each network with its hops; "-" is silence.
std::string summary(const PathSummary& path) {
  static const char* const kinds[] = {"home",     "inside", "shared", "",    "",
                                      "unnamed ", "-",      "hidden", "loop"};
  std::string text;
  for (const Network& network : networks_of(path).networks) {
    const auto kind = static_cast<std::size_t>(network.kind);
    const bool named = network.kind == Network::Kind::named ||
                       network.kind == Network::Kind::numbered ||
                       network.kind == Network::Kind::unnamed;
    text += (text.empty() ? "" : ", ") + std::string(kinds[kind]) + (named ? network.name : "") +
            ' ' + std::to_string(network.hops());
  }
  return text;
}

TEST(Networks, TheLecturesPath) {
  const PathSummary path = lecture_path();
  EXPECT_EQ(
      summary(path),
      "home 1, telefonica-wholesale.net 3, level3.net 6, pnw-gigapop.net 1, washington.edu 1");
  const Networks networks = networks_of(path);
  EXPECT_EQ(networks.networks[1].as, "AS12956");
  EXPECT_EQ(networks.networks[2].as, "AS3356");
}

TEST(Networks, EveryHopIsInExactlyOne) {
  const PathSummary path = lecture_path();
  std::size_t next = 0;
  for (const Network& network : networks_of(path).networks) {
    EXPECT_EQ(network.first, next);
    next = network.last + 1;
  }
  EXPECT_EQ(next, path.hops.size() - 1) << "the destination is no hop of a network";
}

TEST(Networks, UnnamedHopsGoWithTheNeighbourOfTheirPrefix) {
  const Row a1{"154.54.1.1", "r1.a.net"}, a2{"154.54.9.1"}, b1{"62.115.1.1", "r1.b.net"},
      b2{"62.115.7.7"}, b3{"62.115.8.8"}, end{"128.95.1.1", "www.c.edu"};
  EXPECT_EQ(summary(path_of({a1, a2, b1, end})), "a.net 2, b.net 1");
  EXPECT_EQ(summary(path_of({a1, b2, b1, end})), "a.net 1, b.net 2");
  EXPECT_EQ(summary(path_of({a1, b2, b3, b1, end})), "a.net 1, b.net 3");
  EXPECT_EQ(summary(path_of({a1, {""}, a2, b1, end})), "a.net 3, b.net 1");
  const Row by_destination{"128.95.7.7"};
  EXPECT_EQ(summary(path_of({a1, by_destination, end})), "a.net 1, c.edu 1");
}

TEST(Networks, UnnamedHopsOfNoNeighbourStandByThemselves) {
  const Row a{"154.54.1.1", "r1.a.net"}, b{"62.115.1.1", "r1.b.net"},
      end{"128.95.1.1", "www.c.edu"};
  EXPECT_EQ(summary(path_of({a, {"5.5.1.1"}, {"5.5.2.2"}, {"6.6.6.6"}, b, end})),
            "a.net 1, unnamed 5.5.1.1 2, unnamed 6.6.6.6 1, b.net 1");
  EXPECT_EQ(summary(path_of({a, {"5.5.1.1"}, {""}, a, end})), "a.net 4")
      << "between two hops of one network";
}

// The neighbour may stand beyond hops that say nothing either.
TEST(Networks, UnnamedHopsGoWithTheNearestNetworkOfTheirPrefix) {
  const Row a1{"200.230.220.46", "ebt-b11551-intl01.atl.embratel.net.br"}, x{"200.230.252.158"},
      a2{"200.230.159.230", "ebt-t0-13-tcore01.spo.embratel.net.br"}, other{"5.5.5.5"},
      b{"62.115.1.1", "r1.b.net"}, end{"128.95.1.1", "www.c.edu"};
  EXPECT_EQ(summary(path_of({b, x, a2, end})), "b.net 1, embratel.net.br 2");
  EXPECT_EQ(summary(path_of({a1, other, x, b, end})), "embratel.net.br 3, b.net 1");
  EXPECT_EQ(summary(path_of({b, x, other, a2, end})), "b.net 1, embratel.net.br 3");
  EXPECT_EQ(summary(path_of({a1, b, x, end})),
            "embratel.net.br 1, b.net 1, unnamed 200.230.252.158 1")
      << "not over another network";
  const Row far{"200.244.18.8", "ebt-h0-agg03.rjo.embratel.net.br"};
  EXPECT_EQ(summary(path_of({a1, far, x, b, end})), "embratel.net.br 3, b.net 1")
      << "with any hop of the network";
}

// In a lab all addresses are private; at home the names are not registered.
TEST(Networks, APrivateHopOfARegisteredDomainBelongsToIt) {
  const Row home{"192.168.1.1", "gw.home.arpa"}, a{"10.1.0.1", "r1.a.example"},
      b1{"10.2.0.1", "r1.b.example"}, b2{"10.2.0.2"}, end{"10.3.0.1", "www.c.example"};
  EXPECT_EQ(summary(path_of({home, a, b1, b2, b1, end})), "home 1, a.example 1, b.example 3");
  for (const char* name :
       {"fritz.box", "router.lan", "gw.home", "gw.local", "gw.localdomain", "gw.corp",
        "speedport.ip", "ntt.setup", "alice.gate", "1.1.168.192.in-addr.arpa"}) {
    EXPECT_EQ(summary(path_of({{"192.168.1.1", name}, end})), "home 1") << name;
  }
}

TEST(Networks, AsNumbersOverrulePrefixes) {
  const Row a{"154.54.1.1", "r1.a.net", 1, "AS64500"}, end{"128.95.1.1", "www.c.edu"};
  EXPECT_EQ(summary(path_of({a, {"154.54.2.2", "", 1, "AS64501"}, end})), "a.net 1, AS64501 1");
  EXPECT_EQ(summary(path_of({a, {"5.5.5.5", "", 1, "AS64500"}, end})), "a.net 2");
  EXPECT_EQ(summary(path_of({{"5.5.5.5", "", 1, "AS64500"}, {"5.5.5.9", "", 1, "AS64500"}, end})),
            "AS64500 2");
}

TEST(Networks, SilentHopsBelongToWhatStandsOnBothSides) {
  const Row a{"154.54.1.1", "r1.a.net"}, b{"62.115.1.1", "r1.b.net"},
      end{"128.95.1.1", "www.c.edu"};
  EXPECT_EQ(summary(path_of({a, {""}, {""}, a, b, end})), "a.net 4, b.net 1");
  EXPECT_EQ(summary(path_of({a, {""}, {""}, b, end})), "a.net 1, - 2, b.net 1");
  EXPECT_EQ(summary(path_of({{""}, a, {""}, end})), "- 1, a.net 1, - 1");
  EXPECT_EQ(networks_of(path_of({a, {""}, a, end})).networks[0].silent_hops, 1);
}

TEST(Networks, AddressClasses) {
  const Row lan{"192.168.1.1", "fritz.box"}, ten{"10.7.0.1"}, cgn{"100.64.0.1"},
      a{"154.54.1.1", "r1.a.net"}, end{"128.95.1.1", "www.c.edu"};
  EXPECT_EQ(summary(path_of({lan, {""}, ten, a, end})), "home 3, a.net 1");
  EXPECT_EQ(summary(path_of({lan, cgn, a, end})), "home 1, shared 1, a.net 1");
  EXPECT_EQ(summary(path_of({lan, cgn, ten, a, end})), "home 1, shared 1, inside 1, a.net 1");
  EXPECT_EQ(summary(path_of({lan, a, ten, a, end})), "home 1, a.net 3");
  EXPECT_EQ(summary(path_of({lan, a, cgn, {""}, a, end})), "home 1, a.net 4");
  EXPECT_EQ(summary(path_of({lan, cgn, a, cgn, ten, end})),
            "home 1, shared 1, a.net 1, inside 2");                            // a cloud
  PathSummary from_third = path_of({ten, {"10.7.0.2", "two.words"}, a, end});  // traceroute -f 3
  for (PathHop& hop : from_third.hops) hop.ttl += 2;
  EXPECT_EQ(summary(from_third), "inside 1, two.words 1, a.net 1");
  PathSummary ours = path_of({{"2001:db8:1:2::1"}, {"2001:db9::1", "r1.a.net"}, {"2001:dba::1"}});
  ours.source = "2001:db8:1:2::20";
  EXPECT_EQ(summary(ours), "home 1, a.net 1");
}

TEST(Networks, NatThatAnswersForAllHops) {
  const Row lan{"192.168.1.1"}, nat{"203.0.113.5"}, end{"203.0.113.5", "www.c.edu"};
  EXPECT_EQ(summary(path_of({lan, nat, nat, nat, end})), "home 1, hidden 3");
  EXPECT_EQ(summary(path_of({nat, nat, {""}, nat, {"128.95.1.1", "www.c.edu"}})), "hidden 4");
  const Row own{"192.168.1.1"};
  EXPECT_EQ(summary(path_of({own, own, own, own, {"128.95.1.1", "www.c.edu"}})), "hidden 4");
  const Row twice{"154.54.1.1", "r1.a.net"};
  EXPECT_EQ(summary(path_of({lan, twice, twice, {"128.95.1.1", "www.c.edu"}})), "home 1, a.net 2")
      << "a router that does not count itself answers twice";
}

TEST(Networks, ALoop) {
  const Row lan{"192.168.1.1"}, a{"154.54.1.1", "r1.a.net"}, b{"62.115.1.1", "r1.b.net"};
  EXPECT_EQ(summary(path_of({lan, a, b, a, b, a, b}, false)), "home 1, loop 6");
  EXPECT_EQ(summary(path_of({lan, a, b, {""}, a, {""}, {""}}, false)), "home 1, loop 4, - 2");
  EXPECT_EQ(summary(path_of({lan, a, b, a, {"128.95.1.1", "www.c.edu"}})),
            "home 1, a.net 1, b.net 1, a.net 1")
      << "the path ends, so it did not loop";
}

TEST(Networks, NothingButSilence) {
  EXPECT_EQ(summary(path_of(std::vector<Row>(30, Row{""}), false)), "- 30");
  EXPECT_EQ(summary(path_of({{"128.95.1.1"}})), "") << "the destination is the first hop";
  EXPECT_EQ(summary(PathSummary{}), "");
}

TEST(Networks, BalancedHopsGoByTheFirstName) {
  PathSummary path = path_of({{"154.54.1.1"}, {"128.95.1.1", "www.c.edu"}});
  path.hops[0].responders.push_back({"62.115.1.1", "r1.b.net", ""});
  EXPECT_EQ(summary(path), "b.net 1");
}

}  // namespace
}  // namespace traceroute
