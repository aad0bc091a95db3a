// Angles in degrees. By their series, exact to a millionth: for those of <cmath> each start of the
// program would have to load libm.
#pragma once

#include <vector>

namespace traceroute {

double cosine(double degrees);
double sine(double degrees);
double arctangent(double tangent);

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
