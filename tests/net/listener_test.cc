#include "net/listener.hh"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

int bind_to_refuse = 0;     // the n-th from now is refused,
int refusal = EADDRINUSE;   // as its port is taken or forbidden
int forbidden_family = -1;  // of which no socket may be opened

}  // namespace

// The test's own body of what the library calls.
extern "C" int bind(int fd, const sockaddr* address, socklen_t size) __THROW {
  if (bind_to_refuse > 0 && --bind_to_refuse == 0) {
    errno = refusal;
    return -1;
  }
  return static_cast<int>(syscall(SYS_bind, fd, address, size));
}
extern "C" int socket(int family, int type, int protocol) __THROW {
  if (family == forbidden_family) {
    errno = EACCES;
    return -1;
  }
  return static_cast<int>(syscall(SYS_socket, family, type, protocol));
}

namespace net {
namespace {

Address loopback(const char* host) { return *Address::parse(host); }

// Of a family that has no sockets here, as IPv6 on a machine without it.
Address of_no_family() { return Address(); }

int error_of(const std::vector<Address>& addresses) {
  try {
    (void)listen_on(addresses, {SOCK_STREAM});
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

TEST(ListenOn, Port0IsOnePortForAllAddressesAndTypes) {
  const auto listeners =
      listen_on({loopback("127.0.0.1"), loopback("127.0.0.2")}, {SOCK_STREAM, SOCK_DGRAM});
  ASSERT_EQ(listeners.size(), 4U);
  EXPECT_NE(listeners.front().address.port(), 0);
  for (const Listener& each : listeners) {
    EXPECT_EQ(each.address.port(), listeners.front().address.port());
    EXPECT_EQ(each.address, local_address(each.socket.get()));
  }
}

TEST(ListenOn, APortThatIsTakenForOneOfThemIsChosenAgain) {
  bind_to_refuse = 2;
  const auto listeners = listen_on({loopback("127.0.0.1"), loopback("127.0.0.2")}, {SOCK_STREAM});
  EXPECT_EQ(bind_to_refuse, 0);
  ASSERT_EQ(listeners.size(), 2U);
  EXPECT_EQ(listeners[0].address.port(), listeners[1].address.port());
}

TEST(ListenOn, APortThatWasAskedForIsNotChosenAgain) {
  const auto taken = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  EXPECT_EQ(error_of({taken.front().address}), EADDRINUSE);
}

TEST(ListenOn, AFamilyThatIsNotHereIsPassedOverAsLongAsAnotherIs) {
  const Address here = loopback("127.0.0.1");
  EXPECT_EQ(listen_on({here, of_no_family()}, {SOCK_STREAM}).size(), 1U);
  EXPECT_EQ(listen_on({of_no_family(), here}, {SOCK_STREAM}).size(), 1U);
  EXPECT_EQ(error_of({of_no_family()}), EAFNOSUPPORT);
  EXPECT_EQ(error_of({of_no_family(), of_no_family()}), EAFNOSUPPORT);
}

TEST(ListenOn, AFamilyThatIsForbiddenIsPassedOverButNotAPort) {
  const Address here = loopback("127.0.0.1");
  forbidden_family = AF_INET6;
  EXPECT_EQ(listen_on({here, loopback("::1")}, {SOCK_STREAM, SOCK_DGRAM}).size(), 2U);
  EXPECT_EQ(listen_on({loopback("::1"), here}, {SOCK_STREAM, SOCK_DGRAM}).size(), 2U);
  EXPECT_EQ(error_of({loopback("::1")}), EACCES);
  forbidden_family = -1;
  refusal = EACCES;
  bind_to_refuse = 1;
  EXPECT_EQ(error_of({here, loopback("127.0.0.2")}), EACCES);
  refusal = EADDRINUSE;
}

TEST(ListenOn, Ipv6SocketsLeaveThePortToIpv4) {
  std::vector<Listener> listeners;
  try {
    listeners = listen_on({Address::wildcard(Family::ipv6, 0)}, {SOCK_STREAM});
  } catch (const std::system_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  const std::uint16_t port = listeners.front().address.port();
  EXPECT_EQ(error_of({Address::wildcard(Family::ipv4, port)}), 0);
}

TEST(LocalAddresses, AreTheWildcardsOfTheFamilyUnlessAHostIsNamed) {
  EXPECT_EQ(local_addresses("", 7, Family::any).size(), 2U);
  ASSERT_EQ(local_addresses("", 7, Family::ipv4).size(), 1U);
  EXPECT_EQ(local_addresses("", 7, Family::ipv4).front().text(), "0.0.0.0:7");
  ASSERT_EQ(local_addresses("", 7, Family::ipv6).size(), 1U);
  EXPECT_EQ(local_addresses("", 7, Family::ipv6).front().text(), "[::]:7");
  EXPECT_EQ(local_addresses("127.0.0.3", 7, Family::any).front().text(), "127.0.0.3:7");
}

TEST(ListeningText, NamesAddressPortAndProtocol) {
  Listener listener{FileDescriptor(), loopback("127.0.0.1").with_port(13), SOCK_DGRAM};
  EXPECT_EQ(listening_text(listener), "listening on 127.0.0.1 port 13 (udp)");
  listener.type = SOCK_STREAM;
  EXPECT_EQ(listening_text(listener), "listening on 127.0.0.1 port 13 (tcp)");
}

}  // namespace
}  // namespace net
