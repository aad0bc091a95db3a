// The echo service, over loopback.
#include "net/sockaddr.hh"
#include "server/handlers.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string_view>

#include "net/socket.hh"
#include "support/connection_service.hh"
#include "support/needs_ipv6.hh"
#include "support/stage_server_peer.hh"

namespace server {
namespace {

class EchoServer {
 public:
  explicit EchoServer(const char* host)
      : listeners_(net::listen_on({*net::Address::parse(host)}, {SOCK_DGRAM})) {
    EXPECT_TRUE(pool_.run([this] { echo_datagrams(listeners_.front(), pool_); }));
  }
  ~EchoServer() { pool_.stop(); }
  const net::Address& address() const { return listeners_.front().address; }

 private:
  net::ThreadPool pool_{1, 256 * 1024};
  std::vector<net::Listener> listeners_;
};

const Packet words{'h', 'e', 'l', 'l', 'o'};

Packet numbered(std::uint32_t number) { return wire::Writer().u32(number).done(); }

TEST(TcpEcho, SendsBackWhatComesInPiecesOfAnySize) {
  Service service(10, [](net::Stream& stream) { echo_stream(stream, 30s); });
  net::Stream client = service.connect();
  std::string sent;
  for (std::size_t size = 1; size < 300'000; size = size * 3 + 1) {
    sent += std::string(size, static_cast<char>('a' + size % 26));
  }
  std::thread sender([&] {
    ::send(client, sent);
    client.half_close();
  });
  EXPECT_EQ(receive_all(client), sent);
  sender.join();
}

class UdpEcho : public testing::TestWithParam<const char*> {};

TEST_P(UdpEcho, WhatComesGoesBack) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  EchoServer server(GetParam());
  Datagrams client(server.address().family());
  for (const Packet& packet :
       {words, Packet(), Packet(1472, 7), Packet(9000, 7), Packet(65507, 7)}) {
    client.send(packet, server.address());
    EXPECT_EQ(client.receive(), packet);
  }
}

// A peer that sends back what it gets, as another echo server does.
TEST_P(UdpEcho, WhatComesBackAsItWasSentDoesNotGoRoundForEver) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  EchoServer server(GetParam());
  Datagrams peer(server.address().family());
  unsigned echoes = 0;
  peer.send(words, server.address());
  for (std::uint32_t number = 0;; ++number) {
    // Datagrams are taken in order: after the numbered one it is known whether the other came.
    peer.send(numbered(number), server.address());
    Packet packet = peer.receive();
    if (packet == numbered(number)) break;
    ++echoes;
    ASSERT_LT(echoes, 1000U) << "it goes round for ever";
    EXPECT_EQ(packet, words);
    peer.send(words, server.address());
    ASSERT_EQ(peer.receive(), numbered(number));
  }
  EXPECT_GE(echoes, 5U);
}

TEST_P(UdpEcho, PortsOfServicesGetNothing) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  EchoServer server(GetParam());
  Datagrams client(server.address().family());
  for (const std::uint16_t port :
       std::initializer_list<std::uint16_t>{1, 7, 9, 11, 19, 53, 69, 123, 161, 520, 1023}) {
    const net::Address service = loopback(server.address().family()).with_port(port);
    net::FileDescriptor socket = net::open_socket(service.family(), SOCK_DGRAM);
    if (net::bind_to(socket.get(), service) != 0) continue;  // taken, or no right
    ASSERT_FALSE(net::send_datagram(socket.get(), words, server.address()));
    client.send(numbered(port), server.address());
    EXPECT_EQ(client.receive(), numbered(port));
    Packet buffer(100);
    EXPECT_FALSE(net::receive_datagram(socket.get(), buffer)) << port;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, UdpEcho, testing::Values("127.0.0.1", "::1"),
                         [](const auto& test) {
                           return std::string(test.index == 0 ? "IPv4" : "IPv6");
                         });

// Two echo servers of one port would echo what the other one echoes.
TEST(UdpEchoOfItsOwnKind, GetsNothing) {
  EchoServer server("127.0.0.1");
  const std::uint16_t port = server.address().port();
  const net::Address other = net::resolve("127.0.0.2", port, net::Family::any, {}).front();
  const auto socket = net::open_udp(other);
  if (!socket) GTEST_SKIP() << "port " << port << " of 127.0.0.2 is taken";
  ASSERT_FALSE(net::send_datagram(socket->get(), words, server.address()));
  Datagrams client;
  client.send(numbered(0), server.address());
  EXPECT_EQ(client.receive(), numbered(0));
  Packet buffer(100);
  EXPECT_FALSE(net::receive_datagram(socket->get(), buffer));
}

TEST(UdpEchoOnAllAddresses, TheAnswerComesFromWhereTheQuestionWent) {
  EchoServer server("0.0.0.0");
  const net::Address asked = net::Address::parse("127.0.0.2")->with_port(server.address().port());
  const auto client = net::open_udp(loopback(net::Family::ipv4));
  // The service tells addresses once it has begun.
  const bool answered = wait_until([&] {
    (void)net::send_datagram(client->get(), words, asked);
    Packet buffer(100);
    (void)net::wait_readable({client->get()}, net::Deadline::after(10ms));
    const auto answer = net::receive_datagram(client->get(), buffer);
    return answer && answer->from == asked;
  });
  EXPECT_TRUE(answered);
}

TEST(UdpEchoOnAllAddresses, ABroadcastIsNotAnswered) {
  EchoServer server("0.0.0.0");
  Datagrams client;
  const net::Address all =
      net::Address::parse("127.255.255.255")->with_port(server.address().port());
  // The service is ready once it answers.
  client.send(numbered(0), loopback(net::Family::ipv4).with_port(server.address().port()));
  EXPECT_EQ(client.receive(), numbered(0));
  client.allow_broadcast();
  client.send(words, all);
  client.send(numbered(1), loopback(net::Family::ipv4).with_port(server.address().port()));
  EXPECT_EQ(client.receive(), numbered(1));
}

}  // namespace
}  // namespace server
