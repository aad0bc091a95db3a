// Sockets and their options. Everything is opened close-on-exec; failures throw std::system_error
// saying what was attempted.
#pragma once

#include <optional>

#include "net/address.hh"
#include "net/file_descriptor.hh"
#include "net/kernel.hh"

namespace net {

// A new close-on-exec socket of a family and type (SOCK_…).
FileDescriptor open_socket(Family family, int type, int protocol = 0, Mode mode = Mode::blocking);

void set_option(int fd, int level, int name, int value);
// The same where a kernel may lack it: false, and errno, when it was not set.
bool try_option(int fd, int level, int name, int value = 1);

// Which port a connecting or sending socket gets: any, or one of the dynamic ports of RFC 6335
// (49152-65535), which the strictest servers of the course demand.
enum class LocalPort { any, dynamic };

// Binds to a dynamic port; leaves the choice to the kernel when many in a row are taken.
void bind_dynamic_port(int fd, Family family);

// The local address that the routing table picks for packets to `destination`; nullopt without a
// route, and where it cannot be known, as for want of a descriptor. Sends nothing.
std::optional<Address> source_towards(const Address& destination);
// Whether there is no route, for sure: a lack of descriptors or memory says nothing about routes.
bool lacks_route(const Address& destination);

}  // namespace net
