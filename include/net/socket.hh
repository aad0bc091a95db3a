// Sockets: listening, binding, connecting, waiting, and datagrams. Everything is opened
// close-on-exec and waits on a deadline; failures throw std::system_error saying what was
// attempted.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"

namespace net {

// A new close-on-exec socket of an address family (AF_…) and type (SOCK_…).
FileDescriptor open_socket(int family, int type, int protocol = 0);

void set_option(int fd, int level, int name, int value);

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

// Binds every address with every type. Addresses with port 0 all get one port, free for all of
// them. A family that this machine does not have is passed over as long as another is there.
std::vector<Listener> listen_on(const std::vector<Address>& addresses,
                                std::initializer_list<int> types);

// The next connection at a listener, with TCP_NODELAY, and who it is from. Waits for one; none, and
// errno, when it is gone again or accept4(2) fails otherwise.
FileDescriptor accept_tcp(int listener, Address& peer);

// Which port a connecting or sending socket gets: any, or one of the dynamic ports of RFC 6335
// (49152-65535), which the strictest servers of the course demand.
enum class LocalPort { any, dynamic };

// A UDP socket on the wildcard address of a family (AF_INET, AF_INET6). ICMP errors about what it
// sends come back from receive_datagram (IP_RECVERR, ip(7)).
FileDescriptor open_udp(int family, LocalPort port);
// The same, bound to an address and port; nothing when the port is taken.
std::optional<FileDescriptor> open_udp(const Address& local);

// The address that packets of this host to another one start from, as its routes have it; nothing
// when there is no way. Sends none. Throws std::system_error.
std::optional<Address> source_towards(const Address& destination);

// Connects to the first of the addresses that answers before the deadline: tried in order, the next
// one when the one before failed or has not answered within 250 ms (RFC 8305, section 5). The
// socket comes back blocking, with TCP_NODELAY. Throws std::system_error listing each address and
// why it failed; its code is that of the last one.
FileDescriptor connect_tcp(const std::vector<Address>& addresses, Deadline deadline,
                           LocalPort port = LocalPort::any);

// Makes TCP send lost segments again at an even pace instead of twice as late each time, while few
// are under way: for who has little to say and little time. On a listener it passes to what that
// accepts (Linux, Documentation/networking/tcp-thin.rst).
void retransmit_evenly(int fd);

// Waits until one of the descriptors can be read (or has an error to tell); returns its index, or
// nothing when the deadline passes first.
std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline);
inline std::optional<std::size_t> wait_readable(std::initializer_list<int> fds, Deadline deadline) {
  return wait_readable(std::span(fds.begin(), fds.size()), deadline);
}

// A descriptor, what is awaited of it, and, after wait_for, what has come about.
struct Interest {
  int fd = -1;
  bool to_read = false, to_write = false;  // neither: the descriptor is passed over
  bool readable = false, writable = false;
};

// Waits until one of the interests comes about (or its descriptor has an error to tell); false when
// the deadline passes first.
bool wait_for(std::span<Interest> interests, Deadline deadline);

// What receive_datagram found.
struct Datagram {
  std::size_t size = 0;  // may exceed the buffer: the rest of the datagram is lost then
  Address from;
  std::optional<Address> to;  // the local address it was sent to, if tell_local_address was called
  std::error_code error;      // an ICMP error: `from` is then whom the failed datagram was for
  // When the system took it in, on its clock, if tell_arrival was called; else 0.
  std::chrono::nanoseconds arrival{0};
};

// Makes receive_datagram tell which of this host's addresses a datagram was sent to.
void tell_local_address(int fd, int family);

// Makes receive_datagram tell when a datagram came, however late it is taken (socket(7),
// SO_TIMESTAMPNS).
void tell_arrival(int fd);

// Lets a burst of datagrams wait in the socket, as far as the system allows (socket(7), SO_RCVBUF).
void enlarge_receive_buffer(int fd);

// Takes the next datagram or ICMP error without waiting; nothing when there is none.
std::optional<Datagram> receive_datagram(int fd, std::span<std::uint8_t> buffer);

// Sends one datagram, from a given local address where one is given (for a wildcard socket of a
// host with several addresses). UDP promises no delivery, so a failure is told, not thrown.
[[nodiscard]] std::error_code send_datagram(int fd, std::span<const std::uint8_t> bytes,
                                            const Address& to,
                                            const std::optional<Address>& from = std::nullopt);

}  // namespace net
