#include "wire/text.hh"

#include <gtest/gtest.h>

#include <cstdio>

namespace wire {
namespace {

TEST(Text, WhatPeopleReadStandsAsItIs) {
  for (const std::string text : {"", "plain ASCII ~", "bücher", "\xc2\xa0\xe2\x82\xac",
                                 "\xf0\x9f\x98\x80", "\xef\xbf\xbd"}) {
    EXPECT_EQ(visible(text), text);
  }
}

TEST(Text, ControlsOfBothSetsAreEscaped) {
  EXPECT_EQ(visible("a\r\n\t\x1b[2J\x7f"), "a\\x0d\\x0a\\x09\\x1b[2J\\x7f");
  for (int c1 = 0x80; c1 <= 0x9f; ++c1) {
    char expected[16];
    std::snprintf(expected, sizeof expected, "\\x%02x", static_cast<unsigned>(c1));
    EXPECT_EQ(visible(std::string(1, static_cast<char>(c1))), expected) << "a byte alone";
    EXPECT_EQ(visible(std::string("\xc2") + static_cast<char>(c1)),
              std::string("\\xc2") + expected);
  }
  EXPECT_EQ(visible(std::string("\0", 1)), "\\x00");
}

TEST(Text, LineSeparatorsAndMarksOfDirectionAreEscaped) {
  for (const std::string mark :
       {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa",
        "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xd8\x9c", "\xef\xbb\xbf"}) {
    EXPECT_EQ(visible("x" + mark + "y").size(), 2 + 4 * mark.size());
    EXPECT_EQ(first_character(mark).size, mark.size());
  }
}

TEST(Text, WhatIsNoUtf8IsEscapedByteByByte) {
  for (const std::string broken :
       {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xc3", "\xe2\x82", "\x80"}) {
    EXPECT_EQ(visible(broken).size(), 4 * broken.size()) << visible(broken);
    EXPECT_EQ(first_character(broken).size, 0U);
  }
  EXPECT_EQ(visible("\xc3(\xc3\xa9"), "\\xc3(\xc3\xa9");
}

TEST(Text, InQuotationMarksIsPrintableAsciiAlone) {
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("a\"b\\c ~"), R"("a\"b\\c ~")");
  EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f\xc2\x9b\xff", 6)), R"("\x00\x1b\x7f\xc2\x9b\xff")");
}

TEST(Text, WhatIsFormattedIsWholeHoweverLong) {
  EXPECT_EQ(format("%02x", 10U), "0a");
  for (const std::size_t size : {0U, 14U, 15U, 16U, 1000U}) {
    const std::string word(size, 'w');
    EXPECT_EQ(format("%s", word.c_str()), word);
  }
}

}  // namespace
}  // namespace wire
