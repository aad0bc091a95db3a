// Skips a test that needs ::1, which a container often lacks (net.ipv6.conf.lo.disable_ipv6).
#pragma once

#include <gtest/gtest.h>

#include <system_error>

#include "net/datagram.hh"

inline bool has_ipv6() {
  try {
    return net::open_udp(*net::Address::parse("::1")).has_value();
  } catch (const std::system_error&) {
    return false;
  }
}

// At the begin of a test, whose own function ends by it.
#define NEEDS_IPV6() \
  if (!has_ipv6()) GTEST_SKIP() << "no ::1 here"
