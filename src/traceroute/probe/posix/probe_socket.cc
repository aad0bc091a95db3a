// Raw sockets as every POSIX system has them: one packet a call, its TTL set before, times taken by
// this process. Without the error queue of Linux, ICMP errors reach raw sockets only.
#include "traceroute/probe/probe_socket.hh"

#include <netinet/in.h>

#include <array>
#include <cerrno>

#include "net/control.hh"
#include "net/error.hh"
#include "net/kernel.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"

namespace traceroute {

namespace {

constexpr std::size_t batch = 32;
constexpr std::size_t buffer_size = 2048;
constexpr int receive_buffer = 4 * 1024 * 1024;

// Where the two families' socket options differ.
struct FamilyOptions {
  int level;
  int icmp;  // the protocol
  int ttl;
  int receive_ttl, received_ttl;
  int traffic_class;
};
constexpr FamilyOptions ipv4{IPPROTO_IP, IPPROTO_ICMP, IP_TTL, IP_RECVTTL, IP_TTL, IP_TOS};
constexpr FamilyOptions ipv6{IPPROTO_IPV6,      IPPROTO_ICMPV6, IPV6_UNICAST_HOPS,
                             IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT,  IPV6_TCLASS};
const FamilyOptions& options_of(net::Family family) {
  return family == net::Family::ipv6 ? ipv6 : ipv4;
}

}  // namespace

ProbeSocket::ProbeSocket(net::Family family, ProbeWay way, const ProbeSocketOptions& options)
    : family_(family), way_(way), buffers_(batch * buffer_size) {
  if (way != ProbeWay::raw) net::fail("open a socket", EACCES);
  const FamilyOptions& names = options_of(family);
  socket_ = net::open_socket(family, SOCK_RAW, names.icmp, net::Mode::nonblocking);
  net::enlarge_receive_buffer(fd(), receive_buffer);
  net::set_option(fd(), names.level, names.receive_ttl, 1);
  if (options.traffic_class != 0) {
    net::set_option(fd(), names.level, names.traffic_class, options.traffic_class);
  }
  if (options.bypass_routing) net::set_option(fd(), SOL_SOCKET, SO_DONTROUTE, 1);
  if (options.dont_fragment) net::fail("forbid fragments", ENOTSUP);
  if (options.mark) net::fail("set the firewall mark", ENOTSUP);
  if (!options.interface.empty()) net::fail("send by interface " + options.interface, ENOTSUP);
}

void ProbeSocket::set_flow_label(const net::Address&, std::uint32_t label) {
  net::fail("use flow label " + std::to_string(label), ENOTSUP);
}

std::size_t ProbeSocket::send(std::span<const OutgoingProbe> probes) {
  std::size_t sent = 0;
  for (const OutgoingProbe& probe : probes) {
    const FamilyOptions& names = options_of(family_);
    const net::SocketAddress to(*probe.to);
    if (!net::try_option(fd(), names.level, names.ttl, probe.ttl)) break;
    ssize_t count = -1;
    do {
      count =
          sendto(fd(), probe.bytes.data(), probe.bytes.size(), net::no_signal, to.get(), to.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) break;
    ++sent;
  }
  return sent;
}

std::size_t ProbeSocket::refused_by_mtu() const { net::fail("find the MTU", ENOTSUP); }

const std::vector<Received>& ProbeSocket::receive(net::Clock::time_point) {
  arrivals_.clear();
  take(false);
  return arrivals_;
}

void ProbeSocket::take(bool) {
  for (std::size_t i = 0; i < batch; ++i) {
    std::uint8_t* const buffer = &buffers_[i * buffer_size];
    iovec part{buffer, buffer_size};
    alignas(cmsghdr) std::array<char, 512> control;
    Received arrival;
    net::SocketAddress from;
    msghdr message = net::message_of(from, part, control);
    const ssize_t got = recvmsg(fd(), &message, 0);
    if (got < 0) return;
    arrival.from = from.address();
    arrival.bytes = {buffer, static_cast<std::size_t>(got)};
    arrival.size = static_cast<std::size_t>(got);
    const FamilyOptions& names = options_of(family_);
    const auto ttl = net::find_control<int>(message, names.level, names.received_ttl);
    arrival.ttl = ttl.value_or(0);
    arrivals_.push_back(arrival);
  }
}

}  // namespace traceroute
