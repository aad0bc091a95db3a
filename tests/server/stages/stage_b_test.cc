// The datagrams of stage b: faults, orders, sources and acks.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>

#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "server/stages/faults.hh"

namespace server {
namespace {

const std::vector<Fault> faults_b{
    {"WrongPsecret", [](const Packet& p, const Client& c) { return with(p, 4, c.a.secret_a + 1); }},
    {"ZeroPsecret", [](const Packet& p, const Client&) { return with(p, 4, 0); }},
    {"Step2", [](const Packet& p, const Client&) { return with_step(p, 2); }},
    {"PayloadLenWithoutId", [](const Packet& p, const Client& c) { return with(p, 0, c.a.len); }},
    {"PayloadLenOneMore", [](const Packet& p, const Client& c) { return with(p, 0, c.a.len + 5); }},
    {"FourBytesShort", [](const Packet& p, const Client&) { return resized(p, p.size() - 4); }},
    {"FourBytesLong", [](const Packet& p, const Client&) { return resized(p, p.size() + 4); }},
    {"NotPadded", [](const Packet& p, const Client&) { return resized(p, p.size() - 1); }},
    {"NonzeroByte",
     [](const Packet& p, const Client& c) {
       Packet changed = p;
       changed[12 + 4 + c.a.len - 1] = 1;
       return changed;
     }},
    {"IdIsNum", [](const Packet& p, const Client& c) { return with(p, 12, c.a.num); }},
    {"Id32Bits", [](const Packet& p, const Client&) { return with(p, 12, 0xffffffff); }},
    {"HeaderOnly", [](const Packet& p, const Client&) { return resized(p, 12); }},
    {"ThreeBytes", [](const Packet& p, const Client&) { return resized(p, 3); }},
};

class StageB : public testing::TestWithParam<Fault> {};

TEST_P(StageB, FaultEndsTheSessionInSilence) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  client.udp.send(GetParam().make(client.b1(0), client), client.stage_b);
  EXPECT_TRUE(wait_until([&] { return server.idle(); })) << "the session goes on";
  EXPECT_EQ(client.udp.take(), std::nullopt);
}

// A stranger's faulty datagrams are passed over; those that hold the secret count.
TEST_P(StageB, FaultOfAStrangerHarmsNobody) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  Datagrams stranger("127.0.0.2");
  Packet faulty = GetParam().make(client.b1(0), client);
  if (faulty.size() >= 12) faulty = with(faulty, 4, client.a.secret_a + 1);
  stranger.send(faulty, client.stage_b);
  for (std::uint32_t i = 0; i < client.a.num; ++i) {
    client.udp.send(client.b1(i), client.stage_b);
    client.expect_ack(client.udp, i);
  }
  client.expect_b2(client.udp);
  EXPECT_EQ(stranger.take(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Server, StageB, testing::ValuesIn(faults_b), name_of<Fault>);

TEST(StageServer, FaultWithTheSecretFromAnywhereEndsTheSession) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  Datagrams other("127.0.0.2");
  other.send(with_step(client.b1(0), 2), client.stage_b);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
}

// How the ids are sent: each must lead to one ack for each packet, and b2.
struct Order {
  std::string name;
  std::function<std::vector<std::uint32_t>(std::uint32_t num)> ids;
};

class StageBOrder : public testing::TestWithParam<Order> {};

TEST_P(StageBOrder, Completes) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  const auto ids = GetParam().ids(client.a.num);
  for (const std::uint32_t id : ids) client.udp.send(client.b1(id), client.stage_b);
  std::vector<bool> acked(client.a.num);
  Packet packet;
  while ((packet = client.udp.receive()).size() == 16)
    acked[wire::decode_ack(packet)->packet_id] = true;
  EXPECT_EQ(packet.size(), 20U);
  EXPECT_TRUE(std::ranges::all_of(acked, [](bool a) { return a; }));
}

std::vector<std::uint32_t> in_order(std::uint32_t num) {
  std::vector<std::uint32_t> ids(num);
  for (std::uint32_t i = 0; i < num; ++i) ids[i] = i;
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Server, StageBOrder,
                         testing::Values(Order{"AllAtOnce", in_order},
                                         Order{"InReverse",
                                               [](std::uint32_t num) {
                                                 auto ids = in_order(num);
                                                 std::ranges::reverse(ids);
                                                 return ids;
                                               }},
                                         Order{"EachTwice",
                                               [](std::uint32_t num) {
                                                 std::vector<std::uint32_t> ids;
                                                 for (const auto id : in_order(num))
                                                   ids.insert(ids.end(), 2, id);
                                                 return ids;
                                               }}),
                         name_of<Order>);

TEST(StageServer, AcksToTheSocketThatSent) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  for (std::uint32_t i = 0; i < client.a.num; ++i) {
    Datagrams fresh;
    fresh.send(client.b1(i), client.stage_b);
    client.expect_ack(fresh, i);
    if (i + 1 == client.a.num) client.expect_b2(fresh);
  }
  EXPECT_EQ(client.udp.take(), std::nullopt);
}

TEST(StageServer, AcksADuplicateAgainAndCountsItOnce) {
  Server server(long_silence);
  Client client(server);
  client.through_a();
  for (int time = 0; time < 20; ++time) {
    client.udp.send(client.b1(0), client.stage_b);
    client.expect_ack(client.udp, 0);
  }
  EXPECT_EQ(client.udp.take(), std::nullopt) << "no b2 after 20 times the same packet";
}

// Whatever share of the others is not: what was acked once is not lost again.
TEST(StageServer, AcksAPacketThatWasAckedBeforeWhateverItsLoss) {
  Server server(long_silence, 99);
  Client client(server);
  client.through_a();
  ASSERT_TRUE(wait_until([&] {
    client.udp.send(client.b1(0), client.stage_b);
    return client.udp.take().has_value();
  }));
  for (int i = 0; i < 20 && !HasFailure(); ++i) {
    client.udp.send(client.b1(0), client.stage_b);
    client.expect_ack(client.udp, 0);
  }
}

// Some clients use a new socket for each packet; of those of one session 64 are remembered.
TEST(StageServer, KnowsTheLastSourcesOfASession) {
  testing::internal::CaptureStderr();
  std::optional<Server> kept(std::in_place, long_silence);
  Server& server = *kept;
  Client client(server);
  client.through_a();
  for (int i = 1; i <= 64; ++i) {
    Datagrams fresh(("127.0.1." + std::to_string(i)).c_str());
    const auto id = i < 64 ? 0 : client.a.num - 1;
    for (std::uint32_t each = i < 64 ? 0 : 1; each <= id; ++each) {
      fresh.send(client.b1(each), client.stage_b);
      client.expect_ack(fresh, each);
    }
    if (i == 64) client.expect_b2(fresh);
  }
  const auto connect_from = [&](const char* host) {
    net::FileDescriptor socket = net::open_socket(net::Family::ipv4, SOCK_STREAM);
    const net::Address from = *net::Address::parse(host);
    EXPECT_EQ(net::bind_to(socket.get(), from), 0);
    EXPECT_EQ(net::connect_to(socket.get(), client.stage_c), 0);
    return net::Stream(std::move(socket));
  };
  net::Stream first = connect_from("127.0.0.1");  // that of a1
  std::uint8_t byte = 0;
  EXPECT_EQ(first.receive_some({&byte, 1}, net::Deadline::after(20s)).count, 0U)
      << "forgotten, as 64 came after it";
  net::Stream connection = connect_from("127.0.1.1");
  client.expect_c2(connection);
  client.finish(connection);
  kept.reset();
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("session 1: 127.0.0.1:"), std::string::npos)
      << "the session is that of a1's source still: " << words;
}

TEST(StageServer, LeavesAtLeastOnePacketUnackedAtFirst) {
  Server server(long_silence, 1);
  for (int session = 0; session < 20; ++session) {
    Client client(server);
    client.through_a();
    for (std::uint32_t i = 0; i < client.a.num; ++i) client.udp.send(client.b1(i), client.stage_b);
    // A fault ends the session: whatever came before it has been looked at then.
    client.udp.send(with_step(client.b1(0), 2), client.stage_b);
    ASSERT_TRUE(wait_until([&] { return server.idle(); }));
    std::size_t acks = 0;
    while (client.udp.take()) ++acks;
    EXPECT_LT(acks, client.a.num);
  }
}

// The ack, or b2, may have been lost; the client may need both, in this order.
TEST(StageServer, AnswersADuplicateAfterB2WithItsAckThenB2AndNothingElse) {
  Server server(long_silence);
  Client client(server);
  client.through_b();
  const auto port = client.b.tcp_port;
  client.udp.send(with_step(client.b1(0), 2), client.stage_b);
  client.udp.send(with(client.b1(0), 12, client.a.num), client.stage_b);
  for (std::uint32_t id = 0; id < client.a.num; ++id) {
    client.udp.send(client.b1(id), client.stage_b);
    client.expect_ack(client.udp, id);
    client.expect_b2(client.udp);
    EXPECT_EQ(client.b.tcp_port, port);
  }
  EXPECT_EQ(client.udp.take(), std::nullopt);
  auto connection = client.connect();
  client.expect_c2(connection);
  client.finish(connection);
}

}  // namespace
}  // namespace server
