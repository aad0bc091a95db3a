// From a finished trace to what the path picture is drawn of.
#pragma once

#include "traceroute/networks/path_summary.hh"
#include "traceroute/report/hop_text.hh"
#include "traceroute/trace/trace.hh"

namespace traceroute {

// The hops of a trace from its first TTL to its end, with the names and AS numbers that the style
// asks for. `source` is our own address, or empty. Behind the last answer of a trace that did not
// reach its end, silence stays; a refusal at the end by who has answered before is no hop more.
PathSummary summarize(const Plan& plan, const std::vector<Hop>& hops, const Style& style,
                      const std::string& source);

}  // namespace traceroute
