#include "traceroute/report/summarize.hh"

#include <algorithm>

namespace traceroute {

namespace {

PathHop path_hop(const Hop& hop, const Style& style) {
  PathHop result;
  result.ttl = hop.ttl;
  for (const Probe& probe : hop.probes) {
    ++result.sent;
    if (!probe.reply) continue;
    ++result.answered;
    const double rtt = in_milliseconds(probe.rtt());
    result.rtt = std::min(rtt, result.rtt.value_or(rtt));
    const std::string address = probe.reply->from.host();
    if (std::ranges::find(result.responders, address, &NamedAddress::address) !=
        result.responders.end()) {
      continue;
    }
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
    path.hops.push_back(path_hop(hop, style));
    for (const Probe& probe : hop.probes) {
      if (!probe.reply) continue;
      if (probe.reply->verdict == Verdict::destination) path.reached = true;
      if (probe.reply->verdict == Verdict::refusal) path.refused_by = probe.reply->from.host();
    }
  }
  if (path.reached) path.refused_by.clear();
  return path;
}

PathSummary summarize(const Trace& trace, const Style& style, const std::string& source) {
  return summarize(trace.plan(), trace.hops(), style, source);
}

}  // namespace traceroute
