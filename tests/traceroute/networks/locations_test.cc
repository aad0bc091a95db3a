#include "traceroute/networks/locations.hh"

#include <gtest/gtest.h>

#include "support/path_rows.hh"

namespace traceroute {
namespace {

// "Madrid, -, New York?": the place of each hop.
std::string places(const PathSummary& path) {
  std::string text;
  for (const Location& stop : locations_of(path, networks_of(path))) {
    text += text.empty() ? "" : ", ";
    text += stop.city ? std::string(stop.city->name) + (stop.sure ? "" : "?") : "-";
  }
  return text;
}

const Row home{"192.168.1.1", "", 0.5};
const Row end{"128.95.1.1", "www.c.edu", 300};

TEST(Stops, TheLecturesPath) {
  EXPECT_EQ(
      places(lecture_path()),
      "-, Barcelona, -, Madrid, New York, New York, New York, San Jose, San Jose, -, Seattle, "
      "Seattle?, Seattle?");
}

TEST(Stops, LightMustReach) {
  // Madrid and New York are 5,770 km apart: 57.7 ms there and back.
  const auto path = [](double rtt) {
    return path_of({home,
                    {"154.54.1.1", "r1.madrid1.a.net", 10},
                    {"62.115.1.1", "r1.newyork1.b.net", rtt},
                    {"62.115.1.2", "r2.newyork1.b.net", rtt},
                    end});
  };
  EXPECT_EQ(places(path(60)), "-, Madrid, New York, New York, -");
  EXPECT_EQ(places(path(40)), "-, -, New York, New York, -") << "Madrid contradicts two";
}

TEST(Stops, OfTwoEqualPlacesThatExcludeEachOtherNeitherIsShown) {
  EXPECT_EQ(places(path_of({home,
                            {"154.54.1.1", "r1.madrid1.a.net", 10},
                            {"62.115.1.1", "r1.newyork1.b.net", 12},
                            end})),
            "-, -, -, -");
}

TEST(Stops, TheUnsurePlaceGivesWay) {
  EXPECT_EQ(places(path_of({home,
                            {"154.54.1.1", "r1.madrid1.a.net", 10},
                            {"62.115.1.1", "x-chi-y.b.net", 12},
                            end})),
            "-, Madrid, -, -");
}

TEST(Stops, ASlowAnswerDoesNotMoveARouterAway) {
  // The router in "New York" takes 200 ms to answer, but the path is back in 5 ms from behind it.
  EXPECT_EQ(places(path_of({home,
                            {"154.54.1.1", "r1.paris1.a.net", 2},
                            {"154.54.1.2", "r2.paris1.a.net", 2},
                            {"62.115.1.1", "r1.newyork1.b.net", 200},
                            {"5.5.5.5", "r1.london1.d.net", 9},
                            {"128.95.1.1", "www.c.edu", 20}})),
            "-, Paris, Paris, -, London, -");
}

TEST(Stops, AnUnplacedNetworkStandsWithItsNeighbourWithinAMillisecond) {
  const Row seattle{"154.54.1.1", "r1.seattle1.a.net", 10};
  EXPECT_EQ(places(path_of({home, seattle, {"62.115.1.1", "r1.b.net", 10.9}, end})),
            "-, Seattle, Seattle?, -");
  EXPECT_EQ(places(path_of({home, seattle, {"62.115.1.1", "r1.b.net", 11.1}, end})),
            "-, Seattle, -, -");
  EXPECT_EQ(
      places(path_of(
          {home, seattle, {"62.115.1.1", "r1.b.net", 10.5}, {"62.115.1.2", "r2.b.net", 14}, end})),
      "-, Seattle, -, -, -")
      << "all of the network must be near";
}

TEST(Stops, OrWithTheOneAfterIt) {
  const Row sanjose{"154.54.1.1", "r1.sanjose1.a.net", 10.4};
  EXPECT_EQ(places(path_of({home, {"62.115.1.1", "r1.b.net", 10}, sanjose, end})),
            "-, San Jose?, San Jose, -");
  EXPECT_EQ(places(path_of({home, {"62.115.1.1", "", 10}, {""}, sanjose, end})),
            "-, San Jose?, -, San Jose, -");
  EXPECT_EQ(places(path_of({home, {"62.115.1.1", "r1.b.net", 9.3}, sanjose, end})),
            "-, -, San Jose, -");
  EXPECT_EQ(places(path_of({home, {"62.115.1.1", "r1.b.net", 30}, sanjose, end})),
            "-, -, San Jose, -")
      << "it may be anywhere on the way there";
}

// Karachi and Lahore are 1,000 km apart: 10 ms. Frankfurt is far from both.
TEST(Stops, AWrongPlaceAbroadDoesNotTakeTheRightOneAlong) {
  EXPECT_EQ(
      places(path_of(
          {home, {"5.5.5.1", "khi77.pie.net.pk", 5}, {"5.5.5.2", "lhr63d1.pie.net.pk", 22}, end})),
      "-, Karachi, Lahore, -");
  EXPECT_EQ(places(path_of({home,
                            {"5.5.5.1", "cr1.khi77.example.pk", 5},
                            {"5.5.5.2", "x.fra63.example.pk", 22},
                            end})),
            "-, Karachi, -, -");
}

TEST(Stops, NamesOfPrivateOrLoopingHopsTellNothing) {
  EXPECT_EQ(places(path_of({{"192.168.1.1", "gw.paris1.a.net", 1}, end})), "-, -");
}

TEST(Stops, NamesOfOneHopThatDisagreeTellNothing) {
  PathSummary path = path_of({home, {"154.54.1.1", "r1.madrid1.a.net", 10}, end});
  path.hops[1].responders.push_back({"154.54.1.9", "r1.madrid2.a.net", ""});
  EXPECT_EQ(places(path), "-, Madrid, -");
  path.hops[1].responders.push_back({"154.54.1.17", "r1.paris1.a.net", ""});
  EXPECT_EQ(places(path), "-, -, -");
}

}  // namespace
}  // namespace traceroute
