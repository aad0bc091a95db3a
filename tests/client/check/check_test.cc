// client -c accuses no right server.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "client/check/checked.hh"
#include "net/joining_thread.hh"

namespace client {
namespace {

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

// All at once, so that their waits overlap; few where each of their many threads is slow.
#ifdef __SANITIZE_THREAD__
constexpr std::size_t servers_at_once = 4;
#else
constexpr std::size_t servers_at_once = 100;
#endif

// SOCKHOP_RUNS for more than one look.
TEST(Check, AccusesNoRightServer) {
  const std::vector<Ways> servers = scripted::right_servers();
  const unsigned runs = scripted::rounds();
  std::atomic<std::size_t> next = 0;
  std::vector<net::JoiningThread> threads;
  while (threads.size() < std::min(servers_at_once, servers.size())) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < servers.size(); i = next++) {
        for (unsigned run = 0; run < runs; ++run) accuses_not(servers[i]);
      }
    });
  }
}

}  // namespace
}  // namespace client
