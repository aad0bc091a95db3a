#include "cli/json.hh"

#include <gtest/gtest.h>

namespace {

TEST(JsonString, IsInQuotationMarks) {
  EXPECT_EQ(cli::json_string(""), "\"\"");
  EXPECT_EQ(cli::json_string("step 1"), "\"step 1\"");
}

TEST(JsonString, EscapesWhatWouldEndItAndWhatIsNoPrintableAscii) {
  EXPECT_EQ(cli::json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(cli::json_string("\x1b[2J\n"), R"("\u001b[2J\u000a")");
  EXPECT_EQ(cli::json_string("\x7f\xc2\x9b\xff"), R"("\u007f\u00c2\u009b\u00ff")");
  EXPECT_EQ(cli::json_string(std::string_view("\0", 1)), R"("\u0000")");
}

}  // namespace
