#include "server/stages/reserved_port.hh"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/datagram_notes.hh"
#include "net/listener.hh"
#include "net/socket.hh"
#include "net/stream.hh"
#include "net/wait.hh"
#include "support/needs_ipv6.hh"

namespace net {
namespace {

using Port = testing::TestWithParam<const char*>;

Address loopback(const char* host) { return *Address::parse(host); }

std::optional<Datagram> next(int fd) {
  std::array<std::uint8_t, 8> buffer;
  if (!wait_readable({fd}, Deadline::after(20s))) return std::nullopt;
  return receive_datagram(fd, buffer);
}

TEST_P(Port, OfDatagramsRefusesUntilItIsOpened) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  Listener reserved = server::reserve_port(loopback(GetParam()), SOCK_DGRAM);
  ASSERT_NE(reserved.address.port(), 0);
  const FileDescriptor sender = open_udp(reserved.address.family(), LocalPort::any);
  const std::array<std::uint8_t, 1> byte{7};
  ASSERT_FALSE(send_datagram(sender.get(), byte, reserved.address));
  if (net::errors_only != 0) {  // else this kernel tells UDP sockets no refusal
    const auto refusal = next(sender.get());
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->error, std::errc::connection_refused);
  }

  server::open_port(reserved);
  EXPECT_EQ(local_address(reserved.socket.get()).port(), reserved.address.port());
  ASSERT_FALSE(send_datagram(sender.get(), byte, reserved.address));
  const auto got = next(reserved.socket.get());
  ASSERT_TRUE(got);
  EXPECT_EQ(got->size, 1U);
}

TEST_P(Port, OfAStreamRefusesUntilItIsOpened) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  Listener reserved = server::reserve_port(loopback(GetParam()), SOCK_STREAM);
  EXPECT_THROW(connect_tcp({reserved.address}, Deadline::after(20s)), std::system_error);
  server::open_port(reserved);
  EXPECT_TRUE(connect_tcp({reserved.address}, Deadline::after(20s)));
}

TEST_P(Port, IsTakenMeanwhile) {
  if (std::string_view(GetParam()) == "::1") NEEDS_IPV6();
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    const Listener reserved = server::reserve_port(loopback(GetParam()), type);
    EXPECT_THROW(server::reserve_port(reserved.address, type), std::system_error);
  }
}

INSTANTIATE_TEST_SUITE_P(Reserved, Port, testing::Values("127.0.0.1", "::1"),
                         [](const auto& host) { return host.index == 0 ? "IPv4" : "IPv6"; });

TEST(Arrival, IsToldWhenAskedFor) {
  const Listener listener = std::move(listen_on({loopback("127.0.0.1")}, {SOCK_DGRAM}).front());
  const std::array<std::uint8_t, 1> byte{7};
  const FileDescriptor sender = open_udp(net::Family::ipv4, LocalPort::any);
  ASSERT_FALSE(send_datagram(sender.get(), byte, listener.address));
  EXPECT_EQ(next(listener.socket.get())->arrival.count(), 0);
  report_arrival_time(listener.socket.get());
  ASSERT_FALSE(send_datagram(sender.get(), byte, listener.address));
  ASSERT_FALSE(send_datagram(sender.get(), byte, listener.address));
  const auto first = next(listener.socket.get()), second = next(listener.socket.get());
  EXPECT_GT(first->arrival.count(), 0);
  EXPECT_GE(second->arrival, first->arrival);
}

}  // namespace
}  // namespace net
