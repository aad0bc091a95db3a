#include "net/connect.hh"

#include <gtest/gtest.h>

#include "net/listener.hh"

namespace net {
namespace {

Address loopback(const char* host) { return resolve(host, 0, Family::any, {}).front(); }

// An address of a family that has no sockets here, as an IPv6 one on a machine without IPv6.
Address of_no_family() {
  sockaddr_in address{};
  address.sin_family = AF_MAX;
  return Address(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// A port of 127.0.0.1 where nobody listens.
Address refusing() { return listen_on({loopback("127.0.0.1")}, {SOCK_STREAM}).front().address; }

TEST(ConnectTcp, TheNextAddressIsTriedWhenOneRefuses) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  EXPECT_TRUE(connect_tcp({refusing(), listeners.front().address}, Deadline::after(20s)));
}

TEST(ConnectTcp, AnAddressThatCannotBeTriedCountsAsFailed) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  EXPECT_TRUE(connect_tcp({of_no_family(), listeners.front().address}, Deadline::after(20s)));
  EXPECT_TRUE(connect_tcp({listeners.front().address, of_no_family()}, Deadline::after(20s)));
}

TEST(ConnectTcp, TheErrorListsEveryAddressWithItsReason) {
  const Address last = refusing();
  try {
    connect_tcp({of_no_family(), last}, Deadline::after(20s));
    FAIL();
  } catch (const std::system_error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("Address family not supported"), std::string::npos) << text;
    EXPECT_NE(text.find(last.text() + ": Connection refused"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace net
