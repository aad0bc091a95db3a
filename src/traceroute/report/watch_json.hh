// What a watch found, as a line of JSON.
#pragma once

#include <cstdint>
#include <string>

#include "traceroute/report/hop_text.hh"
#include "traceroute/watch/watch.hh"

namespace traceroute {

// The last line of --watch --json, which otherwise prints each round as atlas.hh has it:
//   {"type":"watch","dst_name","dst_addr","af","timestamp","endtime","interval","rounds","packets",
//    "reached","hops":[{"hop","from":["192.0.2.1"],"name","as","missing":"loss","asked","answered",
//    "every","loss","low","high","last","best","median","worst","jitter"}]}
// Times are milliseconds; loss, low and high are shares of 1. What is not known is left out.
std::string watch_summary(const watch::Watch& watch, const Style& style, std::int64_t started,
                          std::int64_t ended);

}  // namespace traceroute
