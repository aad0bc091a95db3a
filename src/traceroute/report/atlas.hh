// A finished trace as a line of JSON in the layout of RIPE Atlas' traceroute results, firmware 5000
// and later (https://atlas.ripe.net/docs/apis/measurement-result-format): documented, and read by
// tools that exist.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traceroute/report/hop_text.hh"
#include "traceroute/trace/trace.hh"

namespace traceroute {

// When a trace ran, in seconds since 1970, and from which of this host's addresses (or "").
struct TraceTimes {
  std::int64_t started = 0;
  std::int64_t ended = 0;
  std::string source;
  std::string failure{};  // why it is not whole, or empty
};

// One line, with its newline, and every probe of every hop in it. Sizes are, as with Atlas, those
// after the ICMP header. What the layout has no place for stands below one key of our own,
// "sockhop", each part only if there is something to tell:
//
//   "names":      {"192.0.2.1": "gw.example.net"}
//   "origins":    {"192.0.2.1": "AS64500"}    with -A
//   "interfaces": [{"hop", "from", "role", "index", "name", "address", "mtu"}]    RFC 5837
//   "quotes":     [{"hop", "from", "src_addr", "dst_addr", "tos", "checksum"}]    what the path
//                 changed in a probe, with -e
//   "errors":     [{"hop", "from", "type", "code"}]    ICMP messages that "err" cannot name
//   "mtu":        of the path, with --mtu
//   "error":      why the trace is not whole
std::string atlas_result(const Trace& trace, const Style& style, const TraceTimes& when);
// The same of hops that are no whole trace; `sent` is all that was sent for them.
std::string atlas_result(const Plan& plan, const std::vector<Hop>& hops,
                         const std::vector<Probe>& sent, const Style& style,
                         const TraceTimes& when);

// The line for a target that could not be traced: the same keys as far as they are known, and the
// result [{"error": "…"}]. A trace that failed before it had a hop is told so, too.
std::string atlas_error(const Plan& plan, const std::string& error, std::int64_t time);

}  // namespace traceroute
