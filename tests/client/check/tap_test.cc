#include "client/check/tap.hh"

#include <gtest/gtest.h>

namespace client::tap {
namespace {

TEST(Tap, BeginsWithTheVersionAndThePlan) {
  EXPECT_EQ(begin(14, 4), "TAP version 14\n1..4\n");
  EXPECT_EQ(begin_subtest("stage a", 20), "# Subtest: stage a\n    1..20\n");
}

TEST(Tap, SaysHowACheckCameOut) {
  EXPECT_EQ(text({3, "103 x"}, true), "    ok 3 - 103 x\n");
  EXPECT_EQ(text({3, "103 x", false}, true), "    not ok 3 - 103 x\n");
  EXPECT_EQ(text({3, "103 x", false, "the handout is silent"}, true),
            "    not ok 3 - 103 x # TODO the handout is silent\n");
  EXPECT_EQ(text({3, "103 x", true, "", "none had it"}, true),
            "    ok 3 - 103 x # SKIP none had it\n");
  EXPECT_EQ(text({1, "stage a"}, false), "ok 1 - stage a\n");
}

TEST(Tap, PutsDetailsIntoAYamlBlock) {
  EXPECT_EQ(text({1, "t", false, "", "", {{"sent", "a1"}, {"seen", "nothing"}}}, true),
            "    not ok 1 - t\n"
            "      ---\n"
            "      sent: \"a1\"\n"
            "      seen: \"nothing\"\n"
            "      ...\n");
}

TEST(Tap, NoTextOfAPeerLeavesItsPlace) {
  EXPECT_EQ(text({1, "a # TODO b\\", false, "", "", {{"seen", "\"\\\n...\nok\x80\x1b"}}}, false),
            "not ok 1 - a \\# TODO b\\\\\n"
            "  ---\n"
            "  seen: \"\\\"\\\\\\x0a...\\x0aok\\x80\\x1b\"\n"
            "  ...\n");
}

}  // namespace
}  // namespace client::tap
