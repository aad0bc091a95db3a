// What the simulated network understands of a packet that is sent into it.
#pragma once

#include <optional>

#include "simnet/model/ip.hh"

namespace simnet {

constexpr std::uint8_t protocol_icmp = 1;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_icmp6 = 58;

// One whole IP packet (RFC 791, RFC 8200). `header` and `payload` point into the parsed bytes.
struct Probe {
  bool v6 = false;
  std::uint8_t tos = 0;  // IPv6: the traffic class
  std::uint8_t ttl = 0;
  std::uint8_t protocol = 0;
  bool dont_fragment = false;   // always for IPv6
  bool later_fragment = false;  // not the first of a fragmented packet
  std::uint32_t flow_label = 0;
  Ip source, destination;
  wire::Bytes header;   // IPv4: with its options
  wire::Bytes payload;  // from the transport header on

  [[nodiscard]] std::size_t size() const { return header.size() + payload.size(); }
  [[nodiscard]] bool icmp() const {
    return protocol == (v6 ? protocol_icmp6 : protocol_icmp) && !later_fragment;
  }
  [[nodiscard]] bool echo_request() const { return icmp() && payload[0] == (v6 ? 128 : 8); }
  // RFC 1122, section 3.2.2: an ICMP error must never be answered by one.
  [[nodiscard]] bool icmp_error() const {
    return icmp() &&
           (v6 ? payload[0] < 128 : payload[0] != 8 && payload[0] != 0 && payload[0] != 13);
  }
  // The number that tells a tool's probes apart and the one common to them: ICMP sequence and id,
  // UDP and TCP destination and source port.
  [[nodiscard]] std::uint16_t sequence() const;
  [[nodiscard]] std::uint16_t id() const;
};

// Nothing when the packet is cut short, longer than it says, or not IP; a transport header must be
// there in whole (ICMP and UDP 8 bytes, TCP 20). Checksums are not looked at.
std::optional<Probe> parse_probe(wire::Bytes packet);

// Whether the checksum of the transport header holds; true for protocols unknown here.
bool transport_checksum_holds(const Probe& probe);

// The Internet checksum (RFC 1071) of the bytes, continued from `sum`, a checksum not yet inverted.
std::uint32_t add_words(std::uint32_t sum, wire::Bytes bytes);
std::uint16_t finish_sum(std::uint32_t sum);

// The sum over the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1).
std::uint32_t pseudo_header_sum(const Ip& source, const Ip& destination, std::uint8_t protocol,
                                std::size_t length);

}  // namespace simnet
