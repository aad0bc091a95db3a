// What the small services do with a connection, and with datagrams until the pool stops.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <span>
#include <string>

#include "net/address.hh"
#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"
#include "server/document_root.hh"

namespace server {

// What goes back for the bytes that came; valid until the next call.
using Answer = std::function<std::span<const std::uint8_t>(std::span<const std::uint8_t>)>;

// Answers the datagrams that come to a UDP listener, from the address they were sent to, until the
// pool stops. Dropped are those that could set two services talking for ever: from a port below
// 1024 or this service's own, to a broadcast or multicast address, and what would get the same
// answer more than a few times a second.
void answer_datagrams(const net::Listener& listener, net::ThreadPool& pool, const Answer& answer);

// --- daytime (RFC 867): the time to whoever asks

// "26 Nov 2026 04:23:09 UTC\r\n".
std::string daytime_text(std::time_t now);
// Tells the time on a connection, whatever comes on it, and ends it.
void daytime_stream(net::Stream& connection, net::Deadline deadline);
// Answers each datagram by the time.
void daytime_datagrams(const net::Listener& listener, net::ThreadPool& pool);

// --- echo (RFC 862): what comes goes back

// Sends back what comes on a connection until the peer ends its side, or is silent for too long.
void echo_stream(net::Stream& connection, std::chrono::milliseconds silence);
// Sends back the datagrams that come to a UDP listener.
void echo_datagrams(const net::Listener& listener, net::ThreadPool& pool);

// --- file, the textbook's Internet file server (Tanenbaum and Wetherall, Computer Networks,
// section 6.1.4): the client sends a name that ends in NUL, gets the bytes, then the close

// Sends one file below `root`. A file that is not given, and one that becomes shorter while it is
// sent, ends in a reset: an empty file ends in a clean close.
void serve_file(net::Stream& connection, const net::Address& peer, DocumentRoot& root,
                std::chrono::milliseconds silence, bool log);

}  // namespace server
