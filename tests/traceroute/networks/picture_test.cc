#include "traceroute/networks/picture.hh"

#include <gtest/gtest.h>

#include <sstream>

#include "support/path_rows.hh"
#include "traceroute/networks/columns.hh"
#include "traceroute/networks/networks.hh"

namespace traceroute {
namespace {

constexpr PictureStyle ascii{false, false};

TEST(Picture, TheLecturesPath) {
  EXPECT_EQ(picture(lecture_path(), ascii), R"( o my computer
 |
 # home or local network                                      1 hop      0.9 ms
 |
 # telefonica-wholesale.net (Telxius)  AS12956               3 hops     18.2 ms
 |     Barcelona, ES                                                     9.1 ms
 |     Madrid, ES                                                       18.2 ms
 !
 !   a long haul                                                       +81.8 ms
 !
 # level3.net (Lumen)  AS3356                                6 hops    181.0 ms
 |     New York, NY, US                                                100.0 ms
 !   a long haul                                                       +78.9 ms
 |     San Jose, CA, US                                                180.0 ms
 |
 # pnw-gigapop.net  AS101                                     1 hop    200.9 ms
 |     Seattle, WA, US                                                 200.9 ms
 |
 # washington.edu  AS73                                       1 hop    201.2 ms
 |     Seattle, WA, US?                                                201.2 ms
 |
 @ www.washington.edu (128.95.155.135)                       hop 13    201.4 ms
       Seattle, WA, US?

Answers missing at hop 10 are no loss on the path: what was sent farther came
  back.
? one weak hint tells this place.
)");
}

// The columns of UTF-8 text whose characters are all of one column.
std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

void expect_fits(const PathSummary& path) {
  for (const bool utf8 : {false, true}) {
    for (const bool explained : {false, true}) {
      std::istringstream text(picture(path, {utf8, explained}));
      for (std::string line; std::getline(text, line);) {
        EXPECT_LE(columns(line), 80U) << line;
        for (const char c : line) {
          const auto byte = static_cast<unsigned char>(c);
          EXPECT_TRUE(byte >= ' ' && byte != 0x7f) << line;
          EXPECT_TRUE(utf8 || byte < 0x80) << line;
        }
      }
    }
  }
}

TEST(Picture, Utf8IsAlignedAsAsciiIs) {
  std::istringstream plain(picture(lecture_path(), ascii));
  std::istringstream drawn(picture(lecture_path(), {true, false}));
  std::string one, other;
  while (std::getline(plain, one)) {
    ASSERT_TRUE(std::getline(drawn, other));
    EXPECT_EQ(columns(one), columns(other)) << other;
  }
  EXPECT_FALSE(std::getline(drawn, other));
  expect_fits(lecture_path());
}

TEST(Picture, TheLongHaulInsideANetwork) {
  const std::string text = picture(path_of({{"192.168.1.1", "", 1},
                                            {"154.54.1.1", "r1.lon1.a.net", 10},
                                            {"154.54.1.2", "r1.jfk1.a.net", 80},
                                            {"128.95.1.1", "www.c.edu", 85}}),
                                   ascii);
  EXPECT_NE(
      text.find(
          " |     London, UK                                                       10.0 ms\n"
          " !   the long haul                                                     +70.0 ms\n"
          " |     New York, NY, US                                                 80.0 ms\n"),
      std::string::npos)
      << text;
}

TEST(Picture, ADestinationGivenByAddressHasItsName) {
  const Row home{"192.168.1.1", "", 1}, end{"128.95.1.1", "www.c.edu", 5};
  EXPECT_NE(
      picture(path_of({home, end}, true, "128.95.1.1"), ascii).find(" @ www.c.edu (128.95.1.1) "),
      std::string::npos);
  const Row nameless{"128.95.1.1", "", 5};
  EXPECT_NE(picture(path_of({home, nameless}, true, "128.95.1.1"), ascii).find(" @ 128.95.1.1 "),
            std::string::npos);
}

TEST(Picture, WhereMostRoutersHaveNoNameItSaysWhatWouldHelp) {
  const Row home{"192.168.1.1", "", 1}, a{"5.5.5.5", "", 2}, b{"6.6.6.6", "", 3},
      named{"7.7.7.7", "r1.a.net", 4}, end{"128.95.1.1", "", 5};
  const std::string note = "Most routers here have no name: names (without -n) or AS numbers (-A)";
  EXPECT_NE(picture(path_of({home, a, b, named, end}), ascii).find(note), std::string::npos);
  EXPECT_EQ(picture(path_of({home, a, named, end}), ascii).find(note), std::string::npos);
  EXPECT_EQ(picture(path_of({home, end}), ascii).find(note), std::string::npos);
  const Row numbered{"6.6.6.6", "", 3, "AS64500"};
  EXPECT_EQ(picture(path_of({home, a, numbered, end}), ascii).find(note), std::string::npos);
}

TEST(Picture, BrandsStandBesideTheirDomains) {
  EXPECT_EQ(brand_of("twelve99.net"), "Arelion");
  EXPECT_EQ(brand_of("proxad.net"), "Free");
  EXPECT_EQ(brand_of("as7195.net"), "EdgeUno");
  EXPECT_EQ(brand_of("gldn.net"), "Beeline");
  EXPECT_EQ(brand_of("163data.com.cn"), "China Telecom");
  EXPECT_EQ(brand_of("yndx.net"), "Yandex");
  EXPECT_EQ(brand_of("example.net"), "");
  EXPECT_EQ(brand_of(""), "");
}

TEST(Picture, EveryHopSilent) {
  EXPECT_EQ(picture(path_of(std::vector<Row>(30, Row{""}), false), ascii), R"( o my computer
 |
 : no answer                                                30 hops
 |
 @ www.example.edu (192.0.2.1)                                        no answer
)");
}

TEST(Picture, ALoop) {
  const Row home{"192.168.1.1", "", 1}, a{"154.54.1.1", "r1.a.net", 9}, b{"62.115.1.1", "", 10};
  EXPECT_EQ(picture(path_of({home, a, b, a, b, a}, false), ascii), R"( o my computer
 |
 # home or local network                                      1 hop      1.0 ms
 |
 # a loop: the packets go round                              5 hops      9.0 ms
 |     154.54.1.1, 62.115.1.1
 |
 @ www.example.edu (192.0.2.1)                                        no answer
)");
}

TEST(Picture, NatThatAnswersForAllHops) {
  const Row home{"192.168.1.1", "", 1}, nat{"128.95.1.1", "", 4}, end{"128.95.1.1", "", 5};
  EXPECT_EQ(picture(path_of({home, nat, nat, end}), ascii), R"( o my computer
 |
 # home or local network                                      1 hop      1.0 ms
 |
 # hidden: one address answers for all                       2 hops      4.0 ms
 |     128.95.1.1
 |
 @ www.example.edu (128.95.1.1)                               hop 4      5.0 ms
)");
}

TEST(Picture, LossThatPersistsAndARefusal) {
  PathSummary path = path_of({{"192.168.1.1", "", 1},
                              {"154.54.1.1", "r1.a.net", 3, "", 2},
                              {"128.95.1.1", "www.c.edu", 4, "", 1}});
  EXPECT_NE(picture(path, ascii)
                .find("Loss: 2 of 3 probes to the destination, beginning at hop 2 and persisting "
                      "to\n  the end.\n"),
            std::string::npos)
      << picture(path, ascii);
  PathSummary refused = path_of({{"192.168.1.1", "", 1}}, false);
  refused.refused_by = "192.168.1.1";
  EXPECT_NE(picture(refused, ascii).find("192.168.1.1 says that it can not be reached."),
            std::string::npos);
}

TEST(Picture, WhatIsToldIsExplained) {
  const std::string text = picture(lecture_path(), {false, true});
  EXPECT_NE(text.find("hop 8: registered domain of ae-2-2.ebr4.SanJose1.Level3.net"),
            std::string::npos);
  EXPECT_NE(text.find("\"sanjose\" is the town San Jose, CA, US"), std::string::npos);
  EXPECT_NE(text.find("hop 10: of AS3356, as its neighbour 4.69.132.9"), std::string::npos);
}

TEST(Picture, HostileNamesAndLongOnesFit) {
  const std::string escape = "\x1b[2Jparis1.\r\n 9  fake (192.0.2.9)  0.1 ms.example.net";
  const std::string longest = std::string(60, 'w') + '.' + std::string(60, 'x') + '.' +
                              std::string(60, 'y') + '.' + std::string(60, 'z') + ".net";
  PathSummary path =
      path_of({{"192.168.1.1", "", 1},
               {"154.54.1.1", escape.c_str(), 1e300, "AS4294967295/AS4294967294/AS64500"},
               {"2001:db8:1111:2222:3333:4444:5555:6666", longest.c_str(), 1e300},
               {"fe80:1111:2222:3333:4444:5555:6666:7777%interface-name", "", -5},
               {"2001:db8:1111:2222:3333:4444:5555:7777", longest.c_str(), 2}});
  path.host = longest;
  expect_fits(path);
  path.host = "x\x1b]0;title\x07\n";
  expect_fits(path);
}

TEST(Picture, TwoHundredAndFiftyFiveHops) {
  std::vector<std::string> names;
  std::vector<Row> rows;
  for (int i = 0; i < 255; ++i) names.push_back("r1.newyork1.net" + std::to_string(i) + ".net");
  for (int i = 0; i < 255; ++i) {
    rows.push_back({i % 2 ? "154.54.1.1" : "62.115.1.1", names[static_cast<std::size_t>(i)].c_str(),
                    static_cast<double>(i)});
  }
  rows.back().address = "128.95.1.1";
  expect_fits(path_of(rows, false));
  expect_fits(path_of(rows));
  std::vector<Row> one_network(254, Row{"154.54.1.1", "r1.a.net", 3});
  for (std::size_t i = 0; i < one_network.size(); ++i) {
    if (i % 2) one_network[i].address = "";
  }
  one_network.push_back({"128.95.1.1", "www.c.edu", 4});
  expect_fits(path_of(one_network));
}

TEST(Columns, FittedKeepsBothEnds) {
  EXPECT_EQ(fitted("short.example", 20), "short.example");
  EXPECT_EQ(fitted("abcdefghijklmnopqrstuvwxyz", 10), "abcd...xyz");
  EXPECT_EQ(fitted("a\tb\x1b", 10), "a?b?");
}

// Each character is one sign or none, and what is shown takes the columns that a terminal gives it.
TEST(Columns, OtherLettersAreShownWhereTheTerminalCan) {
  EXPECT_EQ(fitted("b\u00fccher.example", 20), "b?cher.example");
  EXPECT_EQ(fitted("b\u00fccher.example", 20, true), "b\u00fccher.example");
  EXPECT_EQ(fitted("\u6771\u4eac.example", 12, true), "\u6771\u4eac.example");
  EXPECT_EQ(fitted("\u6771\u4eac.example", 11, true), "\u6771\u4eac...mple");
  // From right to left, a mark on another letter, a direction, no UTF-8.
  EXPECT_EQ(fitted("\u05d0e\u0301\u202e\xff.net", 20, true), "?e???.net");
  EXPECT_EQ(row("#", "\u6771\u4eac", "1 hop", "2.0 ms"),
            " # \u6771\u4eac" + std::string(55, ' ') + "1 hop" + std::string(6, ' ') + "2.0 ms\n");
}

TEST(Picture, TheHostIsShownAsItWasTyped) {
  const PathSummary path =
      path_of({{"192.168.1.1", "", 1}, {"128.95.1.1", "xn--wgv71a.example", 9}}, true,
              "\u65e5\u672c.example");
  EXPECT_NE(picture(path, {true, false}).find("\u65e5\u672c.example (128.95.1.1)"),
            std::string::npos);
  EXPECT_NE(picture(path, {false, false}).find("??.example (128.95.1.1)"), std::string::npos);
}

TEST(Columns, WrappedLinesFitAndLoseNoWord) {
  const std::string words(200, 'a');
  EXPECT_EQ(wrapped(words), std::string(79, 'a') + "\n  " + std::string(77, 'a') + "\n  " +
                                std::string(44, 'a') + '\n');
  EXPECT_EQ(wrapped(""), "");
  EXPECT_EQ(wrapped("a b"), "a b\n");
}

}  // namespace
}  // namespace traceroute
