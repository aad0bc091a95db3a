#include "server/stages/timer_queue.hh"

#include <gtest/gtest.h>

#include <string>

namespace server {
namespace {

using namespace std::chrono_literals;

TEST(TimerQueue, WithoutADelayItIsDoneAtOnce) {
  TimerQueue timers;
  std::string done;
  timers.add(0s, [&] { done += 'a'; });
  EXPECT_EQ(done, "a");
  EXPECT_TRUE(timers.do_due().never());
  EXPECT_EQ(done, "a");
}

TEST(TimerQueue, WhatIsNotDueWaitsAndTheSoonestIsTold) {
  TimerQueue timers;
  std::string done;
  timers.add(1h, [&] { done += 'h'; });
  timers.add(1min, [&] { done += 'm'; });
  timers.add(-1s, [&] { done += 'a'; });
  const net::Deadline next = timers.do_due();
  EXPECT_EQ(done, "a");
  EXPECT_LE(next.remaining(), 1min);
  EXPECT_GT(next.remaining(), 0s);
  timers.clear();
  EXPECT_TRUE(timers.do_due().never());
}

TEST(TimerQueue, AnActionMayAddOthers) {
  TimerQueue timers;
  std::string done;
  timers.add(-1s, [&] {
    done += 'a';
    for (int i = 0; i < 100; ++i) timers.add(-1s, [&] { done += 'b'; });
  });
  timers.add(-1s, [&] { done += 'c'; });
  EXPECT_TRUE(timers.do_due().never());
  EXPECT_EQ(done.size(), 102U);
  EXPECT_TRUE(timers.do_due().never());
  EXPECT_EQ(done.size(), 102U) << "each is done once";
}

}  // namespace
}  // namespace server
