// The client completes with every kind of right server, again and again: SOCKHOP_RUNS=50 for a
// longer look than the usual one.
#include "support/right_servers.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "client/stages/stages.hh"
#include "net/joining_thread.hh"
#include "support/needs_ipv6.hh"
#include "support/scripted/needs_descriptors.hh"

namespace client {
namespace {

NEEDS_DESCRIPTORS(256);

using scripted::Ways;
using namespace std::chrono_literals;

std::string fault_of(const Ways& ways) {
  const scripted::Server server(ways);
  const Outcome outcome = go_through(
      {ways.name, {server.address()}, 461, 1, net::Deadline::after(60s), Narrator(false)});
  if (!outcome.failure) return outcome.secrets.size() == 4 ? "" : "secrets are missing";
  try {
    std::rethrow_exception(outcome.failure);
  } catch (const std::exception& failure) {
    return failure.what();
  }
}

// A batch at once, since they mostly wait.
TEST(RightServers, AreAllCompletedWith) {
  NEEDS_IPV6();
  constexpr unsigned batch = 5;
  std::vector<Ways> kinds = scripted::right_servers();
  // It sends no d2 where it asks for no message, so that not every session can be completed.
  std::erase_if(kinds, [](const Ways& ways) { return ways.no_d2_for_nothing; });
  EXPECT_GE(kinds.size(), 12u);
  const auto runs = scripted::rounds();
  for (std::uint64_t done = 0; done < runs; done += batch) {
    std::vector<net::JoiningThread> threads;
    for (std::uint64_t run = done; run < std::min(runs, done + batch); ++run) {
      for (const Ways& ways : kinds) {
        threads.emplace_back([&ways] { EXPECT_EQ(fault_of(ways), "") << ways.name; });
      }
    }
  }
  std::cout << kinds.size() << " kinds, " << runs << " runs each\n";
}

}  // namespace
}  // namespace client
