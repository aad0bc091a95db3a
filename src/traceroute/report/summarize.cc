#include "traceroute/report/summarize.hh"

#include <algorithm>

namespace traceroute {

namespace {

bool is_passed(const Hop& hop) {
  return std::ranges::any_of(hop.probes, [](const Probe& probe) {
    return probe.reply && probe.reply->verdict != Verdict::refusal;
  });
}

bool answers(const PathHop& hop, const std::string& address) {
  return std::ranges::find(hop.responders, address, &NamedAddress::address) != hop.responders.end();
}

// A router refuses packets from where it stands, whatever their TTLs: its refusals are no answers
// of a hop at which others answer too, nor of one after its own (`before` are the hops up to
// there).
PathHop path_hop(const Hop& hop, const Style& style, const std::vector<PathHop>& before) {
  PathHop result;
  result.ttl = hop.ttl;
  for (const Probe& probe : hop.probes) {
    ++result.sent;
    if (!probe.reply) continue;
    ++result.answered;
    const std::string address = probe.reply->from.host();
    const auto answered = [&](const PathHop& each) { return answers(each, address); };
    if (probe.reply->verdict == Verdict::refusal &&
        (is_passed(hop) || std::ranges::any_of(before, answered))) {
      continue;
    }
    const double rtt = in_milliseconds(probe.rtt());
    result.rtt = std::min(rtt, result.rtt.value_or(rtt));
    if (answers(result, address)) continue;
    result.responders.push_back(
        {address, style.shown_name(probe.reply->from), style.shown_origin(probe.reply->from)});
  }
  return result;
}

}  // namespace

PathSummary summarize(const Plan& plan, const std::vector<Hop>& hops, const Style& style,
                      const std::string& source) {
  PathSummary path;
  path.host = plan.name;
  path.destination = plan.destination.host();
  path.source = source;
  for (const Hop& hop : hops) {
    path.hops.push_back(path_hop(hop, style, path.hops));
    for (const Probe& probe : hop.probes) {
      if (!probe.reply) continue;
      if (probe.reply->verdict == Verdict::destination) path.reached = true;
      if (probe.reply->verdict == Verdict::refusal) path.refused_by = probe.reply->from.host();
    }
  }
  if (path.reached) path.refused_by.clear();
  const auto is_hop = [](const PathHop& hop) {
    return !hop.responders.empty() || hop.answered == 0;
  };
  while (!path.hops.empty() && !is_hop(path.hops.back())) path.hops.pop_back();
  return path;
}

}  // namespace traceroute
