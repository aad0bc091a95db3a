#include "traceroute/map/coast.hh"

#include <algorithm>
#include <string_view>

namespace traceroute {

namespace {

// A line in twentieths of a degree: two characters a step, east and north, of which 'P' is no step
// at all, 'Q' one to the positive and so on. The backslash has no part in it.
struct EncodedLine {
  int east, north;
  std::string_view steps;
};
constexpr EncodedLine land_rings[] = {
#include "traceroute/map/coast_land.inc"
};
constexpr EncodedLine border_lines[] = {
#include "traceroute/map/coast_borders.inc"
};
constexpr double twentieth = 0.05;
constexpr double min_step = 1.4;  // in units of the sheet, less than is seen

int step(char c) { return c > '\\' ? c - 'P' - 1 : c - 'P'; }

std::vector<Degrees> decoded(const EncodedLine& line) {
  int east = line.east;
  int north = line.north;
  std::vector<Degrees> points = {{north * twentieth, east * twentieth}};
  for (std::size_t i = 0; i + 1 < line.steps.size(); i += 2) {
    east += step(line.steps[i]);
    north += step(line.steps[i + 1]);
    points.push_back({north * twentieth, east * twentieth});
  }
  return points;
}

// Calls use(points) for each copy of a line that is on the sheet, a turn further east or west.
template <typename Use>
void for_each_copy(const Projection& projection, const EncodedLine& line, Use use) {
  const std::vector<Degrees> points = decoded(line);
  const auto [west, east] = std::ranges::minmax(points, {}, &Degrees::longitude);
  for (const double turn : {-360.0, 0.0, 360.0}) {
    if (!projection.shows(west.longitude + turn, east.longitude + turn)) continue;
    std::vector<Point> drawn;
    drawn.reserve(points.size());
    for (const Degrees& point : points) {
      drawn.push_back(projection.at({point.latitude, point.longitude + turn}));
    }
    use(std::move(drawn));
  }
}

// What of a polygon lies on one side of a line, where inside(point) >= 0 (Sutherland and Hodgman).
template <typename Inside>
std::vector<Point> cut(const std::vector<Point>& ring, Inside inside) {
  std::vector<Point> rest;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& from = ring[i == 0 ? ring.size() - 1 : i - 1];
    const Point& to = ring[i];
    const double a = inside(from);
    const double b = inside(to);
    if ((a < 0) != (b < 0)) {
      const double share = a / (a - b);
      rest.push_back({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
    }
    if (b >= 0) rest.push_back(to);
  }
  return rest;
}

}  // namespace

std::string land(const Projection& projection) {
  // A little beyond the sheet, so that the cut is not seen.
  constexpr double margin = 4;
  const double right = projection.width() + margin;
  const double bottom = projection.height() + margin;
  std::string data;
  for (const EncodedLine& line : land_rings) {
    for_each_copy(projection, line, [&](std::vector<Point> ring) {
      ring = cut(ring, [](const Point& p) { return p.x + margin; });
      ring = cut(ring, [&](const Point& p) { return right - p.x; });
      ring = cut(ring, [](const Point& p) { return p.y + margin; });
      ring = cut(ring, [&](const Point& p) { return bottom - p.y; });
      data += svg::path(ring, true, min_step);
    });
  }
  return data;
}

std::string borders(const Projection& projection) {
  const auto is_on = [&](const Point& p) {
    return p.x >= 0 && p.x <= projection.width() && p.y >= 0 && p.y <= projection.height();
  };
  std::string data;
  for (const EncodedLine& line : border_lines) {
    for_each_copy(projection, line, [&](const std::vector<Point>& points) {
      // The stretches that are on the sheet, each with the step that leads there and away.
      std::vector<Point> stretch;
      for (std::size_t i = 0; i < points.size(); ++i) {
        const bool near = is_on(points[i]) || (i > 0 && is_on(points[i - 1])) ||
                          (i + 1 < points.size() && is_on(points[i + 1]));
        if (near) stretch.push_back(points[i]);
        if (near && i + 1 < points.size()) continue;
        data += svg::path(stretch, false, min_step);
        stretch.clear();
      }
    });
  }
  return data;
}

}  // namespace traceroute
