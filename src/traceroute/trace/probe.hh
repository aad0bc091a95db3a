// What a prober sends for: probes, their answers, and who is told of both.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "net/address.hh"
#include "traceroute/trace/plan.hh"
#include "wire/icmp.hh"

namespace traceroute {

// ICMP's numbers in a family.
inline const wire::IcmpFamily& icmp_of(net::Family family) {
  return family == net::Family::ipv6 ? wire::icmp_v6 : wire::icmp_v4;
}

// Judged by the type of the answer, not by its address, which translators and anycast obscure.
enum class Verdict {
  router,       // the TTL ran out on the way: the path goes on
  destination,  // the destination answered
  refusal,      // somebody said that it cannot be reached: the path ends here
};

// What the path changed in a probe, as an error quotes it: the value with which it arrived.
struct Rewritten {
  std::optional<net::Address> source;  // by a translator (NAT)
  std::optional<net::Address> destination;
  std::optional<int> traffic_class;
  std::optional<int> checksum;
};

struct Reply {
  Verdict verdict = Verdict::router;
  net::Address from;
  Time arrived{};
  int type = 0;  // of the ICMP message
  int code = 0;
  int ttl = 0;         // with which it arrived; 0 if not known
  int quoted_ttl = 1;  // with which the probe arrived where it ended
  Rewritten rewritten;
  std::optional<std::uint32_t> mtu;  // of the next link, if the probe was too big for it
  std::size_t size = 0;              // of the whole IP packet
  std::vector<wire::ExtensionObject> extensions;
  bool extensions_told = false;  // by a length field (RFC 4884), not only found
};

// How many hops a packet has come, its sender included: senders start with a TTL of 64, 128 or 255.
constexpr int hops_come(int ttl_left) {
  return (ttl_left <= 64 ? 64 : ttl_left <= 128 ? 128 : 255) - ttl_left + 1;
}

// The checksum of all probes, but for those of a search for parallel paths: balancers choose a path
// by it.
constexpr std::uint16_t usual_flow = 0x50c8;

struct Probe {
  int ttl = 0;
  std::size_t size = 0;  // of the packet, with the IP header
  Time sent{};
  std::optional<Reply> reply{};
  bool found_mtu = false;           // a larger one did not fit: this is the size that did
  std::vector<Reply> duplicates{};  // further answers; before there is one, errors of unknown types
  bool late = false;                // the answer came when its hop had been settled without it
  std::uint16_t flow = usual_flow;  // its checksum

  // The first few are kept, since somebody may send any number.
  void add_duplicate(Reply again) {
    constexpr std::size_t max_duplicates = 4;
    if (duplicates.size() < max_duplicates) duplicates.push_back(std::move(again));
  }
  // Only of a probe with a reply; never negative.
  [[nodiscard]] Time rtt() const { return std::max(reply->arrived - sent, Time::zero()); }
};

class Measurement {
 public:
  [[nodiscard]] virtual const Plan& plan() const = 0;
  [[nodiscard]] virtual const std::vector<Probe>& probes() const = 0;
  // A better time of sending than the one of asking for it was.
  virtual void left(std::size_t probe, Time when) = 0;
  // The answer to a probe.
  virtual void record(std::size_t probe, Reply reply) = 0;
  // An error of a type that nobody knows: the probe may have gone on all the same.
  virtual void record_unknown(std::size_t /*probe*/, const Reply& /*error*/) {}

 protected:
  ~Measurement() = default;
};

}  // namespace traceroute
