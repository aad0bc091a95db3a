// The lines of the report in TAP, whatever a server has said.
#include <gtest/gtest.h>

#include "client/check/report.hh"

namespace client {
namespace {

const Check check{103, "x", wire::Rule::size, "a1", {}};

std::string reported(const Result& result, const Check& of = check) {
  testing::internal::CaptureStdout();
  tap_report()->add(of, result);
  return testing::internal::GetCapturedStdout();
}

TEST(Tap, BeginsWithTheVersionAndThePlan) {
  testing::internal::CaptureStdout();
  const auto report = tap_report();
  report->begin("s", 4);
  report->begin_group({"stage a", std::vector<Check>(20)});
  report->end_group({"stage a", {}}, true);
  report->bail_out("why");
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "TAP version 14\n1..4\n# Subtest: stage a\n    1..20\nok 1 - stage a\nBail out! why\n");
}

TEST(Tap, SaysHowACheckCameOut) {
  using Kind = Result::Kind;
  EXPECT_EQ(reported({Kind::holds, "", ""}), "    ok 1 - 103 x\n");
  EXPECT_TRUE(reported({Kind::broken, "", ""}).starts_with("    not ok 1 - 103 x\n"));
  EXPECT_TRUE(reported({Kind::broken, "", "", "no fault"})
                  .starts_with("    not ok 1 - 103 x # TODO no fault\n"));
  EXPECT_EQ(reported({Kind::skipped, "", "none had it"}), "    ok 1 - 103 x # SKIP none had it\n");
  EXPECT_EQ(reported({}, {113, "y", wire::Rule::any_id, "a2", {}}),
            "    ok 1 - 113 y # TODO the handout is silent\n");
}

TEST(Tap, NoTextOfAPeerLeavesItsPlaceInAYamlBlock) {
  EXPECT_EQ(
      reported({Result::Kind::broken, "", "\"\\\n...\nok\x80\x1b"}),
      "    not ok 1 - 103 x\n"
      "      ---\n"
      "      sent: \"nothing\"\n"
      "      expected: \"a1\"\n"
      "      seen: \"\\\"\\\\\\x0a...\\x0aok\\x80\\x1b\"\n"
      "      rule: \"a message is a header and its payload, padded to a multiple of 4 bytes\"\n"
      "      ...\n");
}

}  // namespace
}  // namespace client
