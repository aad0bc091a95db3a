#include "net/wait.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "net/file_descriptor.hh"
#include "net/wake_event.hh"
#include "support/failing_waits.hh"

namespace {

std::atomic<int> waits_to_fail = 0, sleeps = 0;

}  // namespace

bool wait_fails() {
  if (waits_to_fail == 0) return false;
  --waits_to_fail;
  errno = ENOMEM;
  return true;
}

// Sleeps are counted, and cost no time.
extern "C" int nanosleep(const timespec*, timespec*) {
  ++sleeps;
  return 0;
}

namespace net {
namespace {

struct Events {
  explicit Events(std::size_t count) : events(count) {
    for (WakeEvent& event : events) fds.push_back(event.fd());
  }
  std::vector<WakeEvent> events;
  std::vector<int> fds;
};

TEST(WaitReadable, EachThatCanBeReadHasItsTurn) {
  Events ready(5);
  for (const std::size_t i : {1U, 2U, 4U}) ready.events[i].set();
  std::set<std::size_t> served;
  for (int i = 0; i < 5; ++i) served.insert(*wait_readable(ready.fds, Deadline()));
  EXPECT_EQ(served, (std::set<std::size_t>{1, 2, 4}));
}

TEST(WaitReadable, TakesAnyNumberOfDescriptors) {
  if (raise_descriptor_limit() < 256) GTEST_SKIP() << "too few descriptors";
  for (const std::size_t count : {1U, 8U, 9U, 32U, 33U, 200U}) {
    Events ready(count);
    EXPECT_EQ(wait_readable(ready.fds, Deadline::after(1ms)), std::nullopt) << count;
    ready.events.back().set();
    EXPECT_EQ(wait_readable(ready.fds, Deadline()), count - 1);
  }
}

TEST(WaitReadable, PassesOverNegativeDescriptors) {
  Events ready(1);
  ready.events[0].set();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(wait_readable({-1, ready.fds[0], -1}, Deadline()), 1U);
  }
}

TEST(WaitReadableAlways, GoesOnWhenTheWaitItselfFails) {
  Events ready(2);
  ready.events[1].set();
  std::vector<std::string> reports;
  waits_to_fail = 3;
  EXPECT_THROW((void)wait_readable(ready.fds, Deadline()), std::system_error);
  EXPECT_EQ(
      wait_readable_always(ready.fds, [&](std::string_view text) { reports.emplace_back(text); }),
      1U);
  EXPECT_EQ(waits_to_fail, 0);
  EXPECT_EQ(sleeps, 2) << "whoever is short of memory must not burn the processor";
  EXPECT_EQ(reports,
            std::vector<std::string>{"wait for input: " + std::generic_category().message(ENOMEM)});
}

class WaitFor : public testing::Test {
 protected:
  WaitFor() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    near_ = FileDescriptor(ends[0]);
    far_ = FileDescriptor(ends[1]);
  }
  FileDescriptor near_, far_;
};

TEST_F(WaitFor, TellsInputFromRoomToWrite) {
  Interest interests[] = {{near_.get(), true, true}};
  EXPECT_TRUE(wait_for(interests, Deadline()));
  EXPECT_FALSE(interests[0].readable);
  EXPECT_TRUE(interests[0].writable);
  EXPECT_EQ(write(far_.get(), "x", 1), 1);
  interests[0].to_write = false;
  EXPECT_TRUE(wait_for(interests, Deadline()));
  EXPECT_TRUE(interests[0].readable);
  EXPECT_FALSE(interests[0].writable);
}

TEST_F(WaitFor, TheEndOfAStreamIsInputForWhoAwaitsSome) {
  far_.reset();
  Interest interests[] = {{near_.get(), true, false}};
  EXPECT_TRUE(wait_for(interests, Deadline()));
  EXPECT_TRUE(interests[0].readable);
}

// Its end would wake the caller again and again.
TEST_F(WaitFor, WhoAwaitsNothingIsPassedOver) {
  far_.reset();
  Interest interests[] = {{near_.get(), false, false}};
  EXPECT_FALSE(wait_for(interests, Deadline::after(1ms)));
}

}  // namespace
}  // namespace net
