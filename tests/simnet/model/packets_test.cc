// The packets: which probes are read, and each byte of the answers.
#include "simnet/model/simulated.hh"
#include "support/prefixes.hh"

namespace simnet {
namespace {

TEST(SimnetProbe, EveryProperPrefixIsRefused) {
  const auto accepts = [](wire::Bytes bytes) { return parse_probe(bytes).has_value(); };
  for (const std::string to : both_families) {
    expect_only_whole(make_echo_request({to}), accepts);
    expect_only_whole(make_udp(to, 3, 33434, wire::bytes_of("data")), accepts);
    expect_only_whole(make_syn(to, 3), accepts);
  }
}

TEST(SimnetProbe, TheChecksumIsThatOfRfc1071) {
  const std::vector<std::uint8_t> example{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(finish_sum(add_words(0, example)), 0xffff & ~0xddf2);
}

TEST(SimnetNetwork, TheDestinationEchoesAllAndAnswersOtherProtocolsInTheirWay) {
  Simulated simulated(plain);
  for (const std::string to : both_families) {
    const bool v6 = to == both_families[1];
    Outcome outcome = simulated.send({to, 4});
    EXPECT_EQ(outcome.fate, Fate::reached);
    Seen seen = look_at(outcome.answers[0].packet);
    EXPECT_EQ(seen.type, v6 ? 129 : 0);
    EXPECT_EQ(seen.outer.ttl, 61);
    EXPECT_EQ(seen.outer.payload.size(), 40U);
    EXPECT_EQ(seen.outer.sequence(), 9);

    outcome = simulated.network.receive(make_udp(to, 9, 33434, wire::bytes_of("data")), {});
    EXPECT_EQ(outcome.fate, Fate::reached);
    seen = look_at(outcome.answers[0].packet);
    EXPECT_EQ(seen.type, v6 ? 1 : 3);
    EXPECT_EQ(seen.code, v6 ? 4 : 3);

    outcome = simulated.network.receive(make_syn(to, 9), {});
    const auto reset = parse_probe(outcome.answers[0].packet);
    ASSERT_TRUE(reset);
    EXPECT_TRUE(transport_checksum_holds(*reset));
    EXPECT_EQ(reset->payload[13], 0x14);
    EXPECT_EQ(reset->sequence(), 40000);
    EXPECT_EQ(reset->payload[11], (1001 & 0xff)) << "acknowledges the SYN";
  }
}

TEST(SimnetNetwork, TheQuoteIsAsLongAsTheRouterMakesIt) {
  Simulated simulated(
      "hop quote 8\nhop options 12 quote 8\nhop options 8\ntarget 192.0.2.10 2001:db8::10");
  EXPECT_EQ(look_at(simulated.send({"192.0.2.10", 1}).answers[0].packet).quoted.size(), 28U);
  EXPECT_EQ(look_at(simulated.send({"2001:db8::10", 1}).answers[0].packet).quoted.size(), 48U);

  const auto with_options = simulated.send({"192.0.2.10", 2}).answers[0].packet;
  const Seen v4 = look_at(with_options);
  EXPECT_EQ(v4.quoted.size(), 20U + 12 + 8);
  EXPECT_EQ(v4.quoted[0], 0x48);
  EXPECT_EQ(finish_sum(add_words(0, v4.quoted.first(32))), 0) << "the quoted header's checksum";
  EXPECT_EQ(v4.quoted[32], 8) << "the echo request behind the options";

  const auto whole = simulated.send({"2001:db8::10", 3, 0x1234, 2000}).answers[0].packet;
  EXPECT_EQ(whole.size(), 1280U) << "RFC 4443, section 2.4";
  const Seen v6 = look_at(whole);
  EXPECT_EQ(v6.quoted[6], 0) << "a hop-by-hop header comes first";
  EXPECT_EQ(v6.quoted[40], protocol_icmp6);
  EXPECT_EQ(v6.quoted[48], 128);
  EXPECT_EQ(simulated.send({"192.0.2.10", 3, 0x1234, 2000}).answers[0].packet.size(), 576U);
}

TEST(SimnetNetwork, MplsLabelsStandWhereTheLengthFieldSaysOrAt128) {
  Simulated simulated(
      "hop mpls 24013\nhop mpls 5/3/254,6 oldext\nhop mpls 7 quote 500\nhop interface xe-0/0/1\n"
      "target 192.0.2.10 2001:db8::10");
  for (const std::string to : both_families) {
    const bool v6 = to == both_families[1];
    const auto extension_of = [&](unsigned ttl, std::size_t size, std::size_t offset,
                                  std::size_t length) {
      const auto packet = simulated.send({to, ttl, 0x1234, size}).answers[0].packet;
      const Seen seen = look_at(packet);
      EXPECT_EQ(seen.rest[v6 ? 0 : 1], length);
      const wire::Bytes extension = seen.quoted.subspan(offset);
      EXPECT_EQ(extension[0], 0x20);
      EXPECT_EQ(finish_sum(add_words(0, extension)), 0);
      return std::vector<std::uint8_t>(extension.begin() + 4, extension.end());
    };
    using Object = std::vector<std::uint8_t>;
    EXPECT_EQ(extension_of(1, 32, 128, v6 ? 16 : 32), (Object{0, 8, 1, 1, 0x05, 0xdc, 0xd1, 1}));
    EXPECT_EQ(extension_of(2, 32, 128, 0), (Object{0, 12, 1, 1, 0, 0, 0x56, 254, 0, 0, 0x61, 1}));
    // 300 bytes of data make a quote of 328 or 348: in 8 byte words 352.
    EXPECT_EQ(extension_of(3, 300, v6 ? 352 : 328, v6 ? 44 : 82),
              (Object{0, 8, 1, 1, 0, 0, 0x71, 1}));
    EXPECT_EQ(
        extension_of(4, 32, 128, v6 ? 16 : 32),
        (Object{0, 20, 2, 0x0a, 0, 0, 0, 4, 12, 'x', 'e', '-', '0', '/', '0', '/', '1', 0, 0, 0}));
  }
}

TEST(SimnetNetwork, BehindANatTheQuotedSourceIsAnotherAndTheChecksumHolds) {
  Simulated simulated("hop nat 203.0.113.7 2001:db8:7::7\nhop\ntarget 192.0.2.10 2001:db8::10");
  for (const std::string to : both_families) {
    const auto before = simulated.send({to, 1}).answers[0].packet;
    EXPECT_EQ(parse_probe(look_at(before).quoted)->source, look_at(before).outer.destination);
    const auto behind = simulated.send({to, 2}).answers[0].packet;
    const auto quoted = parse_probe(look_at(behind).quoted);
    ASSERT_TRUE(quoted);
    EXPECT_EQ(quoted->source.text(), to == both_families[1] ? "2001:db8:7::7" : "203.0.113.7");
    EXPECT_TRUE(transport_checksum_holds(*quoted));
  }
}

TEST(SimnetNetwork, UnreachableComesInsteadOfForwardingAndRefuseInsteadOfAll) {
  Simulated forwards("hop unreachable 13,1\ntarget 192.0.2.10 2001:db8::10");
  EXPECT_EQ(forwards.send({"192.0.2.10", 1}).fate, Fate::expired);
  const auto packet = forwards.send({"2001:db8::10", 2}).answers[0].packet;
  EXPECT_EQ(look_at(packet).type, 1);
  EXPECT_EQ(look_at(packet).code, 1);
  Simulated refuses("hop refuse 12-0\ntarget 192.0.2.10");
  const auto refusal = refuses.send({"192.0.2.10", 1}).answers[0].packet;
  EXPECT_EQ(look_at(refusal).type, 12);
}

TEST(SimnetNetwork, ASmallMtuIsToldToWhomMustNotFragment) {
  Simulated simulated("hop mtu 1300\nhop\ntarget 192.0.2.10 2001:db8::10");
  const auto v4 = simulated.send({"192.0.2.10", 9, 0x1234, 1400}).answers[0].packet;
  EXPECT_EQ(look_at(v4).type, 3);
  EXPECT_EQ(look_at(v4).code, 4);
  EXPECT_EQ(look_at(v4).rest[2] << 8 | look_at(v4).rest[3], 1300);
  const auto v6 = simulated.send({"2001:db8::10", 9, 0x1234, 1400}).answers[0].packet;
  EXPECT_EQ(look_at(v6).type, 2);
  EXPECT_EQ(look_at(v6).rest[2] << 8 | look_at(v6).rest[3], 1300);
  EXPECT_EQ(simulated.send({"192.0.2.10", 9, 0x1234, 1400, false}).fate, Fate::reached);
  EXPECT_EQ(simulated.send({"192.0.2.10", 1, 0x1234, 1400}).fate, Fate::expired);
}

TEST(SimnetNetwork, ALongerWayBackShowsInTheTtl) {
  Simulated simulated("hop\nhop return 4\ntarget 192.0.2.10 ttl 128");
  EXPECT_EQ(look_at(simulated.send({"192.0.2.10", 2}).answers[0].packet).outer.ttl, 250);
  EXPECT_EQ(look_at(simulated.send({}).answers[0].packet).outer.ttl, 126);
}

}  // namespace
}  // namespace simnet
