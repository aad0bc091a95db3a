// The daytime service (RFC 867): it sends the time to whoever asks.
#pragma once

#include <ctime>
#include <string>

#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"

namespace server {

// "26 Nov 2026 04:23:09 UTC\r\n".
std::string daytime_text(std::time_t now);

// Tells the time on a connection, whatever comes on it, and ends it.
void daytime_stream(net::Stream& connection, net::Deadline deadline);

// Answers each datagram by the time, until the pool stops: see datagrams.hh.
void daytime_datagrams(const net::Listener& listener, net::ThreadPool& pool);

}  // namespace server
