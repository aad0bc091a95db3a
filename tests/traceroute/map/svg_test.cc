#include "traceroute/map/svg.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

TEST(Svg, TextIsEscapedAndWhatIsNotSeenIsSpelledOut) {
  struct Case {
    std::string text;
    const char* drawn;
  };
  const Case cases[] = {
      {"r1.paris1.example.net", "r1.paris1.example.net"},
      {"a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"},
      {"&lt;", "&amp;lt;"},
      {"\x1b[2J\n\t\x7f", "\\x1b[2J\\x0a\\x09\\x7f"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\u202eevil\u2066\u200b\ufeff", "\\u202eevil\\u2066\\u200b\\ufeff"},
      {"\u05d0\u0627", "\\u05d0\\u0627"},  // right to left
      {"e\u0301", "e\\u0301"},             // a mark that is put on another letter
      {"caf\u00e9 \u6771\u4eac", "caf\u00e9 \u6771\u4eac"},
      {"\u0085\u00ad\u2028", "\\x85\\xad\\u2028"},
      {"\xff\xc3", "\\xff\\xc3"},
      {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(svg::text(c.text, 100), c.drawn);
}

TEST(Svg, LongTextLosesItsMiddle) {
  EXPECT_EQ(svg::text("abcdefghijklnopqrstuvxyz", 11), "abcde\u2026uvxyz");
  EXPECT_EQ(svg::text("abcdefghijk", 11), "abcdefghijk");
  EXPECT_EQ(svg::text("<<<<<<<<<<<<<<<<<<<<", 10), "&lt;&lt;&lt;&lt;&lt;\u2026&lt;&lt;&lt;&lt;");
}

// As many letters of East Asia take twice the room, and so nearly does an "m".
TEST(Svg, BroadLettersCountMore) {
  EXPECT_EQ(svg::text("\u6771\u4eac\u90fd\u5343\u4ee3", 10), "\u6771\u4eac\u90fd\u5343\u4ee3");
  EXPECT_EQ(svg::text("\u6771\u4eac\u90fd\u5343\u4ee3\u7530", 10),
            "\u6771\u4eac\u2026\u4ee3\u7530");
  EXPECT_EQ(svg::text("wwwwwwwwwwwwwww", 15), "wwwww\u2026wwww");
  EXPECT_EQ(svg::text("iiiiiiiiiiiiiii", 15), "iiiiiiiiiiiiiii");
}

TEST(Svg, Numbers) {
  EXPECT_EQ(svg::number(12), "12");
  EXPECT_EQ(svg::number(12.34), "12.3");
  EXPECT_EQ(svg::number(-0.04), "0");
  EXPECT_EQ(svg::number(-1.25), "-1.2");
}

}  // namespace
}  // namespace traceroute
