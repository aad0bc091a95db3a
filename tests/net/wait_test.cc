#include "net/wait.hh"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "net/wake_event.hh"

namespace {

std::atomic<int> waits_to_fail = 0;

bool fails() {
  if (waits_to_fail == 0) return false;
  --waits_to_fail;
  errno = ENOMEM;
  return true;
}

}  // namespace

// The test's own ppoll and poll, which the library calls: they fail when they are told to.
extern "C" int ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t*) {
  if (fails()) return -1;
  timespec copy{};
  if (timeout) copy = *timeout;
  return static_cast<int>(
      syscall(SYS_ppoll, fds, count, timeout ? &copy : nullptr, nullptr, sizeof(long)));
}
extern "C" int poll(pollfd* fds, nfds_t count, int timeout) {
  const timespec span{timeout / 1000, timeout % 1000 * 1'000'000L};
  return ppoll(fds, count, timeout < 0 ? nullptr : &span, nullptr);
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
  EXPECT_EQ(reports, std::vector<std::string>{"wait for input: Cannot allocate memory"});
}

}  // namespace
}  // namespace net
