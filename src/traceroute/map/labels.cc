#include "traceroute/map/labels.hh"

#include <algorithm>

namespace traceroute {

namespace {

constexpr double margin = 4;  // between a point's edge and its label

}  // namespace

// How much of a box is taken. A place under a label is lost, labels that touch are read as one,
// what lies outside of the map is cut off, and beside another place a label seems to be of that
// one; over a line, a label can be read.
double LabelPlacer::covered(const Box& box, const std::vector<Box>& taken) const {
  const auto shared = [&](const Box& other) {
    const double wide = std::min(box.right, other.right) - std::max(box.left, other.left);
    const double high = std::min(box.bottom, other.bottom) - std::max(box.top, other.top);
    return wide > 0 && high > 0 ? wide * high : 0;
  };
  const double area = (box.right - box.left) * (box.bottom - box.top);
  double sum = 5 * (area - shared({2, 2, width_ - 2, height_ - 2}));
  for (const Box& other : taken) sum += 6 * shared(other);
  for (const auto& [at, radius] : dots_) {
    sum += 30 * shared({at.x - radius, at.y - radius, at.x + radius, at.y + radius});
    const double near = radius + margin - 0.5;  // less than that of its own point
    sum += 3 * shared({at.x - near, at.y - near, at.x + near, at.y + near});
  }
  for (const Point& point : lines_) {
    sum += shared({point.x - 2, point.y - 2, point.x + 2, point.y + 2});
  }
  return sum;
}

std::optional<Label> LabelPlacer::place(const Dot& dot, Size size, For screens) {
  const double away = dot.radius + margin;
  struct Side {
    int across;   // -1, 0, 1
    double down;  // -1 to 1
  };
  // In the order in which a reader expects them.
  constexpr Side sides[] = {{1, 0},   {-1, 0}, {0, -1},   {0, 1},   {1, -1},    {1, 1},
                            {-1, -1}, {-1, 1}, {1, -0.5}, {1, 0.5}, {-1, -0.5}, {-1, 0.5}};
  constexpr const char* anchors[] = {"end", "middle", "start"};
  const double ems_wide = 0.6 * static_cast<double>(size.characters);
  const double ems_high = line_height * static_cast<double>(size.lines);
  const auto anchor_at = [&](const Side& side, double font) {
    const double wide = ems_wide * font;
    double x = dot.at.x + side.across * away;
    const double leftmost = wide / 2 + 4;  // of the middle
    if (side.across == 0) x = std::clamp(x, leftmost, std::max(leftmost, width_ - leftmost));
    return Point{x, dot.at.y + side.down * away};
  };
  const auto box_at = [&](const Side& side, const Point& at, double font) {
    const double wide = ems_wide * font, high = ems_high * font;
    const double left = at.x - wide / 2 * (1 - side.across);
    const double top = at.y - high / 2 * (1 - side.down);
    return Box{left, top, left + wide, top + high};
  };
  const auto take = [](std::vector<Box>& boxes, const Box& box, double font_size) {
    const double space = 0.6 * font_size;
    boxes.push_back({box.left - space, box.top, box.right + space, box.bottom});
  };
  const bool on_wide = screens == For::wide_screens;
  const double font = on_wide ? wide_screen_font : small_screen_font;
  const std::vector<Box>& taken = taken_[on_wide ? 1 : 0];
  const Side* best = nullptr;
  // More than that of its area, and it is not to be read. Over one line, a number is.
  constexpr double one_line = 100;
  double least = std::max(0.12 * ems_wide * font * ems_high * font, one_line);
  for (const Side& side : sides) {
    const double cost = covered(box_at(side, anchor_at(side, font), font), taken);
    // By no rounding error: x87's longer numbers would choose another of two that are as good.
    if (cost > least - 0.001) continue;
    least = cost;
    best = &side;
  }
  if (!best) return std::nullopt;
  const Point at = anchor_at(*best, font);
  if (!on_wide) take(taken_[0], box_at(*best, at, small_screen_font), small_screen_font);
  if (screens != For::small_screens)
    take(taken_[1], box_at(*best, at, wide_screen_font), wide_screen_font);
  constexpr double ascent = 0.85;  // em, of the letters above their baseline
  return Label{at, anchors[best->across + 1], ascent - ems_high / 2 * (1 - best->down)};
}

}  // namespace traceroute
