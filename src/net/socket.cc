#include "net/socket.hh"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include "net/error.hh"

namespace net {

FileDescriptor open_socket(int family, int type, int protocol, Mode mode) {
  FileDescriptor opened = new_socket(family, type, protocol, mode);
  if (!opened) fail("open a socket");
  return opened;
}

void set_option(int fd, int level, int name, int value) {
  if (setsockopt(fd, level, name, &value, sizeof value) != 0) fail("set a socket option");
}

void bind_dynamic_port(int fd, int family) {
  const Address wildcard = Address::wildcard(family == AF_INET6 ? Family::ipv6 : Family::ipv4, 0);
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::array<std::uint8_t, 2> random;
    fill_random(random);
    const int port = 0xc000 | random[0] << 8 | random[1];
    const Address address = wildcard.with_port(static_cast<std::uint16_t>(port));
    if (bind(fd, address.get(), address.size()) == 0) return;
  }
}

std::optional<Address> source_towards(const Address& destination) {
  const FileDescriptor socket = open_socket(destination.family(), SOCK_DGRAM);
  constexpr std::uint16_t discard = 9;
  const Address there = destination.with_port(discard);
  if (::connect(socket.get(), there.get(), there.size()) != 0) return std::nullopt;
  return local_address(socket.get());
}

}  // namespace net
