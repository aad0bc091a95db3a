// Where the labels of a map stand, so that they can be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traceroute/map/projection.hh"

namespace traceroute {

struct Label {
  Point at;            // of the anchor
  const char* anchor;  // "start", "middle", "end"
  double first_line;   // its baseline below the anchor, in em
};

// Puts labels of two lines beside their points, one after the other, each where it covers neither
// points nor other labels, and as little as can be of the lines.
class LabelPlacer {
 public:
  // The lines as points that are some units apart.
  LabelPlacer(double width, double height, std::vector<Point> points, std::vector<Point> lines)
      : width_(width), height_(height), points_(std::move(points)), lines_(std::move(lines)) {}

  // `characters` is the length of the longer line. nullopt: there is no room.
  std::optional<Label> place(const Point& point, std::size_t characters);

  // Of the largest letters, those of a small screen; in the sheet's units.
  static constexpr double font_size = 19;
  static constexpr double line_height = 1.1;  // em

 private:
  struct Box {
    double left, top, right, bottom;
  };
  [[nodiscard]] double covered(const Box& box) const;

  double width_, height_;
  std::vector<Point> points_;
  std::vector<Point> lines_;
  std::vector<Box> taken_;
};

}  // namespace traceroute
