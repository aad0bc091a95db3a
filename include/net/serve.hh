// A whole TCP server in one call: a thread for each connection, over both families, with a clean
// stop.
#pragma once

#include <functional>
#include <vector>

#include "net/connection_server.hh"

namespace net {

// Serves every connection of the TCP listeners on a thread of its own, by the rules, until `stop`
// can be read. Then shuts down all connections and returns once every handler has returned.
// A UDP listener among them is given to `receive`, which must be there then, on a thread of its
// own; that registers its socket with the pool (StopRegistration), so that it returns too; after an
// exception it is called again. Throws std::runtime_error when there is no thread at the start.
using Receive = std::function<void(const Listener& udp, ThreadPool& pool)>;
void serve(const std::vector<Listener>& listeners, ConnectionRules rules, int stop,
           Receive receive = nullptr);

// The same for TCP alone, until SIGINT or SIGTERM: up to 10,000 connections at once, each closed
// when the handler returns, which may call Stream::finish before, so that its peer gets all. An
// exception of the handler ends its connection only, and is reported on stderr. To be called before
// other threads start.
void serve(const std::vector<Listener>& listeners,
           std::function<void(Stream&, const Address& peer)> handler);

}  // namespace net
