#include "simnet/interface.hh"

#include <net/ethernet.h>  // first: the kernel's headers leave out what musl's have declared

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/control.hh"
#include "net/error.hh"
#include "net/socket.hh"

namespace simnet {

namespace {

constexpr int queue_length = 20000;  // packets; a burst to 1,000 targets fits
constexpr int tap_buffer = 64 * 1024 * 1024;

// <linux/ipv6.h>, which does not go together with <netinet/in.h>.
struct Ipv6Request {
  in6_addr address;
  std::uint32_t prefix_length;
  int interface;
};

ifreq request_for(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

// The type of an ioctl's number: unsigned long in glibc, int in musl.
template <typename Number>
Number ioctl_number(int (*)(int, Number, ...));
using IoctlNumber = decltype(ioctl_number(ioctl));

template <typename Request>
void control(int fd, unsigned long what, Request& request, const std::string& attempt) {
  if (ioctl(fd, static_cast<IoctlNumber>(what), &request) != 0) net::fail(attempt);
}

void put_v4(sockaddr& where, wire::Bytes address) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  std::copy(address.begin(), address.end(), reinterpret_cast<std::uint8_t*>(&in.sin_addr));
  std::memcpy(&where, &in, sizeof in);
}

void raise(int fd, const std::string& name) {
  ifreq request = request_for(name);
  control(fd, SIOCGIFFLAGS, request, "read the flags of " + name);
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  control(fd, SIOCSIFFLAGS, request, "bring up " + name);
}

void configure_v4(const std::string& name, const Ip& address) {
  const net::FileDescriptor fd = net::open_socket(net::Family::ipv4, SOCK_DGRAM);
  constexpr std::array<std::uint8_t, 4> zeros{};
  constexpr std::array<std::uint8_t, 4> ones{255, 255, 255, 255};
  ifreq request = request_for(name);
  put_v4(request.ifr_addr, address.bytes());
  control(fd.get(), SIOCSIFADDR, request, "give " + name + " the address " + address.text());
  put_v4(request.ifr_netmask, ones);
  control(fd.get(), SIOCSIFNETMASK, request, "give " + name + " a netmask");
  raise(fd.get(), name);
  rtentry route{};
  put_v4(route.rt_dst, zeros);
  put_v4(route.rt_genmask, zeros);
  route.rt_flags = RTF_UP;
  std::string device = name;
  route.rt_dev = device.data();
  control(fd.get(), SIOCADDRT, route, "make " + name + " the IPv4 default route");
}

// The kernel makes an IPv6 address usable in the background, on a busy machine seconds later.
// Before that it cannot be bound to, and what is sent to it is lost.
void wait_until_local(const Ip& address) {
  sockaddr_in6 local{};
  local.sin6_family = AF_INET6;
  std::memcpy(&local.sin6_addr, address.octets.data(), 16);
  const net::FileDescriptor fd = net::open_socket(net::Family::ipv6, SOCK_DGRAM);
  while (bind(fd.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
    if (errno != EADDRNOTAVAIL) net::fail("use the address " + address.text());
    poll(nullptr, 0, 1);
  }
}

void configure_v6(const std::string& name, const Ip& address) {
  const net::FileDescriptor fd = net::open_socket(net::Family::ipv6, SOCK_DGRAM);
  const int index = static_cast<int>(if_nametoindex(name.c_str()));
  raise(fd.get(), name);
  Ipv6Request request{};
  std::memcpy(&request.address, address.octets.data(), 16);
  request.prefix_length = 128;
  request.interface = index;
  control(fd.get(), SIOCSIFADDR, request, "give " + name + " the address " + address.text());
  wait_until_local(address);
  in6_rtmsg route{};
  route.rtmsg_flags = RTF_UP;
  route.rtmsg_metric = 1024;
  route.rtmsg_ifindex = index;
  control(fd.get(), SIOCADDRT, route, "make " + name + " the IPv6 default route");
}

}  // namespace

Interface::Interface(const std::string& name, const std::vector<Ip>& addresses)
    : tun_(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
  if (!tun_) net::fail("open /dev/net/tun");
  ifreq request = request_for(name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  control(tun_.get(), TUNSETIFF, request, "make the TUN interface " + name);
  const net::FileDescriptor fd = net::open_socket(net::Family::ipv4, SOCK_DGRAM);
  request = request_for(name);
  request.ifr_qlen = queue_length;
  control(fd.get(), SIOCSIFTXQLEN, request, "set the queue length of " + name);
  for (const Ip& address : addresses) {
    address.v6 ? configure_v6(name, address) : configure_v4(name, address);
  }
}

std::size_t Interface::read(std::span<std::uint8_t> buffer) {
  const ssize_t size = ::read(tun_.get(), buffer.data(), buffer.size());
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

bool Interface::write(wire::Bytes packet) {
  return ::write(tun_.get(), packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
}

Tap::Tap(const std::string& interface)
    // No protocol yet, so that nothing arrives from other interfaces before it is bound.
    : socket_(net::new_socket(AF_PACKET, SOCK_DGRAM, 0, net::Mode::nonblocking)) {
  if (!socket_) net::fail("open a packet socket");
  net::set_option(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, tap_buffer);
  net::set_option(socket_.get(), SOL_SOCKET, SO_TIMESTAMPNS, 1);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    net::fail("watch " + interface);
  }
}

std::optional<Tap::Seen> Tap::read(std::span<std::uint8_t> buffer) {
  sockaddr_ll from{};
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 256> control{};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(socket_.get(), &message, 0);
  if (size < 0) return std::nullopt;
  Seen seen;
  seen.size = static_cast<std::size_t>(size);
  seen.outgoing = from.sll_pkttype == PACKET_OUTGOING;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = net::next_control(message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(c), sizeof time);
    seen.real = std::chrono::seconds(time.tv_sec) + Span(time.tv_nsec);
  }
  return seen;
}

void raise_loopback() {
  const net::FileDescriptor fd = net::open_socket(net::Family::ipv4, SOCK_DGRAM);
  raise(fd.get(), "lo");
}

}  // namespace simnet
