// A router lets only some packets a second pass, and drops the others without a word: all hops
// behind it share what passes.
#include <gtest/gtest.h>

#include "support/virtual_trace.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

// Hop 3 is that router, itself silent.
std::string policed(const std::string& admitted, int behind) {
  return "all delay 5\nhops 2\nhop silent unreachable 13 admit " + admitted + "\n" +
         (behind > 0 ? "hops " + std::to_string(behind) + "\n" : "") + "target 192.0.2.10";
}

TEST(PolicedPath, EveryHopBehindIsShownInEachOfThreeRuns) {
  for (const std::string admitted :
       {"5/1000", "2/1000", "1/1000", "1/500", "5/200", "1/200", "5/100"}) {
    for (const int behind : {0, 1, 3, 5, 9}) {
      const std::string routers_behind = behind > 0 ? ' ' + routers(4, 3 + behind) : "";
      const simnet::Description network = describe(policed(admitted, behind));
      VirtualHost host(network);
      for (int i = 1; i <= 3; ++i) {
        const TraceRun seen = host.run({});
        EXPECT_EQ(seen.text(), routers(1, 2) + " 3:*" + routers_behind + ' ' +
                                   std::to_string(4 + behind) + ":192.0.2.10")
            << admitted << ' ' << behind << " run " << i;
        EXPECT_LE(seen.took, 11s);
        host.wait(10ms);
      }
    }
  }
}

// The silent one is asked first when a packet may pass again: the others, when the next may.
TEST(PolicedPath, ASilentRouterBehindHidesNoOther) {
  for (const std::string admitted : {"6/1000", "2/1000", "1/1000", "1/800", "1/300"}) {
    for (const int more : {0, 1, 3}) {
      const std::string routers_behind = more > 0 ? ' ' + routers(5, 4 + more) : "";
      const TraceRun seen = run(
          "all delay 5\nhops 2\nhop silent unreachable 13 admit " + admitted + "\nhop silent\n" +
          (more > 0 ? "hops " + std::to_string(more) + "\n" : "") + "target 192.0.2.10");
      EXPECT_EQ(seen.text(), routers(1, 2) + " 3:* 4:*" + routers_behind + ' ' +
                                 std::to_string(5 + more) + ":192.0.2.10")
          << admitted << ' ' << more;
      EXPECT_LE(seen.took, 13s);
    }
  }
}

// What passes at once is used up by the hops in front of it.
TEST(PolicedPath, NorDoesOneInTheMiddle) {
  EXPECT_EQ(run("all delay 5\nhop\nhop silent unreachable 13 admit 3/1000\nhops 3\nhop silent\n"
                "hops 2\ntarget 192.0.2.10")
                .text(),
            "1:198.18.0.1 2:* " + routers(3, 5) + " 6:* " + routers(7, 8) + " 9:192.0.2.10");
}

// Asked all at once they would be lost but for the first, which is silent.
TEST(PolicedPath, ManySilentOnesHideNoOther) {
  EXPECT_EQ(run("all delay 5\nhop silent unreachable 13 admit 1/200\nhops 4 silent\nhops 7\n"
                "target 192.0.2.10")
                .text(),
            "1:* 2:* 3:* 4:* 5:* " + routers(6, 12) + " 13:192.0.2.10");
  EXPECT_EQ(run("all delay 5\nhops 2\nhop silent unreachable 13 admit 1/200\nhops 5 silent\n"
                "hops 3\ntarget 192.0.2.10")
                .text(),
            routers(1, 2) + " 3:* 4:* 5:* 6:* 7:* 8:* " + routers(9, 11) + " 12:192.0.2.10");
}

TEST(PolicedPath, NothingIsAskedInTurnWhereNothingAnswers) {
  EXPECT_LE(run("all delay 5\nhops 6\nhop silent\ntarget 192.0.2.10 silent").took, 1400ms);
}

}  // namespace
}  // namespace traceroute
