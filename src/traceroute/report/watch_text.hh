// A watched path as text: a line for each thing that happens, and the table, or the line of JSON,
// at the end.
#pragma once

#include <cstdint>
#include <string>

#include "traceroute/report/hop_text.hh"
#include "traceroute/watch/watch.hh"

namespace traceroute {

// "loss", "limited" and so on; "-" where none is missing, "?" where it is too early to tell.
std::string_view meaning_text(watch::Meaning meaning);

// Milliseconds in four digits: "0.123", "12.34", "123.4", "1234"; "-" for none.
std::string short_time(std::optional<Time> time);

// Percent: "0.5", "12".
std::string percent(double share);

// The name of an address, and its AS number if the style has those: "gw.example.net [AS64500]", or
// "192.0.2.1 [AS64500]" without a name; empty if nothing is known.
std::string name_and_origin(const net::Address& address, const Style& style);

// What a line of the log says after the time:
//   change hop 4 from gw (192.0.2.1) 12.34 ms to 192.0.2.2 13.10 ms
//   loss begins, seen from hop 4 on: 3 of 20 lost, 15 % (4.0-39 %)
std::string event_text(const watch::Event& event, const Style& style);
std::string start_text(const watch::Watch& watch);
std::string end_text(const watch::Watch& watch);

// The table at the end, like that of mtr -r: lines of comment that begin with '#', then one with
// the names of the columns, then one for each hop, with as many words. What is not known is "-".
std::string watch_report(const watch::Watch& watch, const Style& style, const std::string& started,
                         const std::string& ended);

// The last line of --watch --json, which otherwise prints each round as atlas.hh has it:
//   {"type":"watch","dst_name","dst_addr","af","timestamp","endtime","interval","rounds","packets",
//    "reached","hops":[{"hop","from":["192.0.2.1"],"name","as","missing":"loss","asked","answered",
//    "every","loss","low","high","last","best","median","worst","jitter"}]}
// Times are milliseconds; loss, low and high are shares of 1. What is not known is left out.
std::string watch_summary(const watch::Watch& watch, const Style& style, std::int64_t started,
                          std::int64_t ended);

}  // namespace traceroute
