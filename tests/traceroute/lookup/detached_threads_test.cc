#include "traceroute/lookup/detached_threads.hh"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <latch>
#include <memory>

#include "support/wait_until.hh"

namespace {

std::atomic<bool> no_threads = false;

}  // namespace

// The test's own body of what the library calls.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  if (no_threads) return EAGAIN;
  static const auto real =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return real(thread, attributes, start, argument);
}

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
  no_threads = true;
  EXPECT_FALSE(threads.run([shared] { ++shared->done; }));
  no_threads = false;
  EXPECT_TRUE(threads.run([shared] { shared->held.wait(); }));
  no_threads = true;
  EXPECT_TRUE(threads.run([shared] { ++shared->done; })) << "the one that there is will do it";
  no_threads = false;
  shared->held.count_down();
  EXPECT_TRUE(wait_until([&] { return shared->done == 1; }));
}

}  // namespace
}  // namespace traceroute
