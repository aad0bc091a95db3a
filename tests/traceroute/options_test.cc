#include "traceroute/options.hh"

#include <gtest/gtest.h>

#include "support/command_line.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

Options parse(const std::vector<std::string>& words) {
  return with_words("traceroute", words, parse_options);
}

TEST(TracerouteOptions, KnowOneMethod) {
  EXPECT_EQ(parse({"-M", "icmp", "h"}).plan.name, "h");
  EXPECT_EQ(parse({"--module=icmp", "h"}).plan.name, "h");
  EXPECT_THROW(parse({"-M", "default", "h"}), cli::UsageError);
}

TEST(TracerouteOptions, AreTheClassicOnes) {
  const Options plain = parse({"h"});
  EXPECT_EQ(plain.plan.name, "h");
  EXPECT_EQ(plain.plan.first_ttl, 1);
  EXPECT_EQ(plain.plan.max_ttl, 30);
  EXPECT_EQ(plain.plan.queries, 3);
  EXPECT_FALSE(plain.plan.waits);
  EXPECT_FALSE(plain.plan.window);

  const Options all = parse({"-6nFeArI", "-q2",
                             "-f",       "3",
                             "-m",       "9",
                             "-w",       "1.5,2/4",
                             "-N7",      "-z",
                             "20",       "-s",
                             "::1",      "-ilo",
                             "-t",       "16",
                             "-l",       "99",
                             "-p",       "500",
                             "--back",   "--fwmark=0x10",
                             "h",        "100"});
  EXPECT_EQ(all.family, net::Family::ipv6);
  EXPECT_TRUE(all.numeric && all.socket.dont_fragment && all.extensions && all.origins &&
              all.socket.bypass_routing && all.way_back);
  EXPECT_EQ(all.plan.queries, 2);
  EXPECT_EQ(all.plan.first_ttl, 3);
  EXPECT_EQ(all.plan.max_ttl, 9);
  EXPECT_EQ(all.plan.waits->max, 1500ms);
  EXPECT_EQ(all.plan.waits->here, 2);
  EXPECT_EQ(all.plan.waits->near, 4);
  EXPECT_EQ(all.plan.window, 7);
  EXPECT_EQ(all.plan.pause, 20ms);
  EXPECT_EQ(all.source, "::1");
  EXPECT_EQ(all.socket.interface, "lo");
  EXPECT_EQ(all.socket.traffic_class, 16);
  EXPECT_EQ(all.flow_label, 99U);
  EXPECT_EQ(all.first_sequence, 500);
  EXPECT_EQ(all.socket.mark, 16U);
  EXPECT_EQ(all.packet_size, 100U);
}

TEST(TracerouteOptions, LongNamesAndOperandsInAnyOrder) {
  const Options options = parse({"h", "--first=2", "80", "--max-hops", "5", "--queries=1"});
  EXPECT_EQ(options.plan.name, "h");
  EXPECT_EQ(options.packet_size, 80U);
  EXPECT_EQ(options.plan.first_ttl, 2);
  EXPECT_EQ(options.plan.max_ttl, 5);
}

TEST(TracerouteOptions, AMapIsOfOneHostOrOfMany) {
  EXPECT_TRUE(parse({"--map", "h"}).map);
  const Options many = parse({"--map", "--targets", "list"});
  EXPECT_TRUE(many.map);
  EXPECT_EQ(many.rate, 1000U);
  EXPECT_FALSE(parse({"h"}).map);
}

TEST(TracerouteOptions, PauseIsInSecondsUpToTenAndInMillisecondsBeyond) {
  EXPECT_EQ(parse({"-z", "10", "h"}).plan.pause, 10s);
  EXPECT_EQ(parse({"-z", "11", "h"}).plan.pause, 11ms);
  EXPECT_EQ(parse({"-z", "0.5", "h"}).plan.pause, 500ms);
}

TEST(TracerouteOptions, MtuDiscoveryMeansUnfragmentedProbesAndOneAtATimeUnlessMoreAreAskedFor) {
  const Options options = parse({"--mtu", "h"});
  EXPECT_TRUE(options.plan.find_mtu && options.socket.dont_fragment);
  EXPECT_EQ(options.plan.window, 1);
  for (const auto& words :
       {std::vector<std::string>{"--mtu", "-N", "5", "h"}, {"-N", "5", "--mtu", "h"}}) {
    EXPECT_EQ(parse(words).plan.window, 5);
  }
  EXPECT_EQ(packet_size(options, net::Family::ipv4), 65000U);
}

TEST(TracerouteOptions, NameOfTheProgramSetsTheFamily) {
  const auto family = [](const char* program, const std::vector<std::string>& words) {
    return with_words(program, words, parse_options).family;
  };
  EXPECT_EQ(family("/usr/bin/traceroute6", {"h"}), net::Family::ipv6);
  EXPECT_EQ(family("traceroute4", {"h"}), net::Family::ipv4);
  EXPECT_EQ(family("traceroute", {"h"}), net::Family::any);
  EXPECT_EQ(family("traceroute6", {"-4", "h"}), net::Family::ipv4);
}

TEST(TracerouteOptions, AFlowLabelMeansIpv6) {
  EXPECT_EQ(parse({"-l", "5", "h"}).family, net::Family::ipv6);
  EXPECT_EQ(parse({"-l", "0", "h"}).family, net::Family::any);
  EXPECT_EQ(parse({"-46", "-l", "5", "h"}).family, net::Family::any);
}

// Without a chosen checksum each packet would be a flow of its own.
TEST(TracerouteOptions, PacketSizeIsTheWholePacketAndNeverTooSmallForAChosenChecksum) {
  const Options usual = parse({"h"});
  EXPECT_EQ(packet_size(usual, net::Family::ipv4), 60U);
  EXPECT_EQ(packet_size(usual, net::Family::ipv6), 80U);
  const Options tiny = parse({"h", "0"});
  EXPECT_EQ(packet_size(tiny, net::Family::ipv4), 30U);
  EXPECT_EQ(packet_size(tiny, net::Family::ipv6), 50U);
}

TEST(TracerouteOptions, WhatDoesNotFitIsAUsageError) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"-m", "0", "h"},
      {"-m", "256", "h"},
      {"-q", "99", "h"},
      {"-q", "0", "h"},
      {"-w", "x", "h"},
      {"-w", "1,2,3,4", "h"},
      {"-w", "-1", "h"},
      {"-f", "31", "h"},
      {"-f", "6", "-m", "5", "h"},
      {"-N", "0", "h"},
      {"-z", "", "h"},
      {"-t", "256", "h"},
      {"-l", "1048576", "h"},
      {"-p", "65536", "h"},
      {"--fwmark=0x", "h"},
      {"--fwmark=4294967296", "h"},
      {"-T", "h"},
      {"-U", "h"},
      {"-D", "h"},
      {"-d", "h"},
      {"-g", "x", "h"},
      {"-P", "1", "h"},
      {"-M", "tcp", "h"},
      {"--sport=5", "h"},
      {"--tcp", "h"},
      {"-x", "h"},
      {"--no-such", "h"},
      {"--first"},
      {"--", "-x"},
      {""},
      {"h", "65001"},
      {"h", "x"},
      {"h", "60", "more"},
      {"--map", "--networks", "h"},
      {"--map", "--json", "h"},
      {"--map", "--mtu", "h"},
      {"--map"},
      {"--json", "--back", "h"},
      {"--watch", "-e", "h"},
  };
  for (const auto& line : lines) {
    EXPECT_THROW(parse(line), cli::UsageError) << (line.empty() ? "nothing" : line[0]);
  }
}

TEST(TracerouteOptions, WatchingTellsOfExtensionsInJson) {
  EXPECT_TRUE(parse({"--watch", "-e", "--json", "h"}).extensions);
}

TEST(TracerouteOptions, HelpAndVersionNeedNoHost) {
  EXPECT_THROW(parse({"--help"}), cli::Answer);
  EXPECT_THROW(parse({"-V"}), cli::Answer);
}

}  // namespace
}  // namespace traceroute
