// The daytime service, over loopback.
#include "net/sockaddr.hh"
#include "server/handlers.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string_view>

#include "net/connect.hh"
#include "net/joining_thread.hh"
#include "net/socket.hh"
#include "support/needs_ipv6.hh"
#include "support/stage_server_peer.hh"

namespace server {
namespace {

TEST(Daytime, IsOneLineInUtc) {
  EXPECT_EQ(daytime_text(0), "01 Jan 1970 00:00:00 UTC\r\n");
  EXPECT_EQ(daytime_text(1'798'259'589), "26 Dec 2026 04:33:09 UTC\r\n");
}

// Between two looks at the clock.
void expect_now(const std::string& text, std::time_t before) {
  const std::time_t after = std::time(nullptr);
  for (std::time_t second = before; second <= after; ++second) {
    if (text == daytime_text(second)) return;
  }
  ADD_FAILURE() << text;
}

// With a line on stderr for each of them any stranger could fill the log.
TEST(Daytime, APeerThatIsGoneIsNoFailure) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  net::Stream stream{net::FileDescriptor(ends[0])};
  net::FileDescriptor(ends[1]).reset();
  EXPECT_NO_THROW(daytime_stream(stream, net::Deadline::after(std::chrono::seconds(20))));
}

class DaytimeOver : public testing::TestWithParam<const char*> {
 protected:
  std::vector<net::Listener> listen(int type) {
    return net::listen_on({net::resolve(GetParam(), 0, net::Family::any, {}).front()}, {type});
  }
};

TEST_P(DaytimeOver, TcpTellsTheTimeWhateverComesAndCloses) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  const auto listeners = listen(SOCK_STREAM);
  const auto deadline = net::Deadline::after(std::chrono::seconds(20));
  for (const char* words : {"", "what time is it?"}) {
    const std::time_t before = std::time(nullptr);
    const net::JoiningThread server([&] {
      net::Stream stream(net::accept_tcp(listeners.front().socket.get()).socket);
      daytime_stream(stream, deadline);
    });
    net::Stream client(net::connect_tcp({listeners.front().address}, deadline));
    client.send(words, deadline);
    expect_now(client.receive_all(deadline), before);
  }
}

TEST_P(DaytimeOver, UdpTellsTheTimeButNotToThePortsOfServices) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  const auto listeners = listen(SOCK_DGRAM);
  const net::Address& address = listeners.front().address;
  net::ThreadPool pool(1, 256 * 1024);
  ASSERT_TRUE(pool.run([&] { daytime_datagrams(listeners.front(), pool); }));
  net::FileDescriptor service = net::open_socket(address.family(), SOCK_DGRAM);
  const net::Address port_13 = address.with_port(13);
  const bool bound = net::bind_to(service.get(), port_13) == 0;
  if (bound) {
    ASSERT_FALSE(net::send_datagram(service.get(), Packet{'?'}, address));
  }
  Datagrams client(address.family());
  const std::time_t before = std::time(nullptr);
  for (const Packet& packet : {Packet(), Packet{'?'}}) {
    client.send(packet, address);
    const Packet answer = client.receive();
    expect_now({answer.begin(), answer.end()}, before);
  }
  // Datagrams are taken in order: an answer to port 13 would be here.
  Packet buffer(100);
  if (bound) {
    EXPECT_FALSE(net::receive_datagram(service.get(), buffer));
  }
  pool.stop();
}

INSTANTIATE_TEST_SUITE_P(Families, DaytimeOver, testing::Values("127.0.0.1", "::1"),
                         [](const auto& test) {
                           return std::string(test.index == 0 ? "IPv4" : "IPv6");
                         });

}  // namespace
}  // namespace server
