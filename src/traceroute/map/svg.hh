// Pieces of SVG (a vocabulary of XML 1.0).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace traceroute {

struct Point {
  double x = 0;  // to the right
  double y = 0;  // down
};

namespace svg {

// A stranger's text as the text of a drawing, of at most `max` columns (10 at least; columns.hh):
// the middle of a longer one gives way to an ellipsis, and a letter broader than most counts more.
// Markup becomes entities. What cannot be seen, moves other text about or is no text (controls,
// bidirectional marks, characters without width, bytes that are no UTF-8) is spelled out: "\u202e".
std::string text(std::string_view text, std::size_t max);

// "12.3", "12": a length to a tenth.
std::string number(double value);

// The data of a path through these points, in tenths: "M10 20l3-4 5 6". Points that are less than
// `min_step` from the one before are left out, but not the last. Empty when too few are left.
std::string path(const std::vector<Point>& points, bool closed, double min_step);

}  // namespace svg

}  // namespace traceroute
