#include "traceroute/map/projection.hh"

#include <algorithm>
#include <cmath>

namespace traceroute {

namespace {

// What is left free around the places, for their labels.
constexpr double side_margin = 80;
constexpr double top_margin = 50;
// A path inside one town is shown with the country around it.
constexpr double min_span = 9;  // degrees of latitude
constexpr double min_height = 300, max_height = 470;
constexpr double north_end = 84, south_end = -60;

}  // namespace

double middle_longitude(const std::vector<Degrees>& places) {
  std::vector<double> longitudes;
  longitudes.reserve(places.size());
  for (const Degrees& place : places) longitudes.push_back(turned(place.longitude, 0));
  std::ranges::sort(longitudes);
  // The widest gap between neighbours, round the globe, is what is not shown.
  double widest = longitudes.front() + 360 - longitudes.back();
  double east_of_it = longitudes.front();
  for (std::size_t i = 1; i < longitudes.size(); ++i) {
    if (longitudes[i] - longitudes[i - 1] <= widest) continue;
    widest = longitudes[i] - longitudes[i - 1];
    east_of_it = longitudes[i];
  }
  return turned(east_of_it + (360 - widest) / 2, 0);
}

Projection::Projection(const std::vector<Degrees>& places,
                       const std::vector<std::vector<Degrees>>& lines) {
  centre_.longitude = middle_longitude(places);
  double west = centre_.longitude, east = centre_.longitude;
  double south = places.front().latitude, north = south;
  const auto include = [&](double latitude, double longitude) {
    west = std::min(west, longitude);
    east = std::max(east, longitude);
    south = std::min(south, latitude);
    north = std::max(north, latitude);
  };
  for (const Degrees& place : places) {
    include(place.latitude, turned(place.longitude, centre_.longitude));
  }
  for (const std::vector<Degrees>& line : lines) {
    const double turn = turned(line.front().longitude, centre_.longitude) - line.front().longitude;
    for (const Degrees& point : line) {
      include(point.latitude,
              std::clamp(point.longitude + turn, centre_.longitude - 180, centre_.longitude + 180));
    }
  }
  centre_.longitude = (west + east) / 2;
  centre_.latitude = (south + north) / 2;
  stretch_ = std::max(std::cos(in_radians(centre_.latitude)), 0.3);
  const double wide = std::max((east - west) * stretch_, min_span);
  const double high = std::max(north - south, min_span / 2);
  scale_ = std::min((width() - 2 * side_margin) / wide, (max_height - 2 * top_margin) / high);
  // Never more than the whole world.
  scale_ = std::max({scale_, width() / (360 * stretch_), min_height / (north_end - south_end)});
  height_ = std::clamp(high * scale_ + 2 * top_margin, min_height, max_height);
  const double half = height_ / scale_ / 2;
  // A picture as high as the whole world has one middle only.
  const double lowest = south_end + half;
  centre_.latitude = std::clamp(centre_.latitude, lowest, std::max(lowest, north_end - half));
}

Point Projection::at(const Degrees& place) const {
  return {width() / 2 + (place.longitude - centre_.longitude) * stretch_ * scale_,
          height_ / 2 - (place.latitude - centre_.latitude) * scale_};
}

bool Projection::shows(double west, double east) const {
  return at({0, east}).x > 0 && at({0, west}).x < width();
}

}  // namespace traceroute
