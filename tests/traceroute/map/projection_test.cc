#include "traceroute/map/projection.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

TEST(Projection, OfOneTownShowsTheCountryAroundIt) {
  const Degrees town{52, 13};
  const Projection projection({town}, {});
  EXPECT_NEAR(projection.at(town).x, projection.width() / 2, 1);
  EXPECT_NEAR(projection.at(town).y, projection.height() / 2, 1);
  // 9 degrees of latitude, which are more of longitude so far north, and the margins.
  const double degree = projection.at({52, 14}).x - projection.at(town).x;
  EXPECT_GT(projection.width() / degree, 16);
  EXPECT_LT(projection.width() / degree, 22);
}

TEST(Projection, OfAPathOverThePacificLiesInOnePiece) {
  const Degrees tokyo{35.7, 139.7}, seattle{47.6, -122.3};
  const Projection projection({tokyo, seattle}, {});
  EXPECT_TRUE(projection.shows(-220, -123));
  EXPECT_FALSE(projection.shows(0, 10)) << "the other side of the world";
}

TEST(MiddleLongitude, IsThatOfTheShortestStretchWithAllPlaces) {
  EXPECT_NEAR(middle_longitude({{0, 10}, {0, 20}}), 15, 1e-9);
  EXPECT_NEAR(middle_longitude({{0, 170}, {0, -170}}), 180, 1e-9);
  EXPECT_NEAR(middle_longitude({{0, 42}}), 42, 1e-9);
}

}  // namespace
}  // namespace traceroute
