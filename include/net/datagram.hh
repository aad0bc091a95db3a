// UDP: datagrams, and the ICMP errors about them. A socket that cannot be had throws
// std::system_error saying what was attempted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "net/address.hh"
#include "net/file_descriptor.hh"
#include "net/socket.hh"

namespace net {

// A UDP socket on the wildcard address of a family. ICMP errors about what it
// sends come back from receive_datagram (IP_RECVERR, ip(7)).
FileDescriptor open_udp(Family family, LocalPort port);
// The same, bound to an address and port; nullopt when the port is taken.
std::optional<FileDescriptor> open_udp(const Address& local);

// What receive_datagram found.
struct Datagram {
  std::size_t size = 0;  // may exceed the buffer: the rest of the datagram is lost then
  Address from;
  // The local address it was sent to, if report_local_address was called.
  std::optional<Address> to;
  // It was sent to a broadcast or multicast address, if report_local_address was called: many hosts
  // may have it, and none should answer (RFC 1122, section 3.3.6).
  bool to_group = false;
  // An ICMP error: `from` is then whom the failed datagram was for; or why nothing can be taken:
  // `from` is then no address.
  std::error_code error;
  // When the system took it in, on its clock, if report_arrival_time was called; else 0.
  std::chrono::nanoseconds arrival{0};
};

// Makes receive_datagram report which of this host's addresses a datagram was sent to.
void report_local_address(int fd, Family family);

// Makes receive_datagram report when a datagram came, however late it is taken (socket(7),
// SO_TIMESTAMPNS); a kernel or an emulator of one that has no such thing does not.
void report_arrival_time(int fd);

// How many datagrams are taken from a socket before the clock and other sockets are looked at: more
// may come than can be taken.
inline constexpr int max_in_turn = 64;

// Takes the next datagram or ICMP error without waiting; nullopt when there is none.
std::optional<Datagram> receive_datagram(int fd, std::span<std::uint8_t> buffer);

// Sends one datagram, from a given local address where one is given (for a wildcard socket of a
// host with several addresses). UDP promises no delivery, so a failure is returned, not thrown.
[[nodiscard]] std::error_code send_datagram(int fd, std::span<const std::uint8_t> bytes,
                                            const Address& to,
                                            const std::optional<Address>& from = std::nullopt);

}  // namespace net
