#include "server/stages/reserved_port.hh"

#include <cerrno>

#include "net/error.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"

namespace server {

namespace {

net::FileDescriptor bind_exactly(const net::Address& address, int type) {
  net::FileDescriptor socket = net::open_socket(address.family(), type);
  if (net::bind_to(socket.get(), address) != 0) {
    net::fail("reserve a port of " + address.text());
  }
  return socket;
}

}  // namespace

net::Listener reserve_port(const net::Address& address, int type) {
  // A stream socket that is bound and does not listen refuses. A datagram socket hears nobody but
  // its peer, so one that is its own peer refuses all others.
  if (type == SOCK_STREAM) {
    net::FileDescriptor socket = bind_exactly(address, type);
    const net::Address real = net::local_address(socket.get());
    return {std::move(socket), real, type};
  }
  constexpr int max_choices = 100;
  for (int choice = 1;; ++choice) {
    // Bind by number: a socket that leaves its peer releases a port that the kernel chose.
    const net::Address chosen = net::local_address(bind_exactly(address, type).get());
    try {
      net::FileDescriptor socket = bind_exactly(chosen, type);
      if (net::connect_to(socket.get(), chosen) != 0) {
        net::fail("reserve a port of " + address.text());
      }
      return {std::move(socket), chosen, type};
    } catch (const std::system_error& error) {
      if (error.code().value() != EADDRINUSE || choice == max_choices) throw;
    }
  }
}

void open_port(net::Listener& reserved) {
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  const int fd = reserved.socket.get();
  const bool streams = reserved.type == SOCK_STREAM;
  const int result = streams ? listen(fd, SOMAXCONN) : connect(fd, &none, sizeof none);
  if (result != 0) net::fail("listen on " + reserved.address.text());
}

}  // namespace server
