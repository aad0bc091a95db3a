// Connections to somewhere.
#pragma once

#include <string>
#include <vector>

#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"
#include "net/socket.hh"
#include "net/stream.hh"

namespace net {

// Connects to the first of the addresses that answers before the deadline: tried in order, the next
// one when the one before failed or has not answered within 250 ms (RFC 8305, section 5). The
// socket comes back blocking, with TCP_NODELAY. Throws std::system_error listing each address and
// why it failed; its code is that of the last one.
FileDescriptor connect_tcp(const std::vector<Address>& addresses, Deadline deadline,
                           LocalPort port = LocalPort::any);

// Connects to a host by name or numeric address, and a service by name or port number:
// connect("www.example.com", "daytime", deadline). Throws std::system_error as resolve and
// connect_tcp.
Stream connect(const std::string& host, const std::string& service, Deadline deadline,
               Family family = Family::any);

}  // namespace net
