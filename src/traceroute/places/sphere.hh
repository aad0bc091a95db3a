// Angles in degrees, and lines on the globe.
#pragma once

#include <numbers>
#include <vector>

namespace traceroute {

constexpr double in_radians(double degrees) { return degrees * std::numbers::pi / 180; }

struct Degrees {
  double latitude = 0;   // north positive
  double longitude = 0;  // east positive; beyond 180 where a line crosses the antimeridian
};

// The shortest way on the globe, both ends included, the short way round. The longitudes rise or
// fall all along, from that of the first end.
std::vector<Degrees> great_circle(const Degrees& from, const Degrees& to);

// The longitude that is a whole number of turns away and within half a turn of `centre`.
double turned(double longitude, double centre);

}  // namespace traceroute
