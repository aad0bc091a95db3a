// The packets that the simulated routers and destinations answer with. Written apart from the
// programs' own packet code, so that one does not prove the other's mistakes right.
#pragma once

#include <vector>

#include "simnet/model/description.hh"
#include "simnet/model/probe.hh"

namespace simnet {

using Packet = std::vector<std::uint8_t>;

// An ICMP error about a probe, from a router at `from`.
struct IcmpError {
  IcmpKind kind;
  Ip from;
  std::uint8_t ttl = 255;              // of the answer when it arrives
  std::uint32_t mtu = 0;               // for fragmentation needed and packet too big
  std::uint8_t quoted_ttl = 1;         // as the probe arrived at the router
  Ip quoted_source;                    // the same, after NAT
  std::optional<unsigned> quoted_tos;  // if somebody has changed it
  const Node* router = nullptr;        // how it quotes, and what extensions it adds
};
Packet icmp_error(const Probe& probe, const IcmpError& error);

// What the probe's destination says: an echo reply (RFC 792, RFC 4443), or a reset for a TCP
// segment (RFC 9293, section 3.5.2).
Packet echo_reply(const Probe& probe, std::uint8_t ttl);
Packet tcp_reset(const Probe& probe, std::uint8_t ttl);

// A UDP datagram back to the probe's sender.
Packet udp_reply(const Probe& probe, std::uint8_t ttl, wire::Bytes data);

}  // namespace simnet
