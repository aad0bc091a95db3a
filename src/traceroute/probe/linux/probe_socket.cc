#include "traceroute/probe/probe_socket.hh"

// Before the kernel's headers, which leave out what it has declared.
#include <netinet/in.h>

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "net/control.hh"
#include "net/error.hh"
#include "net/kernel.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "traceroute/probe/linux/kernel_abi.hh"

namespace traceroute {

namespace {

// Where the two families' socket options differ; values of ip(7) and ipv6(7).
struct FamilyOptions {
  int level;
  int icmp;         // the protocol
  int ttl;          // of a packet, as a control message
  int receive_ttl;  // asks for it of incoming ones
  int traffic_class;
  int mtu_discovery;
  int never_fragment;
  int may_fragment;
  int errors;            // ask for ICMP errors, and how they come
  int error_extensions;  // RFC 4884 ones too
  std::uint8_t error_origin;
};
constexpr FamilyOptions ipv4{
    IPPROTO_IP,       IPPROTO_ICMP,      IP_TTL,           IP_RECVTTL, IP_TOS,
    IP_MTU_DISCOVER,  IP_PMTUDISC_PROBE, IP_PMTUDISC_DONT, IP_RECVERR, kernel::ip_recverr_rfc4884,
    SO_EE_ORIGIN_ICMP};
constexpr FamilyOptions ipv6{IPPROTO_IPV6,        IPPROTO_ICMPV6,
                             IPV6_HOPLIMIT,       IPV6_RECVHOPLIMIT,
                             IPV6_TCLASS,         IPV6_MTU_DISCOVER,
                             IPV6_PMTUDISC_PROBE, IPV6_PMTUDISC_DONT,
                             IPV6_RECVERR,        kernel::ipv6_recverr_rfc4884,
                             SO_EE_ORIGIN_ICMP6};

const FamilyOptions& options_of(net::Family family) {
  return family == net::Family::ipv6 ? ipv6 : ipv4;
}

constexpr std::size_t batch = 32;
// Routers quote up to 1232 bytes (RFC 4443); of a longer echo reply only the beginning matters.
constexpr std::size_t buffer_size = 2048;
constexpr std::size_t control_size = 512;
constexpr int receive_buffer = 4 * 1024 * 1024;

// A raw socket hears what every other program is sent: only answers to echo requests are let in.
void filter_answers(int fd, net::Family family) {
  if (family == net::Family::ipv6) {
    icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    // Errors are all that have no such bit, known or not (RFC 4443, section 2.1).
    for (int type = 0; type < ICMP6_INFOMSG_MASK; ++type) ICMP6_FILTER_SETPASS(type, &filter);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
    setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
  } else {
    icmp_filter filter{};
    filter.data = ~(1U << ICMP_ECHOREPLY | 1U << ICMP_DEST_UNREACH | 1U << ICMP_TIME_EXCEEDED |
                    1U << ICMP_PARAMETERPROB);
    setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  }
}

net::FileDescriptor open_way(net::Family family, ProbeWay way) {
  const int type = way == ProbeWay::raw ? SOCK_RAW : SOCK_DGRAM;
  const int protocol = way == ProbeWay::udp ? 0 : options_of(family).icmp;
  return net::open_socket(family, type, protocol, net::Mode::nonblocking);
}

// Whether packets bear the flow labels that come with them. Not every kernel can be asked.
void send_labels(int fd, int on) {
  net::try_option(fd, IPPROTO_IPV6, kernel::ipv6_flowinfo_send, on);
}

// Another way to probe would not help.
[[noreturn]] void refuse(const std::string& attempt) {
  throw std::runtime_error(attempt + ": " + std::generic_category().message(errno));
}

// Whether Linux has this number for an ICMP message (icmp_err_convert in its net/ipv4/icmp.c, and
// the same of IPv6).
bool pending_error(int error) {
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
         error == EHOSTDOWN || error == ENONET || error == EPROTO || error == EACCES ||
         error == EOPNOTSUPP || error == ENOPROTOOPT || error == EREMOTEIO || error == EMSGSIZE;
}

// Who sent the error: the address after the structure (SO_EE_OFFENDER).
net::Address noted_offender(msghdr& message, const FamilyOptions& names) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = net::next_control(message, c)) {
    if (c->cmsg_level != names.level || c->cmsg_type != names.errors) continue;
    if (c->cmsg_len < CMSG_LEN(sizeof(sock_extended_err))) continue;
    net::SocketAddress offender;
    const std::size_t size =
        std::min<std::size_t>(c->cmsg_len - CMSG_LEN(sizeof(sock_extended_err)), offender.capacity);
    std::memcpy(offender.get(), CMSG_DATA(c) + sizeof(sock_extended_err), size);
    return offender.address();
  }
  return {};
}

}  // namespace

ProbeSocket::ProbeSocket(net::Family family, ProbeWay way, const ProbeSocketOptions& options)
    : family_(family), way_(way), socket_(open_way(family, way)), buffers_(batch * buffer_size) {
  const FamilyOptions& names = options_of(family);
  ask_for_stamps(fd());
  // Answers to many probes at once, and a stamp for each of these. As much as is allowed.
  net::enlarge_receive_buffer(fd(), receive_buffer);
  net::set_option(fd(), names.level, names.receive_ttl, 1);
  if (way == ProbeWay::raw) filter_answers(fd(), family);
  if (family == net::Family::ipv6) send_labels(fd(), 1);
  if (way != ProbeWay::raw || options.dont_fragment)
    net::set_option(fd(), names.level, names.errors, 1);
  if (way != ProbeWay::raw) net::try_option(fd(), names.level, names.error_extensions);
  net::set_option(fd(), names.level, names.mtu_discovery,
                  options.dont_fragment ? names.never_fragment : names.may_fragment);
  if (options.traffic_class != 0) {
    net::set_option(fd(), names.level, names.traffic_class, options.traffic_class);
  }
  if (options.bypass_routing) net::set_option(fd(), SOL_SOCKET, SO_DONTROUTE, 1);
  if (options.mark &&
      !net::try_option(fd(), SOL_SOCKET, SO_MARK, static_cast<int>(*options.mark))) {
    refuse("set the firewall mark " + std::to_string(*options.mark));
  }
  if (!options.interface.empty() &&
      setsockopt(fd(), SOL_SOCKET, SO_BINDTODEVICE, options.interface.c_str(),
                 static_cast<socklen_t>(options.interface.size())) != 0) {
    refuse("send by interface " + options.interface);
  }
}

void ProbeSocket::set_flow_label(const net::Address& destination, std::uint32_t label) {
  // The kernel wants a label to be leased before it is used.
  kernel::FlowLabelRequest request{};
  std::ranges::copy(destination.bytes(), request.destination.s6_addr);
  request.label = htonl(label);
  request.action = kernel::flow_label_get;
  request.flags = kernel::flow_label_create;
  request.share = kernel::flow_label_any;  // for who traces with the same label at the same time
  if (setsockopt(fd(), IPPROTO_IPV6, kernel::ipv6_flowlabel_mgr, &request, sizeof request) != 0) {
    net::fail("use flow label " + std::to_string(label));
  }
  net::set_option(fd(), IPPROTO_IPV6, kernel::ipv6_flowinfo_send, 1);
  flow_label_ = label;
}

std::size_t ProbeSocket::refused_by_mtu() const {
  sock_extended_err error{};
  alignas(cmsghdr) std::array<char, control_size> control;
  do {
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(fd(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
    const FamilyOptions& names = options_of(family_);
    error = net::find_control<sock_extended_err>(message, names.level, names.errors)
                .value_or(sock_extended_err{});
  } while (error.ee_origin != SO_EE_ORIGIN_LOCAL);
  return error.ee_info;
}

std::size_t ProbeSocket::send(std::span<const OutgoingProbe> probes) {
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(int))> bytes;
  };
  std::vector<mmsghdr> messages(probes.size());
  std::vector<iovec> parts(probes.size());
  std::vector<Control> controls(probes.size());
  std::vector<net::SocketAddress> destinations;
  destinations.reserve(probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    destinations.emplace_back(*probes[i].to);
    if (family_ == net::Family::ipv6) {
      const std::uint32_t label = flow_label_ != 0 ? flow_label_ : probes[i].flow_label;
      reinterpret_cast<sockaddr_in6*>(destinations[i].get())->sin6_flowinfo = htonl(label);
    }
    parts[i] = {const_cast<std::uint8_t*>(probes[i].bytes.data()), probes[i].bytes.size()};
    msghdr& message = messages[i].msg_hdr;
    message = net::message_of(destinations[i], parts[i], controls[i].bytes);
    net::set_control(message, options_of(family_).level, options_of(family_).ttl, probes[i].ttl);
  }
  // Before 5.18 Linux read no control message of an IPv6 ping socket, which has one TTL for all.
  const bool one_by_one = way_ == ProbeWay::ping && family_ == net::Family::ipv6;
  std::size_t sent = 0;
  // An error about an earlier probe fails the next call once (ip(7), IP_RECVERR).
  int retries = 4;
  while (sent < probes.size()) {
    if (one_by_one && !net::try_option(fd(), IPPROTO_IPV6, IPV6_UNICAST_HOPS, probes[sent].ttl)) {
      break;
    }
    const std::size_t at_once = one_by_one ? 1 : probes.size() - sent;
    const int count = sendmmsg(fd(), &messages[sent], static_cast<unsigned>(at_once), MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      retries = 4;
    } else if (errno == EINVAL && flow_label_ == 0 && retries-- > 0) {
      // Before 5.3 Linux sends no label that is not leased; then it chooses one for all flows.
      send_labels(fd(), 0);
    } else if (errno != EINTR && !(pending_error(errno) && retries-- > 0)) {
      break;
    }
  }
  return sent;
}

const std::vector<Received>& ProbeSocket::receive(net::Clock::time_point earliest) {
  arrivals_.clear();
  stamps_.clear();
  used_ = 0;
  // The time a probe left is wanted before the answer to it.
  take(true);
  if (used_ < batch) take(false);
  clock_.look();
  for (std::size_t i = 0; i < arrivals_.size(); ++i) {
    if (stamps_[i]) arrivals_[i].when = clock_.monotonic(*stamps_[i], earliest);
  }
  return arrivals_;
}

void ProbeSocket::take(bool from_errors) {
  std::array<mmsghdr, batch> messages{};
  std::array<iovec, batch> parts;
  std::array<net::SocketAddress, batch> names;
  alignas(cmsghdr) std::array<std::array<char, control_size>, batch> controls;
  const std::size_t room = batch - used_;
  for (std::size_t i = 0; i < room; ++i) {
    parts[i] = {&buffers_[(used_ + i) * buffer_size], buffer_size};
    messages[i].msg_hdr = net::message_of(names[i], parts[i], controls[i]);
  }
  const auto receive_all = [&] {
    return recvmmsg(fd(), messages.data(), static_cast<unsigned>(room),
                    (from_errors ? MSG_ERRQUEUE : 0) | MSG_DONTWAIT | MSG_TRUNC, nullptr);
  };
  int count = receive_all();
  // A pending ICMP error fails the first call; the error queue has reported it or will.
  if (count < 0 && pending_error(errno)) count = receive_all();
  // A sandbox without this call must not look like a path on which nobody answers.
  if (count < 0 && (errno == ENOSYS || errno == EPERM)) net::fail("receive answers");
  for (int n = 0; n < count; ++n, ++used_) {
    const auto i = static_cast<std::size_t>(n);
    Received arrival;
    arrival.size = messages[i].msg_len;
    arrival.bytes = {static_cast<std::uint8_t*>(parts[i].iov_base),
                     std::min<std::size_t>(messages[i].msg_len, buffer_size)};
    arrival.from = names[i].address();
    arrival.to_port = arrival.from.port();
    std::optional<timespec> stamp;
    note(messages[i].msg_hdr, arrival, stamp);
    const bool useless = from_errors && arrival.kind == Received::Kind::packet;
    if (useless) continue;
    arrivals_.push_back(arrival);
    stamps_.push_back(stamp);
  }
}

// Reads the control messages of an arrival.
void ProbeSocket::note(msghdr& message, Received& arrival, std::optional<timespec>& stamp) const {
  const FamilyOptions& names = options_of(family_);
  stamp = stamp_of(message);
  arrival.ttl = net::find_control<int>(message, names.level, names.ttl).value_or(0);
  const auto error = net::find_control<sock_extended_err>(message, names.level, names.errors);
  if (!error) return;
  if (error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
    arrival.kind = Received::Kind::stamp;
    arrival.number = error->ee_data;
  } else if (error->ee_origin == names.error_origin && way_ != ProbeWay::raw) {
    arrival.kind = Received::Kind::error;
    arrival.type = error->ee_type;
    arrival.code = error->ee_code;
    arrival.info = error->ee_info;
    arrival.extensions_at = error->ee_rfc4884.len;
    arrival.from = noted_offender(message, names);
  }
}

}  // namespace traceroute
