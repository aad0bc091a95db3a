#include "net/listener.hh"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "net/error.hh"
#include "net/kernel.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"

namespace net {

namespace {

constexpr int backlog = 4096;  // net.core.somaxconn caps it

FileDescriptor bind_socket(const Address& address, int type) {
  FileDescriptor socket = open_socket(address.family(), type);
  if (type == SOCK_STREAM) {
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);  // passes to what it accepts
  }
  if (address.family() == Family::ipv6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  const bool datagrams = type == SOCK_DGRAM;
  if (bind_to(socket.get(), address) != 0 || (!datagrams && listen(socket.get(), backlog) != 0)) {
    fail("listen on " + address.text() + (datagrams ? " (udp)" : " (tcp)"));
  }
  return socket;
}

// Whether an address failed because its family is not to be had: here, or by a program that is
// confined to the other one (AppArmor, seccomp).
bool lacks_family(const std::system_error& error, Family family) {
  const int code = error.code().value();
  if (code != EACCES && code != EPERM) return code == EAFNOSUPPORT || code == EADDRNOTAVAIL;
  return !new_socket(traits(family).domain, SOCK_DGRAM, 0, Mode::blocking);
}

}  // namespace

std::vector<Listener> listen_on(const std::vector<Address>& addresses,
                                std::initializer_list<int> types) {
  // With port 0 the kernel's choice for the first socket may be taken for another: choose again.
  constexpr int max_choices = 100;
  for (int choice = 1;; ++choice) {
    std::vector<Listener> listeners;
    std::uint16_t chosen = 0;
    try {
      for (const Address& address : addresses) {
        const bool choose = address.port() == 0;
        for (const int type : types) {
          try {
            FileDescriptor socket = bind_socket(choose ? address.with_port(chosen) : address, type);
            const Address real = local_address(socket.get());
            if (choose) chosen = real.port();
            listeners.push_back({std::move(socket), real, type});
          } catch (const std::system_error& error) {
            const bool last = &address == &addresses.back() && listeners.empty();
            if (addresses.size() == 1 || last || !lacks_family(error, address.family())) throw;
          }
        }
      }
      return listeners;
    } catch (const std::system_error& error) {
      if (chosen == 0 || error.code().value() != EADDRINUSE || choice == max_choices) throw;
    }
  }
}

std::string listening_text(const Listener& listener) {
  return "listening on " + listener.address.host() + " port " +
         std::to_string(listener.address.port()) +
         (listener.type == SOCK_DGRAM ? " (udp)" : " (tcp)");
}

std::vector<Address> local_addresses(const std::string& host, std::uint16_t port, Family family) {
  if (!host.empty()) return resolve(host, port, family, Deadline());
  std::vector<Address> addresses;
  if (family != Family::ipv6) addresses.push_back(Address::wildcard(Family::ipv4, port));
  if (family != Family::ipv4) addresses.push_back(Address::wildcard(Family::ipv6, port));
  return addresses;
}

std::vector<Listener> listen_tcp(const std::string& port) {
  std::vector<Address> addresses;
  for (const char* any : {"0.0.0.0", "::"}) {
    addresses.push_back(resolve(any, port, Family::any, Deadline()).front());
  }
  return listen_on(addresses, {SOCK_STREAM});
}

Accepted accept_tcp(int listener) {
  SocketAddress from;
  socklen_t length = from.capacity;
  FileDescriptor socket = accept_connection(listener, from.get(), &length);
  if (!socket) return {FileDescriptor(), Address(), errno};
  return {std::move(socket), from.address()};
}

}  // namespace net
