#include "net/datagram.hh"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/control.hh"
#include "net/datagram_notes.hh"
#include "net/error.hh"
#include "net/kernel.hh"
#include "net/sockaddr.hh"

namespace net {

namespace {

// Takes over the destination address that the kernel noted beside a datagram.
void take_destination(msghdr& message, Datagram& datagram) {
  if (const auto info = find_control<in_pktinfo>(message, IPPROTO_IP, IP_PKTINFO)) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&info->ipi_addr);
    datagram.to = Address({bytes, sizeof info->ipi_addr});
    // ipi_spec_dst is this host's own address (ip(7)), or 0 if the datagram came before the option
    // was set; one for this host alone names the same.
    datagram.to_group =
        info->ipi_spec_dst.s_addr != 0 && info->ipi_addr.s_addr != info->ipi_spec_dst.s_addr;
  }
  if (const auto info = find_control<in6_pktinfo>(message, IPPROTO_IPV6, IPV6_PKTINFO)) {
    const bool has_scope = IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr);
    datagram.to = Address(info->ipi6_addr.s6_addr, 0, has_scope ? info->ipi6_ifindex : 0);
    datagram.to_group = IN6_IS_ADDR_MULTICAST(&info->ipi6_addr) != 0;
  }
}

bool is_none(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

std::optional<Datagram> receive_with(int fd, std::span<std::uint8_t> buffer, int flags) {
  Datagram datagram;
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 512> control;
  SocketAddress from;
  msghdr message = message_of(from, part, control);
  const ssize_t size = recvmsg(fd, &message, flags | MSG_DONTWAIT | whole_size);
  if (size < 0) return std::nullopt;
  datagram.size = static_cast<std::size_t>(size);
  datagram.from = from.address();
  const bool cut = (message.msg_flags & MSG_TRUNC) != 0;
  if (cut && datagram.size <= buffer.size()) datagram.size = buffer.size() + 1;
  take_destination(message, datagram);
  datagram.arrival = noted_arrival(message);
  if ((flags & errors_only) != 0) datagram.error = noted_error(message);
  return datagram;
}

}  // namespace

FileDescriptor open_udp(Family family, LocalPort port) {
  FileDescriptor socket = open_socket(family, SOCK_DGRAM);
  report_errors(socket.get(), family);
  if (port == LocalPort::dynamic) bind_dynamic_port(socket.get(), family);
  return socket;
}

std::optional<FileDescriptor> open_udp(const Address& local) {
  FileDescriptor socket = open_udp(local.family(), LocalPort::any);
  if (bind_to(socket.get(), local) == 0) return socket;
  if (errno != EADDRINUSE) fail("bind to " + local.text());
  return std::nullopt;
}

void report_local_address(int fd, Family family) {
  set_option(fd, traits(family).level, traits(family).report_destination, 1);
}

std::optional<Datagram> receive_datagram(int fd, std::span<std::uint8_t> buffer) {
  // A pending ICMP error fails the first call with its errno; the error queue then says whose it
  // was.
  if (auto datagram = receive_with(fd, buffer, 0)) return datagram;
  const bool none = is_none(errno);
  if (none && errors_only == 0) return std::nullopt;
  if (none) return receive_with(fd, buffer, errors_only);
  if (auto error = receive_with(fd, buffer, errors_only)) return error;
  auto datagram = receive_with(fd, buffer, 0);
  if (datagram || is_none(errno)) return datagram;
  Datagram failed;
  failed.error = {errno, std::generic_category()};
  return failed;
}

std::error_code send_datagram(int fd, std::span<const std::uint8_t> bytes, const Address& to,
                              const std::optional<Address>& from) {
  iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  SocketAddress peer(to);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> control{};
  msghdr message = message_of(peer, part, control);
  message.msg_controllen = 0;
  if (from && from->family() == Family::ipv6) {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, from->bytes().data(), sizeof info.ipi6_addr);
    info.ipi6_ifindex = from->scope();
    set_control(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  } else if (from) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, from->bytes().data(), sizeof info.ipi_spec_dst);
    set_control(message, IPPROTO_IP, IP_PKTINFO, info);
  }
  // A pending ICMP error about an earlier datagram fails the next send once (ip(7), IP_RECVERR).
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (sendmsg(fd, &message, no_signal) >= 0) return {};
    if (errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != EINTR) break;
  }
  return {errno, std::generic_category()};
}

}  // namespace net
