// Skips a test that needs ::1, which a container often lacks (net.ipv6.conf.lo.disable_ipv6).
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/address.hh"
#include "net/socket.hh"

inline bool has_ipv6() {
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const net::FileDescriptor fd(socket(AF_INET6, SOCK_DGRAM, 0));
  return fd && bind(fd.get(), reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) == 0;
}

// At the begin of a test, whose own function ends by it.
#define NEEDS_IPV6() \
  if (!has_ipv6()) GTEST_SKIP() << "no ::1 here"
