#include "traceroute/places/sphere.hh"

#include <algorithm>
#include <numbers>

namespace traceroute {

double cosine(double degrees) {
  const double angle = turned(degrees, 0) * std::numbers::pi / 180;
  double term = 1;
  double sum = 1;
  for (int i = 2; i <= 40; i += 2) {
    term *= -angle * angle / (i * (i - 1));
    sum += term;
  }
  return sum;
}

double sine(double degrees) { return cosine(degrees - 90); }

double arctangent(double tangent) {
  if (tangent < 0) return -arctangent(-tangent);
  if (tangent > 1) return 90 - arctangent(1 / tangent);
  // arctan(x) = 30 degrees + arctan((x - t) / (1 + x t)) with t = tan(30 degrees), so that the
  // series is one of small numbers.
  const double t = std::numbers::inv_sqrt3;
  if (tangent > 0.3) return 30 + arctangent((tangent - t) / (1 + tangent * t));
  double power = tangent;
  double sum = 0;
  for (int i = 1; i <= 25; i += 2) {
    sum += (i % 4 == 1 ? power : -power) / i;
    power *= tangent * tangent;
  }
  return sum * 180 / std::numbers::pi;
}

double turned(double longitude, double centre) {
  while (longitude > centre + 180) longitude -= 360;
  while (longitude <= centre - 180) longitude += 360;
  return longitude;
}

std::vector<Degrees> great_circle(const Degrees& from, const Degrees& to) {
  const double east = turned(to.longitude - from.longitude, 0);
  const double north = to.latitude - from.latitude;
  const double span = std::max(east < 0 ? -east : east, north < 0 ? -north : north);
  const int steps = std::clamp(static_cast<int>(span / 2), 1, 48);
  const auto tangent = [](double latitude) { return sine(latitude) / cosine(latitude); };
  std::vector<Degrees> line;
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    Degrees point{from.latitude + share * north, from.longitude + share * east};
    // Along a meridian the formula has no answer, and it has none over a pole: the way close by one
    // is as good.
    if (std::max(east, -east) > 0.5) {
      const double turn = std::clamp(east, -179.98, 179.98);
      point.latitude = arctangent((tangent(from.latitude) * sine((1 - share) * turn) +
                                   tangent(to.latitude) * sine(share * turn)) /
                                  sine(turn));
    }
    line.push_back(point);
  }
  return line;
}

}  // namespace traceroute
