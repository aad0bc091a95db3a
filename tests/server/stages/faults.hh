// What the tests of the stages share: how long a session may be silent, and faults by name.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/stage_server_peer.hh"

namespace server {

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

// Ends a connection by a reset.
inline void reset(net::Stream connection) {
  const linger abort{1, 0};
  setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

}  // namespace server
