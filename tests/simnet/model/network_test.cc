#include "simnet/model/network.hh"

#include <gtest/gtest.h>

#include <set>

#include "simnet/model/probes.hh"
#include "support/prefixes.hh"

namespace simnet {
namespace {

using namespace std::chrono_literals;

// A network out of a description's text.
struct Simulated {
  explicit Simulated(std::string_view text, std::uint64_t seed = 1)
      : description(parse_description(text, "test")), network(description, seed) {}
  Outcome send(const EchoRequest& request, Span now = {}) {
    return network.receive(make_echo_request(request), now);
  }
  Description description;
  Network network;
};

// The parts of an ICMP error; the packet it was found in must live on.
struct Seen {
  Probe outer;
  std::uint8_t type = 0, code = 0;
  wire::Bytes rest;  // bytes 4 to 8 of the ICMP header
  wire::Bytes quoted;
};

Seen look_at(const std::vector<std::uint8_t>& packet) {
  Seen seen;
  const auto parsed = parse_probe(packet);
  EXPECT_TRUE(parsed);
  if (!parsed) return seen;
  EXPECT_TRUE(transport_checksum_holds(*parsed));
  if (!parsed->v6) {
    EXPECT_EQ(finish_sum(add_words(0, parsed->header)), 0);
  }
  seen.outer = *parsed;
  seen.type = parsed->payload[0];
  seen.code = parsed->payload[1];
  seen.rest = parsed->payload.subspan(4, 4);
  seen.quoted = parsed->payload.subspan(8);
  return seen;
}

const char* const plain = "hops 3 delay 10\ntarget 192.0.2.10 2001:db8::10 delay 10";
const char* const both_families[] = {"192.0.2.10", "2001:db8::10"};

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

TEST(SimnetNetwork, EachTtlIsAnsweredByItsHopAfterTheDelaysUpToThere) {
  Simulated simulated(plain);
  for (const std::string to : both_families) {
    const bool v6 = to == both_families[1];
    for (unsigned ttl = 1; ttl <= 3; ++ttl) {
      const Outcome outcome = simulated.send({to, ttl});
      EXPECT_EQ(outcome.fate, Fate::expired);
      EXPECT_EQ(outcome.distance, ttl);
      ASSERT_EQ(outcome.answers.size(), 1U);
      EXPECT_EQ(outcome.answers[0].delay, ttl * 10ms);
      const Seen seen = look_at(outcome.answers[0].packet);
      EXPECT_EQ(seen.type, v6 ? 3 : 11);
      EXPECT_EQ(seen.outer.source.text(), (v6 ? "2001:2::" : "198.18.0.") + std::to_string(ttl));
      EXPECT_EQ(seen.outer.ttl, 255 - (ttl - 1));
      EXPECT_EQ(seen.quoted[v6 ? 7 : 8], 1) << "the TTL as it arrived";
    }
  }
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

TEST(SimnetNetwork, TheDestinationIgnoresAWrongChecksum) {
  Simulated simulated(plain);
  auto packet = make_echo_request({});
  packet.back() ^= 1;
  EXPECT_EQ(simulated.network.receive(packet, {}).fate, Fate::ignored);
}

TEST(SimnetNetwork, ErrorsAndMulticastAreNeverAnswered) {
  Simulated simulated(plain);
  auto error = make_echo_request({"192.0.2.10", 1});
  error[20] = 3;
  EXPECT_EQ(simulated.network.receive(error, {}).fate, Fate::ignored);
  EXPECT_EQ(simulated.send({"224.0.0.1", 1}).fate, Fate::ignored);
  EXPECT_EQ(simulated.send({"ff02::1", 1}).fate, Fate::ignored);
}

TEST(SimnetNetwork, AHopCanBeTheDestinationAndAStrangerIsUnreachable) {
  Simulated simulated(plain);
  EXPECT_EQ(simulated.send({"198.18.0.2"}).fate, Fate::reached);
  EXPECT_EQ(simulated.send({"198.18.0.2"}).distance, 2U);
  const Outcome outcome = simulated.send({"203.0.113.1"});
  EXPECT_EQ(outcome.fate, Fate::unreachable);
  EXPECT_EQ(outcome.distance, 1U);
  EXPECT_EQ(look_at(outcome.answers[0].packet).code, 0);
}

TEST(SimnetNetwork, SilenceLossAndDropsAreToldApart) {
  Simulated simulated(
      "hop silent\nhop drop 100\nhop\nhop loss 100\ntarget 192.0.2.10 2001:db8::10");
  const Fate fates[] = {Fate::silent, Fate::dropped, Fate::expired, Fate::lost, Fate::lost};
  for (unsigned ttl = 1; ttl <= 5; ++ttl) {
    const Outcome outcome = simulated.send({"192.0.2.10", ttl});
    EXPECT_EQ(outcome.fate, fates[ttl - 1]) << ttl;
    EXPECT_EQ(outcome.answers.size(), outcome.fate == Fate::expired ? 1U : 0U);
  }
}

TEST(SimnetNetwork, ALinuxLimitLetsSixPassAndThenOneASecond) {
  Simulated simulated("hop limit linux\ntarget 192.0.2.10 limit linux");
  const auto passed = [&](Span now) {
    return simulated.send({"192.0.2.10", 1}, now).fate == Fate::expired;
  };
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(passed(10s)) << i;
  EXPECT_FALSE(passed(10s));
  EXPECT_FALSE(passed(10999ms));
  EXPECT_TRUE(passed(11s));
  EXPECT_FALSE(passed(11s));
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(passed(100s)) << i;
  EXPECT_FALSE(passed(100s));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(simulated.send({}).fate, Fate::reached) << "an echo reply";
}

TEST(SimnetNetwork, DelaysOfTheSlowPathJitterAndDuplicates) {
  Simulated simulated(
      "hop delay 10 slow 300\nhop delay 10 jitter 30\nhop duplicate 2\ntarget 192.0.2.10");
  EXPECT_EQ(simulated.send({"192.0.2.10", 1}).answers[0].delay, 310ms);
  std::set<Span> delays;
  for (int i = 0; i < 50; ++i) {
    const Span delay = simulated.send({"192.0.2.10", 2}).answers[0].delay;
    EXPECT_GE(delay, 14ms);
    EXPECT_LE(delay, 26ms);
    delays.insert(delay);
  }
  EXPECT_EQ(delays.size(), 50U);
  const Outcome outcome = simulated.send({"192.0.2.10", 3});
  ASSERT_EQ(outcome.answers.size(), 2U);
  EXPECT_EQ(outcome.answers[1].delay - outcome.answers[0].delay, 2ms);
  EXPECT_EQ(outcome.answers[1].packet, outcome.answers[0].packet);
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

TEST(SimnetNetwork, AHopThatForwardsTtlZeroIsPassedOver) {
  Simulated simulated("hop ttl0\nhop\ntarget 192.0.2.10");
  const Outcome first = simulated.send({"192.0.2.10", 1});
  EXPECT_EQ(first.distance, 2U);
  EXPECT_EQ(look_at(first.answers[0].packet).quoted[8], 0);
  const Outcome second = simulated.send({"192.0.2.10", 2});
  EXPECT_EQ(second.distance, 2U);
  EXPECT_EQ(look_at(second.answers[0].packet).quoted[8], 1);
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

TEST(SimnetNetwork, OneFlowTakesOneWayAndFlowsSpreadEvenly) {
  Simulated simulated(
      "hop to a b c d\nhop a to e\nhop b to e\nhop c to e\nhop d to e\nhop e\n"
      "target 192.0.2.10 2001:db8::10");
  for (const std::string to : both_families) {
    std::map<std::string, int> seen;
    for (unsigned checksum = 1; checksum <= 4000; ++checksum) {
      const auto where = simulated.send({to, 2, checksum}).responder.text();
      seen[where] += 1;
      EXPECT_EQ(simulated.send({to, 2, checksum, 64}).responder.text(), where);
    }
    ASSERT_EQ(seen.size(), 4U);
    for (const auto& [where, count] : seen) EXPECT_NEAR(count, 1000, 150) << where;
  }
}

TEST(SimnetNetwork, PerPacketBalancingMixesOneFlow) {
  Simulated simulated(
      "hop balance packet to a b\nhop a to c\nhop b to c\nhop c\ntarget 192.0.2.10");
  std::map<Ip, int> seen;
  for (int i = 0; i < 1000; ++i) seen[simulated.send({"192.0.2.10", 2}).responder] += 1;
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_NEAR(seen.begin()->second, 500, 100);
}

TEST(SimnetNetwork, OnlyWaysToTheDestinationAreTaken) {
  Simulated simulated(
      "hop to a b\nhop a to t\nhop b to u\ntarget u 192.0.2.10\ntarget t 192.0.2.20");
  for (unsigned checksum = 1; checksum < 50; ++checksum) {
    EXPECT_EQ(simulated.send({"192.0.2.10", 2, checksum}).responder.text(), "198.18.0.3");
    EXPECT_EQ(simulated.send({"192.0.2.20", 2, checksum}).responder.text(), "198.18.0.2");
  }
}

TEST(SimnetNetwork, ALoopGoesOnUntilTheTtlEnds) {
  Simulated simulated("hop\nhop a\nhop to a\ntarget 192.0.2.10");
  EXPECT_EQ(simulated.send({"192.0.2.10", 255}).fate, Fate::expired);
  EXPECT_EQ(simulated.send({"192.0.2.10", 4}).responder.text(), "198.18.0.2");
  EXPECT_EQ(simulated.send({"192.0.2.10", 5}).responder.text(), "198.18.0.3");
}

TEST(SimnetNetwork, APrefixGivesEachDestinationARouterOfItsOwn) {
  Simulated simulated("hop 10.7.0.0/16 limit 1/1000\ntarget 10.9.0.0/16");
  EXPECT_EQ(simulated.send({"10.9.3.4", 1}).responder.text(), "10.7.3.4");
  EXPECT_EQ(simulated.send({"10.9.3.5", 1}).fate, Fate::expired) << "a limit of its own, too";
  EXPECT_EQ(simulated.send({"10.9.3.4", 1}).fate, Fate::limited);
  EXPECT_EQ(simulated.send({"10.9.255.1", 2}).fate, Fate::reached);
}

TEST(SimnetNetwork, ALongerWayBackShowsInTheTtl) {
  Simulated simulated("hop\nhop return 4\ntarget 192.0.2.10 ttl 128");
  EXPECT_EQ(look_at(simulated.send({"192.0.2.10", 2}).answers[0].packet).outer.ttl, 250);
  EXPECT_EQ(look_at(simulated.send({}).answers[0].packet).outer.ttl, 126);
}

TEST(Simnet, RefusesOnlyWhatIsNotAdmitted) {
  Simulated burst("hop unreachable 13 admit 2/1000\ntarget 192.0.2.10");
  EXPECT_EQ(burst.send({"192.0.2.10"}).fate, Fate::reached);
  EXPECT_EQ(burst.send({"192.0.2.10"}).fate, Fate::reached);
  EXPECT_EQ(burst.send({"192.0.2.10"}).fate, Fate::unreachable);
  EXPECT_EQ(burst.send({"192.0.2.10"}, 1s).fate, Fate::reached);
  Simulated share("hop refuse 13 admit 25\ntarget 192.0.2.10");
  int reached = 0;
  for (int i = 0; i < 1000; ++i)
    reached += share.send({"192.0.2.10"}).fate == Fate::reached ? 1 : 0;
  EXPECT_NEAR(reached, 250, 50);
}

TEST(Simnet, DestinationMayAnswerSomeEchoesOnly) {
  Simulated limited("hop\ntarget 192.0.2.10 echolimit 2/1000");
  Simulated seldom("hop\ntarget 192.0.2.10 every 3");
  for (const Fate fate : {Fate::reached, Fate::reached, Fate::limited}) {
    EXPECT_EQ(limited.send({"192.0.2.10"}).fate, fate);
  }
  for (const Fate fate : {Fate::limited, Fate::limited, Fate::reached, Fate::limited}) {
    EXPECT_EQ(seldom.send({"192.0.2.10"}).fate, fate);
  }
}

}  // namespace
}  // namespace simnet
