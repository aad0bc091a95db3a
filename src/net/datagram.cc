#include "net/datagram.hh"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/error.hh"

namespace net {

namespace {

// The destination address that the kernel noted beside a datagram.
std::optional<Address> noted_destination(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr = info.ipi_addr;
      return Address(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_addr = info.ipi6_addr;
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) address.sin6_scope_id = info.ipi6_ifindex;
      return Address(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
  }
  return std::nullopt;
}

// The time that the kernel noted beside a datagram.
std::chrono::nanoseconds noted_arrival(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(c), sizeof time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  return {};
}

int noted_error(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    const bool ipv4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
    const bool ipv6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
    if (!ipv4 && !ipv6) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(c), sizeof error);
    return static_cast<int>(error.ee_errno);
  }
  return 0;
}

std::optional<Datagram> receive_with(int fd, std::span<std::uint8_t> buffer, int flags) {
  Datagram datagram;
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 512> control;
  msghdr message{};
  message.msg_name = datagram.from.get();
  message.msg_namelen = Address::capacity;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(fd, &message, flags | MSG_DONTWAIT | MSG_TRUNC);
  if (size < 0) return std::nullopt;
  datagram.size = static_cast<std::size_t>(size);
  datagram.to = noted_destination(message);
  datagram.arrival = noted_arrival(message);
  if ((flags & MSG_ERRQUEUE) != 0) {
    datagram.error = std::error_code(noted_error(message), std::generic_category());
  }
  return datagram;
}

}  // namespace

FileDescriptor open_udp(int family, LocalPort port) {
  FileDescriptor socket = open_socket(family, SOCK_DGRAM);
  if (family == AF_INET6) {
    set_option(socket.get(), IPPROTO_IPV6, IPV6_RECVERR, 1);
  } else {
    set_option(socket.get(), IPPROTO_IP, IP_RECVERR, 1);
  }
  if (port == LocalPort::dynamic) bind_dynamic_port(socket.get(), family);
  return socket;
}

std::optional<FileDescriptor> open_udp(const Address& local) {
  FileDescriptor socket = open_udp(local.family(), LocalPort::any);
  if (bind(socket.get(), local.get(), local.size()) == 0) return socket;
  if (errno != EADDRINUSE) fail("bind to " + local.text());
  return std::nullopt;
}

void report_local_address(int fd, int family) {
  if (family == AF_INET6) {
    set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  } else {
    set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  }
}

void report_arrival_time(int fd) { set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1); }

void enlarge_receive_buffer(int fd) {
  constexpr int size = 8 * 1024 * 1024;
  // The first passes over net.core.rmem_max, and takes CAP_NET_ADMIN.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0) return;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

std::optional<Datagram> receive_datagram(int fd, std::span<std::uint8_t> buffer) {
  // A pending ICMP error fails the first call with its errno; the error queue then tells whose it
  // was.
  if (auto datagram = receive_with(fd, buffer, 0)) return datagram;
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
    return receive_with(fd, buffer, MSG_ERRQUEUE);
  }
  if (auto error = receive_with(fd, buffer, MSG_ERRQUEUE)) return error;
  return receive_with(fd, buffer, 0);
}

std::error_code send_datagram(int fd, std::span<const std::uint8_t> bytes, const Address& to,
                              const std::optional<Address>& from) {
  iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_name = const_cast<sockaddr*>(to.get());
  message.msg_namelen = to.size();
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> control{};
  if (from) {
    message.msg_control = control.data();
    cmsghdr* note = reinterpret_cast<cmsghdr*>(control.data());
    if (from->family() == AF_INET6) {
      in6_pktinfo info{};
      const auto* source = reinterpret_cast<const sockaddr_in6*>(from->get());
      info.ipi6_addr = source->sin6_addr;
      info.ipi6_ifindex = source->sin6_scope_id;
      *note = {CMSG_LEN(sizeof info), IPPROTO_IPV6, IPV6_PKTINFO};
      std::memcpy(CMSG_DATA(note), &info, sizeof info);
      message.msg_controllen = CMSG_SPACE(sizeof info);
    } else {
      in_pktinfo info{};
      info.ipi_spec_dst = reinterpret_cast<const sockaddr_in*>(from->get())->sin_addr;
      *note = {CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
      std::memcpy(CMSG_DATA(note), &info, sizeof info);
      message.msg_controllen = CMSG_SPACE(sizeof info);
    }
  }
  // A pending ICMP error about an earlier datagram fails the next send once (ip(7), IP_RECVERR).
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (sendmsg(fd, &message, MSG_NOSIGNAL) >= 0) return {};
    if (errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != EINTR) break;
  }
  return {errno, std::generic_category()};
}

}  // namespace net
