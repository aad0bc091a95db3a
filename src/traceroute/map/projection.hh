// Which part of the world a map shows, and where on the sheet a place is.
#pragma once

#include <vector>

#include "traceroute/map/svg.hh"
#include "traceroute/places/sphere.hh"

namespace traceroute {

// Equirectangular, true to scale at the middle of what is shown. Looks at the places from above the
// middle of the shortest stretch of longitudes that holds them all, so that a path over the Pacific
// lies in one piece.
class Projection {
 public:
  // Shows all places and all of the lines, with a margin; at least one place.
  Projection(const std::vector<Degrees>& places, const std::vector<std::vector<Degrees>>& lines);

  [[nodiscard]] static constexpr double width() { return 720; }
  [[nodiscard]] double height() const { return height_; }
  // The longitude counts as it is: one turn further is one width of the world further.
  [[nodiscard]] Point at(const Degrees& place) const;
  // The longitude in the middle.
  [[nodiscard]] double centre() const { return centre_.longitude; }
  // Whether a stretch of longitudes, as they count, is on the sheet.
  [[nodiscard]] bool shows(double west, double east) const;

 private:
  double height_ = 0;
  Degrees centre_;
  double scale_ = 1;    // units for a degree of latitude
  double stretch_ = 1;  // of a degree of longitude to one of latitude
};

// The middle of the shortest stretch of longitudes that holds all of them.
double middle_longitude(const std::vector<Degrees>& places);

}  // namespace traceroute
