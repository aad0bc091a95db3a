#include "traceroute/map/labels.hh"

#include <algorithm>

namespace traceroute {

namespace {

constexpr double letter_width = 0.6 * LabelPlacer::font_size;
constexpr double gap = 9;  // between a point's middle and its label

}  // namespace

// How much of a box is taken, or lies outside of the map, which is worse.
double LabelPlacer::covered(const Box& box) const {
  const auto shared = [&](const Box& other) {
    const double wide = std::min(box.right, other.right) - std::max(box.left, other.left);
    const double high = std::min(box.bottom, other.bottom) - std::max(box.top, other.top);
    return wide > 0 && high > 0 ? wide * high : 0;
  };
  const double area = (box.right - box.left) * (box.bottom - box.top);
  double sum = 5 * (area - shared({2, 2, width_ - 2, height_ - 2}));
  for (const Box& other : taken_) sum += shared(other);
  constexpr double radius = 6;
  for (const Point& point : points_) {
    sum += shared({point.x - radius, point.y - radius, point.x + radius, point.y + radius});
  }
  for (const Point& point : lines_) {
    sum += shared({point.x - 2, point.y - 2, point.x + 2, point.y + 2});
  }
  return sum;
}

std::optional<Label> LabelPlacer::place(const Point& point, std::size_t characters) {
  const double wide = static_cast<double>(characters) * letter_width;
  const double high = 2 * line_height * font_size;
  struct Side {
    int across, down;  // -1, 0, 1
  };
  // In the order in which a reader expects them.
  constexpr Side sides[] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};
  constexpr const char* anchors[] = {"end", "middle", "start"};
  std::optional<Label> best;
  Box best_box{};
  double least = 0.12 * wide * high;  // more than that is not to be read
  for (const Side& side : sides) {
    double x = point.x + side.across * gap;
    const double leftmost = wide / 2 + 4;  // of the middle
    if (side.across == 0) x = std::clamp(x, leftmost, std::max(leftmost, width_ - leftmost));
    const double y = point.y + side.down * gap;
    const double left = side.across > 0 ? x : side.across < 0 ? x - wide : x - wide / 2;
    const double top = side.down > 0 ? y : side.down < 0 ? y - high : y - high / 2;
    const Box box{left, top, left + wide, top + high};
    const double cost = covered(box);
    if (cost >= least) continue;
    least = cost;
    best_box = box;
    const double first = side.down > 0 ? 0.85 : side.down < 0 ? -line_height - 0.25 : -0.25;
    best = Label{{x, y}, anchors[side.across + 1], first};
  }
  if (best) taken_.push_back(best_box);
  return best;
}

}  // namespace traceroute
