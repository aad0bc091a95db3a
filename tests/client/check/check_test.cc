// client -c accuses no right server.
#include <gtest/gtest.h>

#include "client/check/checked.hh"
#include "support/needs_ipv6.hh"

namespace client {
namespace {

NEEDS_DESCRIPTORS(16384);

// What does not count may fail; nothing else does.
void accuses_not(const Ways& ways) {
  const scripted::Server server(ways);
  const std::vector<Result> results = check(server.address());
  ASSERT_EQ(results.size(), every_check().size()) << ways.name;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const bool counts = excuse_of(every_check()[i], results[i]).empty();
    EXPECT_TRUE(results[i].ok() || !counts) << ways.name << ": " << every_check()[i].title << ": "
                                            << results[i].sent << ": " << results[i].seen;
  }
}

// SOCKHOP_RUNS for more than one look.
TEST(Check, AccusesNoRightServer) {
  NEEDS_IPV6();
  at_once<Ways>(scripted::right_servers(), [runs = scripted::rounds()](const Ways& server) {
    for (unsigned run = 0; run < runs; ++run) accuses_not(server);
  });
}

}  // namespace
}  // namespace client
