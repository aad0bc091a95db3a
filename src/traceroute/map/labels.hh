// Where the labels of a map stand, so that they can be read.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "traceroute/map/projection.hh"

namespace traceroute {

struct Label {
  Point at;            // of the anchor
  const char* anchor;  // "start", "middle", "end"
  double first_line;   // its baseline below the anchor, in em
};

// A place on the map, as large as it is drawn.
struct Dot {
  Point at;
  double radius;
};

// Puts labels beside their points, one after the other, each where it covers neither points nor
// other labels, and as little as can be of the lines.
class LabelPlacer {
 public:
  // A label is for every screen, with the larger letters of a small one, or for wide screens only,
  // where letters are smaller, or for small ones only. Those for every screen come first.
  enum class For { every_screen, wide_screens, small_screens };

  struct Size {
    std::size_t characters;  // of the longest line
    std::size_t lines = 2;
  };

  // The lines as points that are `line_step` units apart.
  LabelPlacer(double width, double height, std::vector<Dot> dots, std::vector<Point> lines)
      : width_(width), height_(height), dots_(std::move(dots)), lines_(std::move(lines)) {}

  // nullopt: there is no room.
  std::optional<Label> place(const Dot& dot, Size size, For screens);

  // In the sheet's units.
  static constexpr double small_screen_font = 19, wide_screen_font = 13;
  static constexpr double line_height = 1.1;  // em
  static constexpr double line_step = 4;

 private:
  struct Box {
    double left, top, right, bottom;
  };
  [[nodiscard]] double covered(const Box& box, const std::vector<Box>& taken) const;

  double width_, height_;
  std::vector<Dot> dots_;
  std::vector<Point> lines_;
  std::array<std::vector<Box>, 2> taken_;  // on small screens, and on wide ones
};

}  // namespace traceroute
