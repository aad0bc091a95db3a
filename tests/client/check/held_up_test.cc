// Checks during which this process was held up.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <map>

#include "client/check/run.hh"
#include "support/scripted/server.hh"

namespace client {
namespace {

using namespace std::chrono_literals;
using Kind = Result::Kind;

// As by Ctrl-Z and fg.
void be_stopped_for(std::chrono::microseconds span) {
  const pid_t stopped = getpid(), other = fork();
  if (other == 0) {
    kill(stopped, SIGSTOP);
    usleep(static_cast<useconds_t>(span.count()));
    kill(stopped, SIGCONT);
    _exit(0);
  }
  waitpid(other, nullptr, 0);
}

// It is made at the end once more, three times at most.
TEST(CheckRun, WhatFailsWhileThisProcessIsHeldUpIsNoFaultOfTheServer) {
  std::map<std::size_t, int> made;
  const auto fail_after = [&](std::chrono::microseconds pause, int failures) {
    return [&made, pause, failures](Trial& trial) {
      if (++made[trial.number] > failures) return;
      if (pause > 0s) be_stopped_for(pause);
      throw Broken("nothing came");
    };
  };
  const std::vector<Check> checks{
      {101, "for a moment", wire::Rule::size, "", fail_after(800ms, 2)},
      {102, "always", wire::Rule::size, "", fail_after(800ms, 1000)},
      {103, "a fault of the server", wire::Rule::size, "", fail_after(0s, 1000)}};
  const scripted::Server server({.name = "Right"});
  Target target{.address = server.address(), .student_id = 461};
  CheckRun run(target, checks, 1);
  const auto result = [&](std::size_t index) { return *run.wait_for(index, [](std::size_t) {}); };
  EXPECT_EQ(result(0).kind, Kind::holds) << result(0).seen;
  EXPECT_EQ(result(1).kind, Kind::skipped);
  EXPECT_EQ(result(1).seen, "this machine was too busy: nothing came");
  EXPECT_EQ(result(2).kind, Kind::broken);
}

// Not one by one: where the server lets each wait, there would be no time for all.
TEST(CheckRun, ThoseThatWereHeldUpAreMadeAgainTogether) {
  std::atomic<int> in_first = 0, in_second = 0;
  std::promise<void> first, second;
  const auto with_company = [](std::atomic<int>& made, std::promise<void>& here,
                               std::promise<void>& other) {
    return [&](Trial&) {
      if (++made <= 2) {
        be_stopped_for(800ms);
        throw Broken("nothing came");
      }
      if (made == 3) here.set_value();
      if (other.get_future().wait_for(20s) != std::future_status::ready) throw Broken("alone");
    };
  };
  const std::vector<Check> checks{
      {101, "one", wire::Rule::size, "", with_company(in_first, first, second)},
      {102, "another", wire::Rule::size, "", with_company(in_second, second, first)}};
  const scripted::Server server({.name = "Right"});
  Target target{.address = server.address(), .student_id = 461};
  CheckRun run(target, checks, 2);
  for (const std::size_t index : {0U, 1U}) {
    const auto result = run.wait_for(index, [](std::size_t) {});
    EXPECT_EQ(result->kind, Kind::holds) << result->seen;
  }
}

}  // namespace
}  // namespace client
