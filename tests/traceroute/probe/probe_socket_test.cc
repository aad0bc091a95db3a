// What a socket hears in one call, from the error queue and besides.
#include "traceroute/probe/probe_socket.hh"

#include <gtest/gtest.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/datagram_notes.hh"
#include "support/libc_call.hh"
#include "support/needs_ipv6.hh"
#include "traceroute/probe/linux/kernel_abi.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

// What the test's own recvmmsg gives, and of which origin that is on the error queue.
struct Arriving {
  std::string bytes;
  std::uint8_t origin = SO_EE_ORIGIN_NONE;
};
std::vector<Arriving> errors, packets;
bool replaced = false;
// What the test's own sendmmsg fails with, once.
int pending = 0;
// What its recvmmsg fails with, as in a sandbox.
int forbidden = 0;
// The hop limits of what its sendmmsg was given, as a kernel has them that reads no control
// message.
std::optional<std::vector<int>> hop_limits;
// The flow labels of what its sendmmsg was given, as far as the socket sends any.
std::optional<std::vector<std::uint32_t>> labels;

void fill(msghdr& message, const Arriving& arriving) {
  std::memcpy(message.msg_iov->iov_base, arriving.bytes.data(), arriving.bytes.size());
  message.msg_namelen = 0;
  if (arriving.origin == SO_EE_ORIGIN_NONE) {
    message.msg_controllen = 0;
    return;
  }
  sock_extended_err error{};
  error.ee_origin = arriving.origin;
  cmsghdr* control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = IPPROTO_IP;
  control->cmsg_type = IP_RECVERR;
  control->cmsg_len = CMSG_LEN(sizeof error);
  std::memcpy(CMSG_DATA(control), &error, sizeof error);
  message.msg_controllen = CMSG_SPACE(sizeof error);
}

}  // namespace

// The test's own body of what the socket calls.
extern "C" int socket(int family, int type, int protocol) __THROW {
  static const auto real = find_libc_call<int(int, int, int)>("socket");
  // Not everybody may have a ping socket.
  return real(family, type, protocol == IPPROTO_ICMPV6 ? 0 : protocol);
}

extern "C" int recvmmsg(int fd, mmsghdr* messages, unsigned room,
                        decltype(flags_of(recvmmsg)) flags, timespec* timeout) {
  static const auto real = find_libc_call<decltype(recvmmsg)>("recvmmsg");
  if (forbidden != 0) {
    errno = forbidden;
    return -1;
  }
  if (!replaced) return real(fd, messages, room, flags, timeout);
  const auto& arriving = (flags & MSG_ERRQUEUE) != 0 ? errors : packets;
  unsigned count = 0;
  for (; count < arriving.size() && count < room; ++count) {
    fill(messages[count].msg_hdr, arriving[count]);
    messages[count].msg_len = static_cast<unsigned>(arriving[count].bytes.size());
  }
  if (count > 0) return static_cast<int>(count);
  errno = EAGAIN;
  return -1;
}

extern "C" int sendmmsg(int fd, mmsghdr* messages, unsigned count,
                        decltype(flags_of(sendmmsg)) flags) {
  static const auto real = find_libc_call<decltype(sendmmsg)>("sendmmsg");
  if (hop_limits) {
    int hop_limit = 0;
    socklen_t size = sizeof hop_limit;
    getsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hop_limit, &size);
    hop_limits->insert(hop_limits->end(), count, hop_limit);
    return static_cast<int>(count);
  }
  if (pending != 0) {
    errno = std::exchange(pending, 0);
    return -1;
  }
  if (!labels) return real(fd, messages, count, flags);
  int on = 0;
  socklen_t size = sizeof on;
  getsockopt(fd, IPPROTO_IPV6, traceroute::kernel::ipv6_flowinfo_send, &on, &size);
  for (unsigned i = 0; i < count; ++i) {
    const auto* to = static_cast<const sockaddr_in6*>(messages[i].msg_hdr.msg_name);
    labels->push_back(on != 0 ? ntohl(to->sin6_flowinfo) : 0);
  }
  return static_cast<int>(count);
}

namespace traceroute {
namespace {

// Each of the numbers that Linux has for an unreachable, a time exceeded, a parameter problem, a
// packet too big and a redirect (icmp_err_convert in net/ipv4/icmp.c, and the same of IPv6).
TEST(ProbeSocket, WhatIsSaidOfAnEarlierProbeFailsNoLaterOne) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body reads no error queue";
  ProbeSocket socket(net::Family::ipv4, ProbeWay::udp, {});
  const auto to = net::Address::parse("127.0.0.1")->with_port(9);
  const OutgoingProbe probe{&to, 1, {}};
  for (const int error : {ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED, EMSGSIZE,
                          EOPNOTSUPP, EHOSTDOWN, ENONET, EACCES, EPROTO, EREMOTEIO}) {
    pending = error;
    EXPECT_EQ(socket.send({&probe, 1}), 1U) << std::strerror(error);
  }
  pending = EPERM;
  EXPECT_EQ(socket.send({&probe, 1}), 0U) << "a firewall's refusal";
}

// So does Linux before 5.18: all probes would go as far as the destination, at hop 1.
TEST(ProbeSocket, AnIpv6PingSocketHasTheTtlsAlsoWhereNoControlMessageIsRead) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body has no ping sockets";
  NEEDS_IPV6();
  ProbeSocket socket(net::Family::ipv6, ProbeWay::ping, {});
  const auto to = *net::Address::parse("::1");
  const std::array<OutgoingProbe, 3> probes{{{&to, 1, {}}, {&to, 2, {}}, {&to, 255, {}}}};
  hop_limits.emplace();
  EXPECT_EQ(socket.send(probes), 3U);
  EXPECT_EQ(std::exchange(hop_limits, std::nullopt), (std::vector{1, 2, 255}));
}

// Many routers look at nothing else of a flow. Before 5.3 Linux refuses a label that is not leased.
TEST(ProbeSocket, AProbeHasItsFlowLabelUnlessTheKernelRefusesIt) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body sends no labels";
  NEEDS_IPV6();
  ProbeSocket socket(net::Family::ipv6, ProbeWay::udp, {});
  const auto to = net::Address::parse("::1")->with_port(9);
  const std::array<OutgoingProbe, 3> probes{{{&to, 1, {}, 7}, {&to, 2, {}, 0xffff}, {&to, 3, {}}}};
  labels.emplace();
  EXPECT_EQ(socket.send(probes), 3U);
  EXPECT_EQ(*labels, (std::vector<std::uint32_t>{7, 0xffff, 0}));
  labels->clear();
  pending = EINVAL;
  EXPECT_EQ(socket.send(probes), 3U);
  EXPECT_EQ(*std::exchange(labels, std::nullopt), (std::vector<std::uint32_t>{0, 0, 0}));
}

TEST(ProbeSocket, ACallThatIsForbiddenIsNoSilence) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body receives by another call";
  ProbeSocket socket(net::Family::ipv4, ProbeWay::udp, {});
  for (const int error : {ENOSYS, EPERM}) {
    forbidden = error;
    EXPECT_THROW((void)socket.receive({}), std::system_error) << std::strerror(error);
  }
  forbidden = 0;
  EXPECT_TRUE(socket.receive({}).empty());
}

TEST(ProbeSocket, WhatIsNoUseTakesNoOthersBytes) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body reads no error queue";
  ProbeSocket socket(net::Family::ipv4, ProbeWay::udp, {});
  errors = {{"local", SO_EE_ORIGIN_LOCAL}, {"an error", SO_EE_ORIGIN_ICMP}};
  packets = {{"a packet"}};
  replaced = true;
  std::vector<std::string> seen;
  for (const Received& arrival : socket.receive({}))
    seen.emplace_back(arrival.bytes.begin(), arrival.bytes.end());
  replaced = false;
  EXPECT_EQ(seen, (std::vector<std::string>{"an error", "a packet"}));
}

}  // namespace
}  // namespace traceroute
