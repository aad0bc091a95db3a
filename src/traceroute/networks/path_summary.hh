// A finished trace as the path picture needs it, and what its delays and its losses say.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace traceroute {

struct Responder {
  std::string address;  // numeric
  std::string name;     // from reverse DNS, a stranger's text; may be empty
  std::string as;       // "AS64500", or empty
};

// What one TTL drew.
struct PathHop {
  int ttl = 0;
  std::vector<Responder> responders;  // in the order of their first answers; none for silence
  std::optional<double> rtt;          // the least, in ms
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
  std::string refused_by;  // the address of who said that it can not be reached; may be empty
};

// The least RTT of each hop and all later ones, in ms: what lies before a hop can not take longer
// than a journey through it, however slowly the hop itself answers. Nothing for hops behind which
// all is silent, and for silent ones.
std::vector<std::optional<double>> floors(const PathSummary& path);

// A large step between the floors of two hops that answered.
struct LongHaul {
  std::size_t from = 0;  // indices of the hops
  std::size_t to = 0;
  double step = 0;  // ms
};

// The largest step and those of at least half of it, in order of the path; none below 15 ms, some
// 1,500 km there and back. What it takes to reach the first hop, and to leave the `home_hops` at
// the start of the path, is the access line or the Wi-Fi, and no distance.
std::vector<LongHaul> long_hauls(const PathSummary& path, std::size_t home_hops);

// What is left of losses at single hops once the destination has been asked. A router answers for
// itself when it has time; what passes through it is not lost for that.
struct Loss {
  bool known = false;                     // the destination answered at least once
  std::optional<std::size_t> begins;      // the first hop from which on all that answer lose
  int sent = 0, answered = 0;             // of the destination
  std::vector<std::size_t> sparing_hops;  // those that lose, but whose loss does not persist
};

Loss judge_loss(const PathSummary& path);

}  // namespace traceroute
