// UDP services that answer each datagram by one of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "net/listener.hh"
#include "net/thread_pool.hh"

namespace server {

// What goes back for the bytes that came; valid until the next call.
using Answer = std::function<std::span<const std::uint8_t>(std::span<const std::uint8_t>)>;

// Answers the datagrams that come to a UDP listener, from the address they were sent to, until the
// pool stops. Dropped are those that could set two services talking for ever: from a port below
// 1024 or this service's own, to a broadcast or multicast address, and what would get the same
// answer more than a few times a second.
void answer_datagrams(const net::Listener& listener, net::ThreadPool& pool, const Answer& answer);

}  // namespace server
