// Which way a probe takes, and what becomes of it there.
#include "simnet/model/network.hh"

#include <set>

#include "simnet/model/simulated.hh"

namespace simnet {
namespace {

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

TEST(SimnetNetwork, WhoForwardsMaySaySomethingBesides) {
  Simulated simulated("hop also 5-1\nhop silent\ntarget 192.0.2.10 2001:db8::10");
  EXPECT_EQ(simulated.send({"192.0.2.10", 1}).answers.size(), 1U);
  const Outcome outcome = simulated.send({"192.0.2.10", 2});
  EXPECT_EQ(outcome.fate, Fate::silent);
  ASSERT_EQ(outcome.answers.size(), 1U);
  EXPECT_EQ(look_at(outcome.answers[0].packet).type, 5);
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

TEST(SimnetNetwork, AHopThatForwardsTtlZeroIsPassedOver) {
  Simulated simulated("hop ttl0\nhop\ntarget 192.0.2.10");
  const Outcome first = simulated.send({"192.0.2.10", 1});
  EXPECT_EQ(first.distance, 2U);
  EXPECT_EQ(look_at(first.answers[0].packet).quoted[8], 0);
  const Outcome second = simulated.send({"192.0.2.10", 2});
  EXPECT_EQ(second.distance, 2U);
  EXPECT_EQ(look_at(second.answers[0].packet).quoted[8], 1);
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
