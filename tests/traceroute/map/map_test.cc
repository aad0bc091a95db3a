#include "traceroute/map/map.hh"

#include <gtest/gtest.h>

#include "support/formats/xml_check.hh"
#include "support/occurrences.hh"
#include "support/path_rows.hh"
#include "traceroute/map/labels.hh"
#include "traceroute/map/projection.hh"

namespace traceroute {
namespace {

std::string map_of(const std::vector<PathSummary>& paths) {
  MapFacts map;
  for (const PathSummary& path : paths) map.add(path);
  return map_svg(map);
}

void expect_has(const std::string& svg, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) EXPECT_NE(svg.find(text), std::string::npos) << text;
}

void expect_sound(const std::string& svg) {
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_LT(svg.size(), 150'000U);
}

const Row home{"192.168.1.1", "", 1};

TEST(Map, TheLecturesPath) {
  const std::string svg = map_of({lecture_path()});
  expect_sound(svg);
  expect_has(
      svg,
      {"The path to www.washington.edu (128.95.155.135)", "13 hops, 201.4 ms", ">New York<",
       ">5\u20137 \u00b7 100.0 ms<", ">San Jose<", ">11\u201313 \u00b7 200.9 ms<",
       ">home or local network<", ">level3.net (Lumen) AS3356<", ">6 hops<", ">181.0 ms<",
       ">5\u20137 New York, NY, US \u00b7 8\u20139 San Jose, CA, US<", ">12 Seattle, WA, US?<"});
  // What has no place is listed, with what is known of it.
  expect_has(svg, {"1 192.168.1.1 0.9 ms", "3 176.52.253.93 17.0 ms", "10 4.69.132.17 181.0 ms"});
  EXPECT_EQ(occurrences(svg, "class=\"way c"), 4U);
  EXPECT_EQ(occurrences(svg, "class=\"key c"), 4U);
  EXPECT_EQ(occurrences(svg, " guess\""), 0U);
}

TEST(Map, WhatIsGuessedIsDashed) {
  const std::string svg = map_of({path_of({home,
                                           {"5.5.5.1", "r1.london1.a.net", 10},
                                           {"5.5.5.2", "x-chi-y.a.net", 100},
                                           {"5.5.5.3", "r1.denver1.a.net", 130},
                                           {"128.95.1.1", "", 300}})});
  expect_sound(svg);
  EXPECT_EQ(occurrences(svg, " guess\""), 2U);
  EXPECT_EQ(occurrences(svg, " unsure\""), 1U);
  expect_has(svg, {">Chicago?<", "dashed and ?"});
}

TEST(Map, APathOverThePacificIsInOnePiece) {
  const Row tokyo{"5.5.5.1", "r1.tokyo1.a.net", 5}, la{"5.5.5.2", "r1.losangeles1.a.net", 110},
      auckland{"5.5.5.3", "r1.auckland1.a.net", 250}, end{"128.95.1.1", "", 300};
  const std::string pacific = map_of({path_of({home, tokyo, la, auckland, end})});
  EXPECT_EQ(occurrences(pacific, "class=\"way c0\" d=\""), 2U);
  // Once round the globe: what leaves the sheet at one side comes in again at the other.
  const Row london{"5.5.5.4", "r1.london1.a.net", 400},
      singapore{"5.5.5.5", "r1.singapore1.a.net", 600}, again{"5.5.5.6", "r2.tokyo1.a.net", 700},
      far{"128.95.1.1", "", 800};
  const std::string round = map_of({path_of({home, tokyo, la, london, singapore, again, far})});
  expect_sound(round);
  EXPECT_EQ(occurrences(round, "class=\"way c0\" d=\""), 4U + 1);
}

// On a phone, the title's line takes some 48 letters.
TEST(Map, ALongNameLeavesItsAddressToTheNextLine) {
  const std::string svg = map_of({path_of({home, {"2001:db8:100:200::1234:5678", "", 9}}, true,
                                          "server-99-84-9-39.madrid53.r.cloudfront.net")});
  expect_sound(svg);
  expect_has(svg, {">The path to server-99-84-9-39.\u202653.r.cloudfront.net<",
                   ">2001:db8:100:200::1234:5678 \u00b7 2 hops, 9.0 ms<"});
}

// Four cities close to each other on a map of half the globe.
TEST(Map, ACrowdsLabelsAreShownWhereThereIsRoomForThem) {
  const std::string svg = map_of({path_of({home,
                                           {"5.5.5.1", "r1.berlin1.a.net", 7.9},
                                           {"5.5.5.2", "r2.berlin1.a.net", 8.6},
                                           {"5.5.5.3", "r1.frankfurt1.a.net", 17.2},
                                           {"5.5.5.4", "r2.frankfurt1.a.net", 17.5},
                                           {"5.5.5.5", "r1.amsterdam1.a.net", 23.9},
                                           {"5.5.5.6", "r1.london1.a.net", 29.8},
                                           {"5.5.5.7", "r1.newark1.a.net", 98},
                                           {"5.5.5.8", "r1.seattle1.a.net", 162.4},
                                           {"5.5.5.9", "r1.tokyo1.a.net", 249.3}})});
  expect_sound(svg);
  EXPECT_GE(occurrences(svg, "class=\"label\""), 5U);
  // London has no room, so its hop's number stands there; beside Berlin it is so on a phone only.
  EXPECT_EQ(occurrences(svg, ">London<"), 0U);
  EXPECT_EQ(occurrences(svg, "em\">7</tspan>"), 2U);
  const std::string east = map_of({path_of({home,
                                            {"5.5.5.1", "r1.saopaulo1.a.net", 5.9},
                                            {"5.5.5.2", "r1.miami1.a.net", 118},
                                            {"5.5.5.3", "r1.washingtondc1.a.net", 142},
                                            {"5.5.5.4", "r1.madrid1.a.net", 214},
                                            {"5.5.5.5", "r1.frankfurt1.a.net", 243},
                                            {"5.5.5.6", "r1.hannover1.a.net", 250},
                                            {"5.5.5.7", "r1.berlin1.a.net", 255},
                                            {"128.95.1.1", "", 256}})});
  EXPECT_EQ(occurrences(east, "class=\"label wide\""), 1U);
  EXPECT_EQ(occurrences(east, "class=\"label narrow\""), 1U);
  expect_has(east,
             {".wide{display:none}", ".narrow{display:none}", ">Berlin<", "em\">8\u20139</tspan>"});
}

TEST(Map, WithoutAnyPlaceThereIsTheListOnly) {
  const std::string svg =
      map_of({path_of({home, {"5.5.5.5", "", 3}, {""}, {"6.6.6.6", "", 9}}, false)});
  expect_sound(svg);
  EXPECT_EQ(svg.find("class=\"land\""), std::string::npos);
  expect_has(svg, {"no answer from there", "2 5.5.5.5 3.0 ms", ">no answer<"});
  expect_sound(map_of({path_of(std::vector<Row>(30, Row{""}), false)}));
}

TEST(Map, HostileNamesAreTextAndDoNoHarm) {
  const std::string names[] = {"<script>alert(1)</script>.example.net",
                               "a\" onload=\"x.example.net",
                               "paris1\u202e\u2066\x1b[2J.example.net",
                               "\xff\xfe\x80.net",
                               "r1.\u05d0\u05d1.example.net",
                               "a\u0301\u0301\u0301\u0301.net",
                               "]]>&#x41;&lt;.example.net",
                               "]]><!--paris1.example.net",
                               std::string("a\0b.net", 7)};
  for (const std::string& name : names) {
    PathSummary path = path_of({home, {"5.5.5.1", "r1.paris1.a.net", 3}, {"5.5.5.2", "", 4}});
    path.host = name;
    for (PathHop& hop : path.hops) hop.responders[0].name = name;
    path.hops[1].responders[0].name = "r1.paris1.a.net";
    path.hops[1].responders[0].as = name;
    expect_sound(map_of({path}));
    expect_sound(map_of({path, path}));
  }
  PathSummary path = lecture_path();
  path.host = "<b>\u202ebold";
  expect_has(map_of({path}), {"The path to &lt;b&gt;\\u202ebold"});
}

TEST(Map, ManyPathsAreOneMap) {
  const Row london{"5.5.5.1", "r1.london1.a.net", 10}, paris{"5.5.5.2", "r1.paris1.a.net", 15},
      berlin{"6.6.6.1", "r1.berlin1.b.net", 30}, end{"128.95.1.1", "", 50};
  const std::string svg =
      map_of({path_of({home, london, paris, end}),
              path_of({home, london, paris, berlin, end}, true, "other.example"),
              path_of({home, london}, false, "silent.example")});
  expect_sound(svg);
  expect_has(svg,
             {">3 paths<", "3 places, 2 networks", ">Destinations<", "other.example (128.95.1.1)",
              "silent.example (192.0.2.1)", ">no answer<", ">a.net<", ">10.0\u201315.0 ms<"});
  EXPECT_EQ(occurrences(svg, "class=\"way c0\" d=\""), 1U);
}

TEST(Map, HundredsOfPathsOverAllCitiesStaySmall) {
  MapFacts map;
  unsigned seed = 1;
  const auto random_city = [&]() -> const City& {
    seed = seed * 1664525 + 1013904223;
    return cities()[seed / 65536 % cities().size()];
  };
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> names, addresses;
    std::vector<Row> rows = {home};
    for (int hop = 0; hop < 8; ++hop) {
      std::string name = "r1.";
      for (const char c : random_city().name) {
        if (c >= 'A' && c <= 'Z') name += static_cast<char>(c - 'A' + 'a');
        if (c >= 'a' && c <= 'z') name += c;
      }
      addresses.push_back("5.5." + std::to_string(i % 250) + '.' + std::to_string(hop));
      names.push_back(name + "1.network" + std::to_string(i) + ".net");
    }
    for (std::size_t hop = 0; hop < names.size(); ++hop) {
      rows.push_back(
          {addresses[hop].c_str(), names[hop].c_str(), 300.0 * static_cast<double>(hop + 1)});
    }
    const std::string host = "host" + std::to_string(i) + ".example.net";
    map.add(path_of(rows, true, host));
  }
  const std::string svg = map_svg(map);
  expect_sound(svg);
  expect_has(svg, {">300 paths<", "and 260 more", "most used ways are drawn"});
}

TEST(Projection, ShowsEveryPlaceWithinItsMargins) {
  const auto all = cities();
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i % 79; j < all.size(); j += 79) {
      const Degrees from{all[i].latitude, all[i].longitude}, to{all[j].latitude, all[j].longitude};
      const std::vector<Degrees> line = great_circle(from, to);
      const Projection projection({from, to}, {line});
      for (const Degrees& place : {from, to}) {
        const Point at =
            projection.at({place.latitude, turned(place.longitude, projection.centre())});
        ASSERT_TRUE(at.x >= 0 && at.x <= projection.width() && at.y >= 0 &&
                    at.y <= projection.height())
            << all[i].name << ' ' << all[j].name << ": " << at.x << ' ' << at.y;
      }
    }
  }
}

constexpr auto every = LabelPlacer::For::every_screen, wide = LabelPlacer::For::wide_screens;

TEST(LabelPlacer, LabelsKeepOffEachOtherAndThePoints) {
  LabelPlacer labels(720, 400, {{{300, 200}, 5}, {{320, 205}, 5}, {{340, 200}, 5}}, {});
  const auto first = labels.place({{300, 200}, 5}, {10}, every);
  const auto second = labels.place({{340, 200}, 5}, {10}, every);
  ASSERT_TRUE(first && second);
  EXPECT_STREQ(first->anchor, "end") << "to the right lie the other points";
  EXPECT_STREQ(second->anchor, "start");
  // At the edge it turns inwards, and in a crowd there is no room.
  LabelPlacer edge(720, 400, {{{715, 200}, 5}}, {});
  EXPECT_STREQ(edge.place({{715, 200}, 5}, {10}, every)->anchor, "end");
  LabelPlacer crowd(720, 400, {}, {});
  int placed = 0;
  for (int i = 0; i < 50; ++i) placed += crowd.place({{360, 200}, 5}, {12}, every) ? 1 : 0;
  EXPECT_LE(placed, 8);
  EXPECT_GE(placed, 2);
}

TEST(LabelPlacer, ALabelKeepsOffTheRingOfItsPoint) {
  for (const double radius : {5.0, 9.0}) {
    LabelPlacer labels(720, 400, {{{300, 200}, radius}}, {});
    EXPECT_GT(labels.place({{300, 200}, radius}, {10}, every)->at.x, 302 + radius);
  }
}

TEST(LabelPlacer, LabelsSideBySideHaveASpaceBetweenThem) {
  for (const auto screens : {every, wide}) {
    const double font =
        screens == every ? LabelPlacer::small_screen_font : LabelPlacer::wide_screen_font;
    // Two labels of 10 letters fit between the points with a space and a half between them, but not
    // closer.
    const double needed = 2 * (10 * 0.6 * font + 9);
    for (const double space : {-0.5, 0.3, 1.5}) {
      LabelPlacer labels(2000, 2 * 1.1 * font + 4, {}, {});
      const double y = 1.1 * font + 2, right = 300 + needed + space * font;
      ASSERT_STREQ(labels.place({{300, y}, 5}, {10}, screens)->anchor, "start");
      const auto second = labels.place({{right, y}, 5}, {10}, screens);
      ASSERT_TRUE(second);
      EXPECT_STREQ(second->anchor, "start") << "that is where there is more room";
      LabelPlacer edge(right + 10, 2 * 1.1 * font + 4, {}, {});
      ASSERT_TRUE(edge.place({{300, y}, 5}, {10}, screens));
      EXPECT_EQ(edge.place({{right, y}, 5}, {10}, screens).has_value(), space > 1) << space;
    }
  }
}

TEST(LabelPlacer, ALabelThatWouldHideAPlaceIsLeftOut) {
  const Dot corner{{10, 10}, 5};
  LabelPlacer free(720, 400, {corner}, {});
  EXPECT_TRUE(free.place(corner, {10}, every));
  for (const double radius : {5.0, 9.0}) {
    LabelPlacer taken(720, 400, {corner, {{60, 45}, radius}, {{60, 25}, radius}}, {});
    EXPECT_FALSE(taken.place(corner, {10}, every)) << radius;
  }
}

// Letters are smaller on a wide screen: where a small one has no room, a wide one may have it.
TEST(LabelPlacer, WhatASmallScreenHasNoRoomForMayStandOnAWideOne) {
  LabelPlacer labels(200, 60, {}, {});
  const Dot dot{{80, 30}, 5};
  EXPECT_FALSE(labels.place(dot, {10}, every));
  EXPECT_TRUE(labels.place(dot, {2, 1}, LabelPlacer::For::small_screens)) << "a number";
  EXPECT_TRUE(labels.place(dot, {10}, wide)) << "what is shown on small ones only takes no room";
}

}  // namespace
}  // namespace traceroute
