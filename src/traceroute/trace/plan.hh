// What is to be traced, and how.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "net/address.hh"

namespace traceroute {

// A point on the monotonic clock, or a span: the trace is told the time and never looks itself.
using Time = std::chrono::nanoseconds;
inline double in_milliseconds(Time time) { return static_cast<double>(time.count()) / 1e6; }

// How long to wait for a probe's answer, as -w says it: no more than `here` times as long as an
// answer of the same hop took, or else `near` times one of a later hop, and `most` at all. A factor
// of 0 is none.
struct Waits {
  Time max;
  double here = 0;
  double near = 0;
};

struct Plan {
  net::Address destination;
  std::optional<net::Address> source;  // of ours, if it is known which one the packets bear
  std::uint8_t traffic_class = 0;      // or type of service
  std::string name;                    // of the destination, as it was typed
  int first_ttl = 1;
  int max_ttl = 30;
  int queries = 3;
  std::size_t packet_size = 60;  // with the IP header
  bool find_mtu = false;         // send smaller ones as routers say what fits; with a window of 1
  bool by_udp = false;           // no echo requests can be sent, but UDP to a port for each
  std::uint32_t seed = 0;        // of the flows of a search for parallel paths
  std::optional<Waits> waits;    // else as timeout.hh has it
  std::optional<int> give_up;    // after so many silent hops at the end
  // Careful tracing, in order of the TTLs: at most `window` probes unanswered at once, and `pause`
  // between any two. Without both, all goes out as soon as schedule.hh allows.
  std::optional<int> window;
  Time pause{};
};

}  // namespace traceroute
