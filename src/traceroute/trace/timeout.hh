// How long an answer is waited for.
#pragma once

#include <optional>

#include "traceroute/trace/plan.hh"

namespace traceroute {

// Seconds are lost on the access link: while no more hops than these have answered, all the others
// may be that slow.
constexpr int first_few_hops = 3;
// How long the answers of farther hops are waited for, seen from the first probe, where so many are
// known.
Time wait_for_farther(int known_hops);

// What is known that bears on it.
struct KnownTimes {
  Time max_rtt{};                     // of the whole trace; 0 while nothing has been heard
  std::optional<Time> hop_rtt{};      // of another probe of the same hop
  std::optional<Time> later_rtt{};    // of a probe of the next hop that answered
  std::optional<Time> destination{};  // when the destination answered, or the path was refused
  int answering_hops = 0;
  Time destination_rtt{};            // 0 if it was refused
  std::optional<Time> first_sent{};  // when the hop's first probe was, if not this one
  bool is_retry = false;             // the probe is one more than every hop gets
  // Most hops are silent, or a router answered long after the destination or one behind it.
  bool doubtful = false;
};

// Until when to wait for the answer to a probe sent at `sent`.
Time give_up_at(Time sent, const KnownTimes& known, const std::optional<Waits>& waits);

}  // namespace traceroute
