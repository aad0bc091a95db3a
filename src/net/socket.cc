#include "net/socket.hh"

#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/error.hh"

namespace net {

namespace {

constexpr int backlog = 4096;  // net.core.somaxconn caps it

FileDescriptor bind_socket(const Address& address, int type) {
  FileDescriptor socket = open_socket(address.family(), type);
  if (type == SOCK_STREAM) {
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);  // passes to what it accepts
  }
  if (address.family() == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  const bool datagrams = type == SOCK_DGRAM;
  if (bind(socket.get(), address.get(), address.size()) != 0 ||
      (!datagrams && listen(socket.get(), backlog) != 0)) {
    fail("listen on " + address.text() + (datagrams ? " (udp)" : " (tcp)"));
  }
  return socket;
}

bool lacks_family(const std::system_error& error) {
  return error.code().value() == EAFNOSUPPORT || error.code().value() == EADDRNOTAVAIL;
}

// Binds to a port from 49152 on; leaves the choice to the kernel when many in a row are taken.
void bind_dynamic_port(int fd, int family) {
  const Address wildcard = Address::wildcard(family == AF_INET6 ? Family::ipv6 : Family::ipv4, 0);
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::uint16_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) return;
    const Address address = wildcard.with_port(static_cast<std::uint16_t>(random | 0xc000));
    if (bind(fd, address.get(), address.size()) == 0) return;
  }
}

void set_blocking(int fd, bool blocking) {
  const int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

struct Attempt {
  Address address;
  FileDescriptor socket;
  int error = 0;  // EINPROGRESS while it is under way
};

Attempt begin_connect(const Address& address, LocalPort port) {
  Attempt attempt{address, open_socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK), 0};
  if (port == LocalPort::dynamic) bind_dynamic_port(attempt.socket.get(), address.family());
  if (connect(attempt.socket.get(), address.get(), address.size()) != 0) attempt.error = errno;
  return attempt;
}

// Waits for the attempts under way; settles those that have an answer.
void settle(std::vector<Attempt>& attempts, Deadline deadline) {
  std::vector<pollfd> polled;
  polled.reserve(attempts.size());
  for (const Attempt& attempt : attempts) {
    polled.push_back({attempt.error == EINPROGRESS ? attempt.socket.get() : -1, POLLOUT, 0});
  }
  const timespec left = to_timespec(deadline.remaining());
  ppoll(polled.data(), polled.size(), deadline.never() ? nullptr : &left, nullptr);
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (polled[i].revents == 0) continue;
    socklen_t size = sizeof attempts[i].error;
    getsockopt(polled[i].fd, SOL_SOCKET, SO_ERROR, &attempts[i].error, &size);
  }
}

[[noreturn]] void report(const std::vector<Attempt>& attempts,
                         const std::vector<Address>& addresses, bool timed_out) {
  std::string why = "connect to ";
  int last = ETIMEDOUT;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const bool answered = i < attempts.size() && attempts[i].error != EINPROGRESS;
    if (answered) last = attempts[i].error;
    if (i > 0) why += "; ";
    why += addresses[i].text();
    if (i + 1 == addresses.size()) break;  // system_error adds the reason of the last one
    why += ": ";
    why += answered ? std::strerror(attempts[i].error) : std::strerror(ETIMEDOUT);
  }
  const bool last_open = attempts.size() < addresses.size() || attempts.back().error == EINPROGRESS;
  throw std::system_error(timed_out && last_open ? ETIMEDOUT : last, std::generic_category(), why);
}

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

FileDescriptor open_socket(int family, int type, int protocol) {
  FileDescriptor opened(socket(family, type | SOCK_CLOEXEC, protocol));
  if (!opened) fail("open a socket");
  return opened;
}

void set_option(int fd, int level, int name, int value) {
  if (setsockopt(fd, level, name, &value, sizeof value) != 0) fail("set a socket option");
}

std::vector<Listener> listen_on(const std::vector<Address>& addresses,
                                std::initializer_list<int> types) {
  // With port 0 the kernel's choice for the first socket may be taken for another: choose again.
  constexpr int most_choices = 100;
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
            if (addresses.size() == 1 || last || !lacks_family(error)) throw;
          }
        }
      }
      return listeners;
    } catch (const std::system_error& error) {
      if (chosen == 0 || error.code().value() != EADDRINUSE || choice == most_choices) throw;
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

FileDescriptor accept_tcp(int listener, Address& peer) {
  socklen_t length = Address::capacity;
  return FileDescriptor(accept4(listener, peer.get(), &length, SOCK_CLOEXEC));
}

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

FileDescriptor connect_tcp(const std::vector<Address>& addresses, Deadline deadline,
                           LocalPort port) {
  constexpr auto head_start = 250ms;
  std::vector<Attempt> attempts;
  Deadline next;  // when the next address is tried, unless all before have failed by then
  while (true) {
    bool waiting = false;
    for (Attempt& attempt : attempts) {
      if (attempt.error == EINPROGRESS) waiting = true;
      if (attempt.error != 0) continue;
      set_blocking(attempt.socket.get(), true);
      set_option(attempt.socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
      return std::move(attempt.socket);
    }
    const bool more = attempts.size() < addresses.size();
    if (deadline.passed() || (!waiting && !more)) report(attempts, addresses, waiting);
    if (more && (!waiting || next.passed())) {
      attempts.push_back(begin_connect(addresses[attempts.size()], port));
      next = Deadline::after(head_start);
      continue;
    }
    settle(attempts, more ? next.or_sooner(deadline) : deadline);
  }
}

std::optional<Address> source_towards(const Address& destination) {
  const FileDescriptor socket = open_socket(destination.family(), SOCK_DGRAM);
  constexpr std::uint16_t discard = 9;
  const Address there = destination.with_port(discard);
  if (::connect(socket.get(), there.get(), there.size()) != 0) return std::nullopt;
  return local_address(socket.get());
}

void retransmit_evenly(int fd) { set_option(fd, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1); }

std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline) {
  std::array<pollfd, 32> polled;
  std::size_t count = 0;
  for (const int fd : fds) polled.at(count++) = {fd, POLLIN, 0};
  while (true) {
    const timespec left = to_timespec(deadline.remaining());
    const int ready = ppoll(polled.data(), count, deadline.never() ? nullptr : &left, nullptr);
    if (ready == 0) return std::nullopt;
    if (ready < 0 && errno != EINTR) fail("wait for input");
    for (std::size_t i = 0; ready > 0 && i < count; ++i) {
      if (polled[i].revents != 0) return i;
    }
  }
}

bool wait_for(std::span<Interest> interests, Deadline deadline) {
  std::vector<pollfd> polled;
  for (Interest& interest : interests) {
    const int events = (interest.to_read ? POLLIN : 0) | (interest.to_write ? POLLOUT : 0);
    polled.push_back({events != 0 ? interest.fd : -1, static_cast<short>(events), 0});
    interest.readable = interest.writable = false;
  }
  while (true) {
    const timespec left = to_timespec(deadline.remaining());
    const int ready =
        ppoll(polled.data(), polled.size(), deadline.never() ? nullptr : &left, nullptr);
    if (ready == 0) return false;
    if (ready < 0 && errno != EINTR) fail("wait for input");
    if (ready > 0) break;
  }
  for (std::size_t i = 0; i < interests.size(); ++i) {
    const short events = polled[i].revents;
    interests[i].readable = interests[i].to_read && (events & ~POLLOUT) != 0;
    interests[i].writable = interests[i].to_write && (events & ~POLLIN) != 0;
  }
  return true;
}

void tell_local_address(int fd, int family) {
  if (family == AF_INET6) {
    set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  } else {
    set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  }
}

void tell_arrival(int fd) { set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1); }

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
