// The echo service (RFC 862): what comes goes back.
#pragma once

#include <chrono>

#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"

namespace server {

// Sends back what comes on a connection until the peer ends its side, or is silent for too long.
void echo_stream(net::Stream& connection, std::chrono::milliseconds silence);

// Sends back the datagrams that come to a UDP listener, from the address they were sent to, until
// the pool stops. Dropped are those that could set two services talking for ever: from a port below
// 1024 or this service's own, to a broadcast or multicast address, and what comes back as it was
// sent more than a few times a second.
void echo_datagrams(const net::Listener& listener, net::ThreadPool& pool);

}  // namespace server
