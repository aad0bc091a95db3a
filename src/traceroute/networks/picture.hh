// The path picture: the networks from here to the destination, as text of 80 columns.
#pragma once

#include <string>

#include "traceroute/networks/path_summary.hh"

namespace traceroute {

struct PictureStyle {
  bool utf8 = false;       // line drawing characters; otherwise ASCII
  bool explained = false;  // below the picture, how each network and place was guessed
};

// Each network with its hops, the round trip to its far end (the floor of path_summary.hh), and the
// places it passes with the round trip to each; the long hauls on the line between. A '?' stands
// after a place of which only one weak hint tells.
std::string picture(const PathSummary& path, const PictureStyle& style);

}  // namespace traceroute
