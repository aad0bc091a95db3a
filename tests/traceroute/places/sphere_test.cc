#include "traceroute/places/sphere.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include <gtest/gtest.h>

#include "traceroute/places/cities.hh"

namespace traceroute {
namespace {

constexpr double radians = std::numbers::pi / 180;

TEST(Sphere, TurnedIsWithinHalfATurnOfTheCentre) {
  EXPECT_EQ(turned(190, 0), -170);
  EXPECT_EQ(turned(-180, 0), 180);
  EXPECT_EQ(turned(-170, 170), 190);
  EXPECT_EQ(turned(170, -170), -190);
  EXPECT_EQ(turned(725, 0), 5);
}

double distance(const Degrees& a, const Degrees& b) {
  const auto dot = std::sin(a.latitude * radians) * std::sin(b.latitude * radians) +
                   std::cos(a.latitude * radians) * std::cos(b.latitude * radians) *
                       std::cos((a.longitude - b.longitude) * radians);
  return std::acos(std::min(1.0, std::max(-1.0, dot))) / radians;
}

// Every point of the line lies between its ends: the way over it is no longer than the direct one.
TEST(Sphere, AGreatCircleIsTheShortestWay) {
  const auto all = cities();
  for (std::size_t i = 0; i < all.size(); i += 5) {
    for (std::size_t j = 0; j < all.size(); j += 31) {
      const Degrees from{all[i].latitude, all[i].longitude}, to{all[j].latitude, all[j].longitude};
      const std::vector<Degrees> line = great_circle(from, to);
      EXPECT_NEAR(distance(line.front(), from), 0, 1e-5);
      EXPECT_NEAR(distance(line.back(), to), 0, 1e-5);
      for (std::size_t k = 0; k < line.size(); ++k) {
        EXPECT_NEAR(distance(from, line[k]) + distance(line[k], to), distance(from, to), 0.05)
            << all[i].name << ' ' << all[j].name;
        if (k > 0) {
          EXPECT_LT(std::abs(line[k].longitude - line[k - 1].longitude), 10)
              << all[i].name << ' ' << all[j].name;
        }
      }
    }
  }
}

TEST(Sphere, BetweenOppositeMeridiansItGoesOverThePole) {
  for (const double longitude : {179.985, 180.0, -179.99, -180.0}) {
    const auto line = great_circle({53.8, 0}, {-18.1, longitude});
    EXPECT_GT(line[line.size() / 2].latitude, 89.9) << longitude;
    EXPECT_NEAR(line.front().latitude, 53.8, 1e-5);
    EXPECT_NEAR(line.back().latitude, -18.1, 1e-5);
  }
}

TEST(Sphere, APathOverTheAntimeridianGoesOnBeyondIt) {
  const std::vector<Degrees> line = great_circle({35.68, 139.69}, {34.05, -118.24});
  EXPECT_NEAR(line.back().longitude, 241.76, 1e-9);
  EXPECT_NEAR(line[line.size() / 2].latitude, 47.9, 0.2);
}

TEST(Place, DistancesThroughTheEarth) {
  struct Distance {
    const char* from;
    const char* to;
    double straight;  // km
  };
  constexpr Distance cases[] = {{"london", "newyork", 5395},     {"london", "paris", 343},
                                {"sydney", "london", 12386},     {"auckland", "madrid", 12735},
                                {"honolulu", "tokyo", 5963},     {"tokyo", "losangeles", 8130},
                                {"singapore", "saopaulo", 12110}};
  for (const Distance& c : cases) {
    const City& from = *meanings(Spelling::town, c.from).front().city;
    const City& to = *meanings(Spelling::town, c.to).front().city;
    for (const auto& [one, other] : {std::pair(&from, &to), std::pair(&to, &from)}) {
      EXPECT_TRUE(farther_apart(*one, *other, c.straight - 30)) << c.from << ' ' << c.to;
      EXPECT_FALSE(farther_apart(*one, *other, c.straight + 30)) << c.from << ' ' << c.to;
    }
  }
  const City& london = *meanings(Spelling::town, "london").front().city;
  EXPECT_FALSE(farther_apart(london, london, 0.001));
}

}  // namespace
}  // namespace traceroute
