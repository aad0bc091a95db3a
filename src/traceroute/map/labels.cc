#include "traceroute/map/labels.hh"

#include <algorithm>

namespace traceroute {

namespace {

constexpr double margin = 4;  // between a point's edge and its label, and between two labels

}  // namespace

// How much of a box is taken. What lies outside of the map is cut off, which is worst, and a place
// under a label is lost; over a line, a label can be read.
double LabelPlacer::covered(const Box& box, const std::vector<Box>& taken) const {
  const auto shared = [&](const Box& other) {
    const double wide = std::min(box.right, other.right) - std::max(box.left, other.left);
    const double high = std::min(box.bottom, other.bottom) - std::max(box.top, other.top);
    return wide > 0 && high > 0 ? wide * high : 0;
  };
  const double area = (box.right - box.left) * (box.bottom - box.top);
  double sum = 5 * (area - shared({2, 2, width_ - 2, height_ - 2}));
  for (const Box& other : taken) sum += shared(other);
  for (const auto& [at, radius] : dots_) {
    sum += 4 * shared({at.x - radius, at.y - radius, at.x + radius, at.y + radius});
  }
  for (const Point& point : lines_) {
    sum += shared({point.x - 2, point.y - 2, point.x + 2, point.y + 2});
  }
  return sum;
}

std::optional<Label> LabelPlacer::place(const Dot& dot, std::size_t characters, For screens) {
  const double away = dot.radius + margin;
  struct Side {
    int across, down;  // -1, 0, 1
  };
  // In the order in which a reader expects them.
  constexpr Side sides[] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};
  constexpr const char* anchors[] = {"end", "middle", "start"};
  const auto anchor_at = [&](const Side& side, double font) {
    const double wide = 0.6 * font * static_cast<double>(characters);
    double x = dot.at.x + side.across * away;
    const double leftmost = wide / 2 + 4;  // of the middle
    if (side.across == 0) x = std::clamp(x, leftmost, std::max(leftmost, width_ - leftmost));
    return Point{x, dot.at.y + side.down * away};
  };
  const auto box_at = [&](const Side& side, const Point& at, double font) {
    const double wide = 0.6 * font * static_cast<double>(characters);
    const double high = 2 * line_height * font;
    const double left = at.x - wide / 2 * (1 - side.across);
    const double top = at.y - high / 2 * (1 - side.down);
    return Box{left, top, left + wide, top + high};
  };
  const auto take = [&](std::vector<Box>& boxes, const Box& box) {
    boxes.push_back({box.left - margin, box.top, box.right + margin, box.bottom});
  };
  const bool every = screens == For::every_screen;
  const double font = every ? small_screen_font : wide_screen_font;
  const std::vector<Box>& taken = taken_[every ? 0 : 1];
  const Side* best = nullptr;
  // More than that of its area, and it is not to be read.
  double least = 0.12 * 2 * line_height * font * 0.6 * font * static_cast<double>(characters);
  for (const Side& side : sides) {
    const double cost = covered(box_at(side, anchor_at(side, font), font), taken);
    // By no rounding error: x87's longer numbers would choose another of two that are as good.
    if (cost > least - 0.001) continue;
    least = cost;
    best = &side;
  }
  if (!best) return std::nullopt;
  const Point at = anchor_at(*best, font);
  if (every) take(taken_[0], box_at(*best, at, small_screen_font));
  take(taken_[1], box_at(*best, at, wide_screen_font));
  const double first = best->down > 0 ? 0.85 : best->down < 0 ? -line_height - 0.25 : -0.25;
  return Label{at, anchors[best->across + 1], first};
}

}  // namespace traceroute
