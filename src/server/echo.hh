// The echo service (RFC 862): what comes goes back.
#pragma once

#include <chrono>

#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"

namespace server {

// Sends back what comes on a connection until the peer ends its side, or is silent for too long.
void echo_stream(net::Stream& connection, std::chrono::milliseconds silence);

// Sends back the datagrams that come to a UDP listener until the pool stops: see datagrams.hh.
void echo_datagrams(const net::Listener& listener, net::ThreadPool& pool);

}  // namespace server
