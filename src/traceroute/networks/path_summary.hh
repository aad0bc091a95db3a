// A finished trace as the path picture needs it, and what its delays and its losses say.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace traceroute {

// Who answered at a TTL.
struct NamedAddress {
  std::string address;  // numeric
  std::string name;     // from reverse DNS, a stranger's text; may be empty
  std::string as;       // "AS64500", or empty
};

// What one TTL drew.
struct PathHop {
  int ttl = 0;
  std::vector<NamedAddress> responders;  // in the order of their first answers; none for silence
  std::optional<double> rtt;             // the least, in ms
  int sent = 0;
  int answered = 0;
};

struct PathSummary {
  std::string host;         // as it was typed
  std::string destination;  // its address
  std::string source;       // our own address towards it; may be empty
  std::vector<PathHop> hops;
  // The last hop is the destination; otherwise it did not answer.
  bool reached = false;
  std::string refused_by;  // the address of who said that it cannot be reached; may be empty
};

// floor[i], in ms: the least RTT of hop i and all later hops. A packet to a later hop passes hop i,
// so hop i cannot be farther, however slowly it answers itself. nullopt for silent hops, and for
// hops after which everything is silent.
std::vector<std::optional<double>> floors(const PathSummary& path);

// A large step between the floors of two hops that answered.
struct LongHaul {
  std::size_t from = 0;  // indices of the hops
  std::size_t to = 0;
  double step = 0;  // ms
};

// The largest step in RTT and all steps of at least half of it, in path order; none below 15 ms
// (some 1,500 km there and back). The step to the first hop and the step that leaves the
// `home_hops` at the start are the access line or the Wi-Fi, not distance.
std::vector<LongHaul> long_hauls(const PathSummary& path, std::size_t home_hops);

// Loss that persists to the destination. Answers missing at one hop only are rate limiting, not
// loss.
struct Loss {
  bool known = false;                     // the destination answered at least once
  std::optional<std::size_t> begins;      // the first hop from which on all that answer lose
  int sent = 0, answered = 0;             // of the destination
  std::vector<std::size_t> sparing_hops;  // those that lose, but whose loss does not persist
};

Loss judge_loss(const PathSummary& path);

}  // namespace traceroute
