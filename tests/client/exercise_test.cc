// server -c: the client of this house against every kind of awkward session.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "client/stages/stages.hh"
#include "net/joining_thread.hh"
#include "support/occurrences.hh"
#include "support/scripted/needs_descriptors.hh"
#include "support/stage_server_peer.hh"

namespace {

NEEDS_DESCRIPTORS(512);

using namespace std::chrono_literals;

// The real stages, one after the other.
std::uint32_t run_client(const net::Address& address, std::uint32_t window) {
  const client::Exchange exchange{
      "loopback", {address}, 461, window, net::Deadline::after(60s), client::Narrator(false)};
  client::AReply a = client::stage_a(exchange);
  client::CReply c = client::stage_c(exchange, client::stage_b(exchange, a));
  return client::stage_d(exchange, std::move(c)).secret_d;
}

class Window : public testing::TestWithParam<std::uint32_t> {};

// All sessions at once: their waits overlap.
TEST_P(Window, TheClientLivesWith200AwkwardSessions) {
  constexpr std::uint64_t sessions = 200;
  std::set<std::uint32_t> secrets;
  for (std::uint64_t seed = 1; seed <= sessions; ++seed) {
    secrets.insert(server::exercising_plan(seed).numbers.d.secret_d);
  }
  testing::internal::CaptureStderr();
  std::atomic<unsigned> right = 0;
  {
    server::Server server(3s, 0, 2 * sessions, net::Family::ipv4, 1);
    std::vector<net::JoiningThread> clients;
    for (std::uint64_t i = 0; i < sessions; ++i) {
      clients.emplace_back([&] {
        try {
          right += secrets.contains(run_client(server.address(), GetParam()));
        } catch (const std::exception& error) {
          ADD_FAILURE() << error.what();
        }
      });
    }
    clients.clear();
    EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  }
  EXPECT_EQ(right, sessions);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(occurrences(said, "all four stages"), sessions) << said;
  EXPECT_EQ(occurrences(said, "wrong: nothing\n"), sessions) << said;
}

INSTANTIATE_TEST_SUITE_P(Exercise, Window, testing::Values(1U, 64U),
                         testing::PrintToStringParamName());

}  // namespace
