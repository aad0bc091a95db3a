// Stages c and d: who may connect, and the stream of d1s.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "cli/log.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "server/stages/faults.hh"
#include "support/descriptors.hh"
#include "support/formats/json_value.hh"

namespace server {
namespace {

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
  const net::Address from = *net::Address::parse("127.0.0.2");
  ASSERT_EQ(net::bind_to(stranger.get(), from), 0);
  ASSERT_EQ(net::connect_to(stranger.get(), client.stage_c), 0);
  net::Stream connection = client.connect();
  client.expect_c2(connection);
  client.finish(connection);
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

// The record names the message alone, though the words say more of it.
TEST(StageServer, RecordsTheMessageThatBrokeTheRule) {
  const Pipe pipe;
  cli::LogWriter records(pipe.write_end.get(), cli::LogWriter::Lines::json);
  Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false, {}, 0, &records});
  Client client(server);
  auto connection = client.through_c();
  Packet all = client.all_d1();
  all.push_back(0);
  ASSERT_EQ(connection.send_all(all, net::Deadline::after(20s)).ending, net::Ending::full);
  ASSERT_TRUE(net::wait_readable({pipe.read_end.get()}, net::Deadline::after(20s)));
  const std::string record = pipe.read_some();
  EXPECT_TRUE(record.ends_with('\n') && parse_json(record.substr(0, record.size() - 1))) << record;
  for (const char* part :
       {"\"stage\":\"d\",\"complete\":false,\"duration\":",
        "\"rule\":12,\"message\":\"d1\",\"seen\":\"1 bytes\",\"expected\":\"0\",\"guess\":null,"
        "\"words\":\"d1: unexpected number of buffers after message ",
        " 1 bytes, 0 expected\",\"wrong\":null}\n"}) {
    EXPECT_NE(record.find(part), record.npos) << part << " in " << record;
  }
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

}  // namespace
}  // namespace server
