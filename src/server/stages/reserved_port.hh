// A port that is taken already and refuses still, as that of a server that comes late.
#pragma once

#include "net/listener.hh"

namespace server {

// Takes a free port of an address (whose own port is 0). Until open() whoever connects or sends
// there is refused, as if nobody listened; nobody else can take the port. Throws std::system_error.
net::Listener reserve_port(const net::Address& address, int type);

// Makes a reserved port listen.
void open_port(net::Listener& reserved);

}  // namespace server
