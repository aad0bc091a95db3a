// Sessions as a whole: whom the server serves, how many, and with which numbers.
#include <gtest/gtest.h>

#include <algorithm>

#include "server/random.hh"
#include "server/stages/faults.hh"
#include "server/stages/session_plan.hh"
#include "support/needs_ipv6.hh"

namespace server {
namespace {

TEST(StageServer, ServesAnyStudentId) {
  Server server(long_silence);
  for (const int id : {0, 999, 65535}) {
    Client client(server, static_cast<std::uint16_t>(id));
    auto connection = client.through_c();
    client.finish(connection);
  }
}

TEST(StageServer, OpensASessionForEachA1) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  const wire::A2 first = client.a;
  client.through_a();
  EXPECT_NE(first.udp_port, client.a.udp_port);
  EXPECT_NE(first.secret_a, client.a.secret_a);
  EXPECT_EQ(server.pool.running(), 2U);
}

TEST(StageServer, TurnsANewcomerAwayBySilenceWhenFull) {
  Server server(long_silence, 0, 1);
  Client inside(server);
  Client outside(server);
  inside.through_a();
  outside.udp.send(wire::encode_a1(461), server.address());
  // The one inside is not harmed, and when it is gone the next is served.
  auto connection = [&] {
    for (std::uint32_t i = 0; i < inside.a.num; ++i) {
      inside.udp.send(inside.b1(i), inside.stage_b);
      inside.expect_ack(inside.udp, i);
    }
    inside.expect_b2(inside.udp);
    net::Stream opened = inside.connect();
    inside.expect_c2(opened);
    return opened;
  }();
  inside.finish(connection);
  connection.finish(net::Deadline::after(20s));
  ASSERT_TRUE(wait_until([&] { return server.idle(); }));
  EXPECT_EQ(outside.udp.take(), std::nullopt);
  outside.through_a();
}

TEST(StageServer, SpeaksIpv6) {
  NEEDS_IPV6();
  Server server(long_silence, 0, 100, net::Family::ipv6);
  Client client(server);
  auto connection = client.through_c();
  client.finish(connection);
}

TEST(StageServer, SecretsDifferAndAreNeverZero) {
  for (int i = 0; i < 1000; ++i) {
    const StageNumbers n = draw_numbers(random_number);
    std::vector<std::uint32_t> secrets{n.a.secret_a, n.b.secret_b, n.c.secret_c, n.d.secret_d};
    std::ranges::sort(secrets);
    EXPECT_GT(secrets.front(), 0U);
    EXPECT_EQ(std::ranges::adjacent_find(secrets), secrets.end());
    EXPECT_TRUE(n.a.num > 0 && n.a.len > 0 && n.c.num2 > 0 && n.c.len2 > 0);
  }
}

TEST(StageServer, StopsAtOnceWithSessionsInEveryStage) {
  Server server(long_silence);
  Client in_b(server), in_c(server), in_d(server);
  in_b.through_a();
  in_c.through_b();
  auto connection = in_d.through_c();
  server.stop();
  EXPECT_TRUE(server.idle());
}

// Whose c2 is on its way, in pieces.
TEST(StageServer, AccusesNoClientOfTheServersOwnStop) {
  std::uint64_t seed = 0;
  const auto fits = [](const SessionPlan& plan) {
    return plan.piece == 1 && plan.udp_late == 0ms && plan.tcp_late == 0ms &&
           plan.withheld_chance == 0 && plan.delayed_chance == 0;
  };
  while (!fits(exercising_plan(seed))) ++seed;
  testing::internal::CaptureStderr();
  {
    Server server(long_silence, 0, 100, net::Family::ipv4, seed);
    Client client(server);
    client.through_a();
    std::optional<Packet> b2;
    EXPECT_TRUE(wait_until([&] {
      for (std::uint32_t id = 0; id < client.a.num; ++id) {
        client.udp.try_send(client.b1(id), client.stage_b);
      }
      b2 = client.udp.take();
      return b2 && b2->size() == 20;
    }));
    client.b = *wire::decode_b2(*b2);
    client.stage_c = client.main_port.with_port(static_cast<std::uint16_t>(client.b.tcp_port));
    net::Stream connection = client.connect();
    Packet first(1);
    EXPECT_EQ(connection.receive_some(first, net::Deadline::after(20s)).count, 1U);
    server.stop();
  }
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("the server was stopped"), std::string::npos) << words;
  EXPECT_EQ(words.find("the client broke the connection"), std::string::npos) << words;
}

}  // namespace
}  // namespace server
