#include "net/socket.hh"

#include <sys/socket.h>

#include <random>
#include <system_error>

#include "net/error.hh"
#include "net/sockaddr.hh"

namespace net {

FileDescriptor open_socket(Family family, int type, int protocol, Mode mode) {
  FileDescriptor opened = new_socket(traits(family).domain, type, protocol, mode);
  if (!opened) fail("open a socket");
  return opened;
}

void set_option(int fd, int level, int name, int value) {
  if (!try_option(fd, level, name, value)) fail("set a socket option");
}

bool try_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

void bind_dynamic_port(int fd, Family family) {
  const Address wildcard = Address::wildcard(family, 0);
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto port = static_cast<std::uint16_t>(0xc000 | random());
    if (bind_to(fd, wildcard.with_port(port)) == 0) return;
  }
}

namespace {

// A UDP socket that the routing table has given its local address.
FileDescriptor socket_towards(const Address& destination) {
  constexpr std::uint16_t discard = 9;
  FileDescriptor socket = open_socket(destination.family(), SOCK_DGRAM);
  if (connect_to(socket.get(), destination.with_port(discard)) != 0) fail("find a route");
  return socket;
}

}  // namespace

std::optional<Address> source_towards(const Address& destination) {
  try {
    return local_address(socket_towards(destination).get());
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

bool lacks_route(const Address& destination) {
  try {
    (void)socket_towards(destination);
    return false;
  } catch (const std::system_error& error) {
    return !is_shortage(error.code().value());
  }
}

}  // namespace net
