// Paths to play a trace on, and how many answers each of its hops has then.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "support/virtual_path.hh"

namespace traceroute {

using namespace std::chrono_literals;

// Hops at equal distances; the last one is the destination.
inline VirtualPath even_path(int hops, Time spacing) {
  return [=](const Probe& probe, int) -> std::optional<Answer> {
    if (probe.ttl >= hops) return Answer{Verdict::destination, spacing * hops, hops};
    return Answer{Verdict::router, spacing * probe.ttl, probe.ttl};
  };
}

// A path on which some probes are not answered.
inline VirtualPath without(const VirtualPath& path,
                           std::function<bool(const Probe&, int count)> lost) {
  return [=](const Probe& probe, int count) -> std::optional<Answer> {
    if (lost(probe, count)) return std::nullopt;
    return path(probe, count);
  };
}

inline VirtualPath silent_at(const VirtualPath& path, int first, int last) {
  return without(path, [=](const Probe& p, int) { return p.ttl >= first && p.ttl <= last; });
}

inline std::size_t answers(const Hop& hop) {
  std::size_t count = 0;
  for (const Probe& probe : hop.probes) count += probe.reply && !probe.late ? 1U : 0U;
  return count;
}

inline std::vector<std::size_t> answers(const Played& played) {
  std::vector<std::size_t> counts;
  for (const Hop& hop : played.hops) counts.push_back(answers(hop));
  return counts;
}

}  // namespace traceroute
