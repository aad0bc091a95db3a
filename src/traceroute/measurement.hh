// What a prober sends for: probes with their answers, and who is told of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "traceroute/plan.hh"
#include "traceroute/reply.hh"

namespace traceroute {

struct Probe {
  int ttl = 0;
  std::size_t size = 0;  // of the packet, with the IP header
  Time sent{};
  std::optional<Reply> reply{};
  bool found_mtu = false;           // a larger one did not fit: this is the size that did
  std::vector<Reply> duplicates{};  // further answers, the first few of them
  bool late = false;                // the answer came when its hop had been settled without it
  std::uint16_t flow = 0;           // its checksum: balancers choose a path by it

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

 protected:
  ~Measurement() = default;
};

}  // namespace traceroute
