// What came back for a probe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "net/address.hh"
#include "traceroute/plan.hh"
#include "wire/icmp_extension.hh"

namespace traceroute {

// Judged by the type of the answer, not by its address, which translators and anycast obscure.
enum class Verdict {
  router,       // the TTL ran out on the way: the path goes on
  destination,  // the destination answered
  refusal,      // somebody said that it cannot be reached: the path ends here
};

struct Reply {
  Verdict verdict = Verdict::router;
  net::Address from;
  Time arrived{};
  int type = 0;  // of the ICMP message
  int code = 0;
  int ttl = 0;                       // with which it arrived; 0 if not known
  int quoted_ttl = 1;                // with which the probe arrived where it ended
  std::optional<std::uint32_t> mtu;  // of the next link, if the probe was too big for it
  std::size_t size = 0;              // of the whole IP packet
  std::vector<wire::ExtensionObject> extensions;
  bool extensions_told = false;  // by a length field (RFC 4884), not only found
};

// How many hops a packet has come, its sender included: senders start with a TTL of 64, 128 or 255.
constexpr int hops_come(int ttl_left) {
  return (ttl_left <= 64 ? 64 : ttl_left <= 128 ? 128 : 255) - ttl_left + 1;
}

}  // namespace traceroute
