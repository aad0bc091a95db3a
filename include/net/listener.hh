// Where a service waits for its peers.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "net/address.hh"
#include "net/file_descriptor.hh"

namespace net {

// A socket bound to an address, and listening if its type is SOCK_STREAM. IPv6 ones are IPv6 only,
// so that both families can serve one port (RFC 3493, section 5.3).
struct Listener {
  FileDescriptor socket;
  Address address;  // the real one, when port 0 was asked for
  int type = 0;     // SOCK_STREAM or SOCK_DGRAM
};

// "listening on 0.0.0.0 port 12235 (udp)".
std::string listening_text(const Listener& listener);

// Where a service listens: on the addresses of a host, or on all addresses of this machine (the
// wildcard address of each family) when none is named. Throws std::system_error.
std::vector<Address> local_addresses(const std::string& host, std::uint16_t port, Family family);

// Binds every address with every type; those with port 0 get one port, free for all. A family that
// this machine does not have is passed over while another is there. Throws std::system_error.
std::vector<Listener> listen_on(const std::vector<Address>& addresses,
                                std::initializer_list<int> types);

// Listens for TCP connections at a port of all addresses of this machine, of both families; "0" is
// any free port. Throws std::system_error.
std::vector<Listener> listen_tcp(const std::string& port);

struct Accepted {
  // Empty when accept(2) failed, for instance since the peer has left already; `error` is its
  // errno.
  FileDescriptor socket;
  Address peer;
  int error = 0;
};

// Waits for the next connection at a listener.
Accepted accept_tcp(int listener);

}  // namespace net
