// The table that --watch draws on a terminal, as lines: of the hops of one path, or of several
// destinations.
#pragma once

#include <string>
#include <vector>

#include "traceroute/report/hop_text.hh"
#include "traceroute/watch/watch.hh"

namespace traceroute {

struct View {
  std::size_t width = 80;
  std::size_t height = 24;
  bool colour = false;
  bool utf8 = false;
  bool names = true;  // or addresses
  bool paused = false;
  std::string lost_since;           // when the destination was lost, as a time of day
  std::vector<std::string> events;  // the last ones, the newest at the end
};

// No line is wider than the view, and there are no more lines than it has.
std::vector<std::string> watch_screen(const watch::Watch& watch, const Style& style,
                                      const View& view);
// A line for each destination.
std::vector<std::string> watch_screen(const std::vector<const watch::Watch*>& watches,
                                      const Style& style, const View& view);

}  // namespace traceroute
