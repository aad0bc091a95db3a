#include "wire/json.hh"

#include <gtest/gtest.h>

#include "support/formats/json_value.hh"

namespace wire::json {
namespace {

TEST(JsonText, OfAnyBytesIsValidAndKeepsWhatIsUtf8) {
  EXPECT_EQ(literal("a\"\\\n\x1b\x7f"), R"("a\"\\\u000a\u001b\u007f")");
  EXPECT_EQ(literal("b\xc3\xbc \xf0\x9f\x98\x80"), "\"b\xc3\xbc \xf0\x9f\x98\x80\"");
  const std::string replaced = "\"\xef\xbf\xbd\"";
  EXPECT_EQ(literal("\xc2\x9b\xe2\x80\xae\xe2\x80\xa8"), R"("\u009b\u202e\u2028")");
  EXPECT_EQ(literal("\x9b"), replaced);
  EXPECT_EQ(literal("\xff"), replaced);
  EXPECT_EQ(literal("\xc3"), replaced);
  // Overlong, surrogate, too large, cut short.
  for (const char* text : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    const std::string quoted = literal(text);
    EXPECT_EQ(quoted.substr(1, 3), "\xef\xbf\xbd") << text;
    EXPECT_EQ(quoted.size(), 2 + 3 * std::string_view(text).size()) << text;
  }
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    const auto value = parse_json(literal(text));
    ASSERT_TRUE(value) << c;
    if (c < 0x80) {
      EXPECT_EQ(value->text, text);
    }
  }
}

TEST(JsonText, OfAnObject) {
  EXPECT_EQ(Object().add("a", 1).add("b", 0.12345, 3).add("c", "d").add_json("e", "null").text(),
            R"({"a":1,"b":0.123,"c":"d","e":null})");
  // An address is a key, and the zone of a link-local one may be called anything.
  EXPECT_EQ(Object().add("fe80::1%\"\\", 1).text(), R"({"fe80::1%\"\\":1})");
}

}  // namespace
}  // namespace wire::json
