#include "traceroute/lookup/detached_threads.hh"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>

#include "support/thread_shortage.hh"
#include "support/wait_until.hh"

namespace traceroute {
namespace {

// What tasks share, since they may outlive a test that fails.
struct Shared {
  std::atomic<int> running = 0, most = 0, done = 0;
  std::latch held{1};
};

TEST(DetachedThreads, NoMoreWorkAtOnceThanMayAndAllIsDone) {
  const auto shared = std::make_shared<Shared>();
  DetachedThreads threads(3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(threads.run([shared] {
      shared->most = std::max<int>(shared->most, ++shared->running);
      shared->held.wait();
      --shared->running;
      ++shared->done;
    }));
  }
  EXPECT_TRUE(wait_until([&] { return shared->running == 3; }));
  shared->held.count_down();
  EXPECT_TRUE(wait_until([&] { return shared->done == 10; }));
  EXPECT_EQ(shared->most, 3);
}

TEST(DetachedThreads, WithoutAnyThreadATaskIsRefused) {
  const auto shared = std::make_shared<Shared>();
  DetachedThreads threads(3);
  threads_left = 0;
  EXPECT_FALSE(threads.run([shared] { ++shared->done; }));
  threads_left = all_threads;
  EXPECT_TRUE(threads.run([shared] { shared->held.wait(); }));
  threads_left = 0;
  EXPECT_TRUE(threads.run([shared] { ++shared->done; })) << "the one that there is will do it";
  threads_left = all_threads;
  shared->held.count_down();
  EXPECT_TRUE(wait_until([&] { return shared->done == 1; }));
}

}  // namespace
}  // namespace traceroute
