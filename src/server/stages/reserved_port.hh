// A reserved port that refuses its peers until open_port(): simulates a server that listens late.
#pragma once

#include "net/listener.hh"

namespace server {

// Takes a free port of an address (whose own port is 0), so that nobody else can. Until open_port()
// the kernel refuses connections and datagrams to it. Throws std::system_error.
net::Listener reserve_port(const net::Address& address, int type);

// Makes a reserved port listen.
void open_port(net::Listener& reserved);

}  // namespace server
