// What the kernel takes and libc's headers lack. <linux/in6.h> has it, but older ones of it exclude
// <netinet/in.h>, or hide what that should have and has not: so it stands here, in any order of
// headers.
#pragma once

#include <netinet/in.h>

#include <cstdint>

namespace traceroute::kernel {

// The RFC 4884 extensions of an ICMP error, on the socket error queue (Linux 5.9).
constexpr int ip_recverr_rfc4884 = 26;
constexpr int ipv6_recverr_rfc4884 = 31;

// Flow labels, which are leased before they are used.
constexpr int ipv6_flowlabel_mgr = 32;
constexpr int ipv6_flowinfo_send = 33;
struct FlowLabelRequest {
  in6_addr destination;
  std::uint32_t label;  // in network byte order
  std::uint8_t action;
  std::uint8_t share;
  std::uint16_t flags;
  std::uint16_t expires;
  std::uint16_t linger;
  std::uint32_t padding;
};
constexpr std::uint8_t flow_label_get = 0;
constexpr std::uint8_t flow_label_any = 255;
constexpr std::uint16_t flow_label_create = 1;

}  // namespace traceroute::kernel
