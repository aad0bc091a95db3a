// The server against right and faulty clients that are scripted here byte by byte, over loopback.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>

#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "server/random.hh"
#include "support/stage_server_peer.hh"

namespace server {
namespace {

constexpr auto long_silence = 60s;  // never reached: a session that ends broke a rule
constexpr auto short_silence = 200ms;

struct Fault {
  std::string name;
  std::function<Packet(const Packet&, const Client&)> make;
};

template <typename Case>
std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

// Stage a ---------------------------------------------------------------------------------------

const std::vector<Fault> faults_a{
    {"Empty", [](const Packet&, const Client&) { return Packet(); }},
    {"FiveBytes", [](const Packet& p, const Client&) { return resized(p, 5); }},
    {"HeaderOnly", [](const Packet& p, const Client&) { return resized(p, 12); }},
    {"NoNul", [](const Packet& p, const Client&) { return resized(with(p, 0, 11), 23); }},
    {"PayloadLen11", [](const Packet& p, const Client&) { return with(p, 0, 11); }},
    {"PayloadLen13", [](const Packet& p, const Client&) { return with(p, 0, 13); }},
    {"PayloadLen16", [](const Packet& p, const Client&) { return with(p, 0, 16); }},
    {"PayloadLen31Bits", [](const Packet& p, const Client&) { return with(p, 0, 0x7fffffff); }},
    {"PayloadLen32Bits", [](const Packet& p, const Client&) { return with(p, 0, 0xffffffff); }},
    {"Bytes25", [](const Packet& p, const Client&) { return resized(p, 25); }},
    {"Bytes28", [](const Packet& p, const Client&) { return resized(p, 28); }},
    {"Psecret1", [](const Packet& p, const Client&) { return with(p, 4, 1); }},
    {"Step0", [](const Packet& p, const Client&) { return with_step(p, 0); }},
    {"Step2", [](const Packet& p, const Client&) { return with_step(p, 2); }},
    {"OneLetterWrong", [](const Packet& p, const Client&) { return with(p, 12, 0x68656c6d); }},
    {"UpperCase", [](const Packet& p, const Client&) { return with(p, 12, 0x48454c4c); }},
    {"NotText", [](const Packet& p, const Client&) { return with(p, 12, 0xff00fe01); }},
    {"LittleEndian", [](const Packet& p, const Client&) { return with(p, 0, 0x0c000000); }},
    {"Bytes1400", [](const Packet& p, const Client&) { return resized(p, 1400); }},
};

class StageA : public testing::TestWithParam<Fault> {};

TEST_P(StageA, FaultIsAnsweredBySilence) {
  Server server(long_silence);
  Client client(server);
  client.udp.send(GetParam().make(wire::encode_a1(461), client), server.address());
  // Datagrams are taken in order, so the first answer is to the first that is right.
  client.id = 7;
  client.through_a();
  EXPECT_EQ(client.udp.take(), std::nullopt);
  EXPECT_EQ(server.pool.running(), 1U) << "a faulty a1 opens no session";
}

INSTANTIATE_TEST_SUITE_P(Server, StageA, testing::ValuesIn(faults_a), name_of<Fault>);

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

// Stage b ---------------------------------------------------------------------------------------

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
    const net::Address from = net::resolve(host, 0, net::Family::any, {}).front();
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

// A right b1 that comes for ever is no progress, before b2 as after it.
TEST(StageServer, ARightPacketRepeatedForEverDoesNotKeepASession) {
  for (const bool after_b2 : {false, true}) {
    Server server(100ms);
    Client client(server);
    after_b2 ? client.through_b() : client.through_a();
    testing::internal::CaptureStderr();
    EXPECT_TRUE(wait_until([&] {
      client.udp.try_send(client.b1(0), client.stage_b);
      return server.idle();
    }));
    const std::string words = testing::internal::GetCapturedStderr();
    EXPECT_NE(words.find("nothing new for 1.0 s, only packets that were acked before"),
              std::string::npos)
        << words;
  }
}

TEST(StageServer, AStrangersFloodDoesNotKeepASession) {
  Server server(100ms);
  Client client(server);
  client.through_a();
  Datagrams stranger("127.0.0.2");
  EXPECT_TRUE(wait_until([&] {
    for (int i = 0; i < 1000; ++i) stranger.try_send({'x'}, client.stage_b);
    return server.idle();
  }));
}

TEST(StageServer, ADripOfBytesDoesNotKeepASession) {
  Server server(100ms);
  Client client(server);
  auto connection = client.through_c();
  // A header at least, a byte every 100 ms: longer than a message may take.
  const Packet message = client.d1();
  bool taken = true;
  for (std::size_t i = 0; taken && i + 1 < message.size(); ++i) {
    Packet buffer(1);
    const auto got = connection.receive_some(buffer, net::Deadline::after(90ms));
    taken =
        got.ending == net::Ending::silent &&
        connection.send_all(wire::Bytes(message).subspan(i, 1), net::Deadline::after(20s)).ending ==
            net::Ending::full;
  }
  EXPECT_FALSE(taken) << "the session goes on";
}

TEST(StageServer, EndsASessionThatFallsSilentAtTheStart) {
  Server server(short_silence);
  Client client(server);
  client.through_a();
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  client.udp.send(client.b1(0), client.stage_b);
  EXPECT_EQ(client.udp.take(), std::nullopt);
}

TEST(StageServer, EndsASessionThatFallsSilentInTheMiddle) {
  Server server(short_silence);
  Client client(server);
  client.through_a();
  client.udp.send(client.b1(0), client.stage_b);
  client.expect_ack(client.udp, 0);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
}

TEST(StageServer, LetsASlowClientKeepItsSession) {
  Server server(1500ms);
  Client client(server);
  client.through_a();
  // Longer than the silence allowed in all, but never at once.
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(700ms);
    client.udp.send(client.b1(i), client.stage_b);
    client.expect_ack(client.udp, i);
  }
}

TEST(StageServer, AStrangerDoesNotKeepASessionAlive) {
  Server server(short_silence);
  Client client(server);
  client.through_a();
  Datagrams stranger("127.0.0.2");
  EXPECT_TRUE(wait_until([&] {
    net::FileDescriptor ignored;
    stranger.send(with(client.b1(0), 4, 1), client.stage_b);
    return server.idle();
  }));
}

// Stage c ---------------------------------------------------------------------------------------

TEST(StageServer, RefusesAConnectionThatComesTooLate) {
  Server server(short_silence);
  Client client(server);
  client.through_b();
  ASSERT_TRUE(wait_until([&] { return server.idle(); }));
  EXPECT_THROW(client.connect(), std::system_error);
}

TEST(StageServer, ClosesOnSilenceAfterC2) {
  Server server(short_silence);
  Client client(server);
  auto connection = client.through_c();
  Packet buffer(1);
  EXPECT_EQ(connection.receive_some(buffer, net::Deadline::after(20s)).ending, net::Ending::end);
}

TEST(StageServer, ServesOneOfTwoConnections) {
  Server server(long_silence);
  Client client(server);
  client.through_b();
  net::Stream first = client.connect();
  std::optional<net::Stream> second;
  try {
    second.emplace(client.connect());
  } catch (const std::system_error&) {  // the port may be gone by then
  }
  client.expect_c2(first);
  client.finish(first);
}

TEST(StageServer, PassesOverAStrangersConnection) {
  Server server(long_silence);
  Client client(server);
  client.through_b();
  net::FileDescriptor stranger = net::open_socket(net::Family::ipv4, SOCK_STREAM);
  const net::Address from = net::resolve("127.0.0.2", 0, net::Family::any, {}).front();
  ASSERT_EQ(net::bind_to(stranger.get(), from), 0);
  ASSERT_EQ(net::connect_to(stranger.get(), client.stage_c), 0);
  net::Stream connection = client.connect();
  client.expect_c2(connection);
  client.finish(connection);
}

void reset(net::Stream connection) {
  const linger abort{1, 0};
  setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

TEST(StageServer, LivesThroughAResetAtOnce) {
  Server server(long_silence);
  Client client(server);
  client.through_b();
  reset(client.connect());
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  Client next(server);
  auto connection = next.through_c();
  next.finish(connection);
}

// Stage d ---------------------------------------------------------------------------------------

struct Stream {
  std::string name;
  std::function<Packet(const Client&)> make;  // all that the client sends
  bool half_close = false;
};

Packet once_changed(const Client& client, std::uint32_t index,
                    const std::function<Packet(Packet)>& change) {
  Packet all;
  for (std::uint32_t i = 0; i < client.c.num2; ++i) {
    const Packet one = i == index ? change(client.d1()) : client.d1();
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

const std::vector<Stream> faults_d{
    {"WrongPsecret",
     [](const Client& c) {
       return once_changed(c, 0, [&](Packet p) { return with(p, 4, c.c.secret_c + 1); });
     }},
    {"SecretBAgain",
     [](const Client& c) {
       return once_changed(c, 1, [&](Packet p) { return with(p, 4, c.b.secret_b); });
     }},
    {"Step2",
     [](const Client& c) {
       return once_changed(c, c.c.num2 - 1, [](Packet p) { return with_step(p, 2); });
     }},
    {"PayloadLenWithHeader",
     [](const Client& c) {
       return once_changed(c, 0, [&](Packet p) { return with(p, 0, c.c.len2 + 12); });
     }},
    {"PayloadLenOneMore",
     [](const Client& c) {
       return once_changed(c, 1, [&](Packet p) { return with(p, 0, c.c.len2 + 1); });
     }},
    {"PayloadLen32Bits",
     [](const Client& c) {
       return once_changed(c, 0, [](Packet p) { return with(p, 0, 0xffffffff); });
     }},
    {"OneWrongByte",
     [](const Client& c) {
       return once_changed(c, c.c.num2 - 1, [&](Packet p) {
         p[12 + c.c.len2 - 1] ^= 1;
         return p;
       });
     }},
    {"HeaderOnTheFirstOnly",
     [](const Client& c) {
       Packet all = c.d1();
       for (std::uint32_t i = 1; i < c.c.num2; ++i)
         all.insert(all.end(), wire::padded(c.c.len2), c.c.c);
       return resized(all, c.c.num2 * c.d1().size());
     }},
    {"OneTooFewThenHalfClose",
     [](const Client& c) { return resized(c.all_d1(), (c.c.num2 - 1) * c.d1().size()); }, true},
    {"OneTooMany",
     [](const Client& c) {
       Packet all = c.all_d1();
       const Packet more = c.d1();
       all.insert(all.end(), more.begin(), more.end());
       return all;
     }},
    {"OneByteTooMany", [](const Client& c) { return resized(c.all_d1(), c.all_d1().size() + 1); }},
    {"NoPadding",
     [](const Client& c) {
       // Whatever len2 is, the stream is shorter than the server expects or shifted in it.
       Packet all;
       for (std::uint32_t i = 0; i < c.c.num2; ++i) {
         const Packet one = resized(c.d1(), 12 + c.c.len2 - (c.c.len2 % 4 == 0 ? 1 : 0));
         all.insert(all.end(), one.begin(), one.end());
       }
       return all;
     },
     true},
};

class StageD : public testing::TestWithParam<Stream> {};

TEST_P(StageD, FaultClosesWithoutASecret) {
  Server server(long_silence);
  Client client(server);
  auto connection = client.through_c();
  // The server may close before it has taken all.
  (void)connection.send_all(GetParam().make(client), net::Deadline::after(20s));
  if (GetParam().half_close) shutdown(connection.get(), SHUT_WR);
  Packet buffer(16);
  const auto got = connection.receive_exactly(buffer, net::Deadline::after(20s));
  EXPECT_EQ(got.count, 0U);
  EXPECT_EQ(got.ending, net::Ending::end);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
}

INSTANTIATE_TEST_SUITE_P(Server, StageD, testing::ValuesIn(faults_d), name_of<Stream>);

TEST(StageServer, ClosesOnOneMessageTooFewThenSilence) {
  Server server(short_silence);
  Client client(server);
  auto connection = client.through_c();
  const Packet all = client.all_d1();
  const Packet few = resized(all, all.size() - client.d1().size());
  ASSERT_EQ(connection.send_all(few, net::Deadline::after(20s)).ending, net::Ending::full);
  Packet buffer(16);
  EXPECT_EQ(connection.receive_exactly(buffer, net::Deadline::after(20s)).ending, net::Ending::end);
}

TEST(StageServer, TakesMessagesPaddedWithAnything) {
  Server server(long_silence);
  Client client(server);
  auto connection = client.through_c();
  for (std::uint32_t i = 0; i < client.c.num2; ++i) {
    Packet one = client.d1();
    std::fill(one.begin() + 12 + client.c.len2, one.end(), std::uint8_t{0xa5});
    ASSERT_EQ(connection.send_all(one, net::Deadline::after(20s)).ending, net::Ending::full);
  }
  client.expect_d2(connection);
}

TEST(StageServer, TakesTheStreamInPiecesOfAnySize) {
  Server server(long_silence);
  for (const std::size_t piece : std::initializer_list<std::size_t>{1, 7, 13, 1000}) {
    Client client(server);
    auto connection = client.through_c();
    const Packet all = client.all_d1();
    for (std::size_t at = 0; at < all.size(); at += piece) {
      const auto part = wire::Bytes(all).subspan(at, std::min(piece, all.size() - at));
      ASSERT_EQ(connection.send_all(part, net::Deadline::after(20s)).ending, net::Ending::full);
    }
    client.expect_d2(connection);
  }
}

TEST(StageServer, TakesSlowMessages) {
  Server server(1500ms);
  Client client(server);
  auto connection = client.through_c();
  for (std::uint32_t i = 0; i < client.c.num2; ++i) {
    if (i < 3) std::this_thread::sleep_for(700ms);
    ASSERT_EQ(connection.send_all(client.d1(), net::Deadline::after(20s)).ending,
              net::Ending::full);
  }
  client.expect_d2(connection);
}

TEST(StageServer, LivesThroughAResetInTheMiddle) {
  Server server(long_silence);
  {
    Client client(server);
    auto connection = client.through_c();
    ASSERT_EQ(connection.send_all(client.d1(), net::Deadline::after(20s)).ending,
              net::Ending::full);
    reset(std::move(connection));
  }
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  Client next(server);
  auto connection = next.through_c();
  next.finish(connection);
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

}  // namespace
}  // namespace server
