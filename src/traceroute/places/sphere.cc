#include "traceroute/places/sphere.hh"

#include <algorithm>
#include <cmath>

namespace traceroute {

double turned(double longitude, double centre) {
  while (longitude > centre + 180) longitude -= 360;
  while (longitude <= centre - 180) longitude += 360;
  return longitude;
}

std::vector<Degrees> great_circle(const Degrees& from, const Degrees& to) {
  const double east = turned(to.longitude - from.longitude, 0);
  const double north = to.latitude - from.latitude;
  const double span = std::max(std::abs(east), std::abs(north));
  const int steps = std::clamp(static_cast<int>(span / 2), 1, 48);
  const auto tangent = [](double latitude) { return std::tan(in_radians(latitude)); };
  std::vector<Degrees> line;
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    Degrees point{from.latitude + share * north, from.longitude + share * east};
    // Along a meridian the formula has no answer, and it has none over a pole: the way close by one
    // is as good.
    if (std::abs(east) > 0.5) {
      const double turn = in_radians(std::clamp(east, -179.98, 179.98));
      point.latitude = std::atan((tangent(from.latitude) * std::sin((1 - share) * turn) +
                                  tangent(to.latitude) * std::sin(share * turn)) /
                                 std::sin(turn)) /
                       in_radians(1);
    }
    line.push_back(point);
  }
  return line;
}

}  // namespace traceroute
