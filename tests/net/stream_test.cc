#include "net/stream.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/connect.hh"
#include "net/error.hh"
#include "net/joining_thread.hh"
#include "net/kernel.hh"
#include "net/listener.hh"

namespace {

// For how long this thread's next call of recv is stopped, as by Ctrl-Z.
thread_local std::chrono::milliseconds stop{};

}  // namespace

// The test's own body of what the stream calls. One that is stopped fails when it goes on
// (signal(7)).
extern "C" ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  if (const auto time = std::exchange(stop, {}); time.count() > 0) {
    std::this_thread::sleep_for(time);
    errno = EINTR;
    return -1;
  }
  return recvfrom(fd, buffer, size, flags, nullptr, nullptr);
}

namespace net {
namespace {

class StreamTest : public testing::Test {
 protected:
  StreamTest() {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
    near_ = Stream(FileDescriptor(ends[0]));
    far_ = Stream(FileDescriptor(ends[1]));
  }

  void far_says(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    ASSERT_EQ(far_.send_all({bytes, text.size()}, Deadline()).ending, Ending::full);
  }
  std::string_view text(const Transfer& got) const {
    return {reinterpret_cast<const char*>(buffer_.data()), got.count};
  }

  // How many bytes the far end gets until there is nothing more.
  std::size_t come() {
    std::array<std::uint8_t, 4096> some;
    std::size_t count = 0;
    while (const std::size_t got = far_.receive_ready(some).count) count += got;
    return count;
  }

  Stream near_{FileDescriptor()}, far_{FileDescriptor()};
  std::array<std::uint8_t, 16> buffer_{};
};

TEST_F(StreamTest, WhatIsThereIsReceivedSoonEvenAfterTheDeadline) {
  far_says("abc");
  const auto got = near_.receive_soon(buffer_, Deadline(Clock::now() - 1s));
  EXPECT_EQ(got.ending, Ending::full);
  EXPECT_EQ(text(got), "abc");
}

TEST_F(StreamTest, NothingReceivedSoonIsSilenceAtTheDeadline) {
  for (int i = 0; i < 3; ++i) {  // at first by looking, then asleep
    const auto got = near_.receive_soon(buffer_, Deadline::after(2ms));
    EXPECT_EQ(got.ending, Ending::silent);
    EXPECT_EQ(got.count, 0U);
  }
}

// Each message comes only when the receiver sleeps, which it must not do through a message.
TEST_F(StreamTest, WhatComesLateIsReceivedSoonToo) {
  const JoiningThread peer([this] {
    for (int i = 0; i < 3; ++i) {
      std::uint8_t one;
      if (far_.receive_exactly({&one, 1}, Deadline::after(20s)).ending != Ending::full) return;
      std::this_thread::sleep_for(3ms);
      far_says("late");
    }
    far_.half_close();
  });
  for (int i = 0; i < 3; ++i) {
    const std::uint8_t one = 1;
    ASSERT_EQ(near_.send_all({&one, 1}, Deadline()).ending, Ending::full);
    const auto got = near_.receive_soon(buffer_, Deadline::after(20s));
    ASSERT_EQ(got.ending, Ending::full);
    EXPECT_EQ(text(got), "late");
  }
  EXPECT_EQ(near_.receive_soon(buffer_, Deadline::after(20s)).ending, Ending::end);
}

TEST_F(StreamTest, AResetIsReceivedSoonAsBroken) {
  const std::uint8_t unread = 1;
  ASSERT_EQ(near_.send_all({&unread, 1}, Deadline()).ending, Ending::full);
  far_ = Stream(FileDescriptor());  // closed with unread input
  EXPECT_EQ(near_.receive_soon(buffer_, Deadline::after(20s)).ending, Ending::broken);
}

TEST_F(StreamTest, WhatCameWhileTheProcessWasStoppedIsReceived) {
  stop = 2ms;
  EXPECT_EQ(near_.receive_some(buffer_, Deadline::after(1ms)).ending, Ending::silent);
  far_says("hello");
  stop = 2ms;
  const Transfer got = near_.receive_some(buffer_, Deadline::after(1ms));
  EXPECT_EQ(got.ending, Ending::full);
  EXPECT_EQ(text(got), "hello");
  far_.half_close();
  stop = 2ms;
  EXPECT_EQ(near_.receive_some(buffer_, Deadline::after(1ms)).ending, Ending::end);
}

TEST_F(StreamTest, AnEndInTheMiddleIsABreak) {
  far_says("abc");
  far_.half_close();
  const auto got = near_.receive_exactly(buffer_, Deadline::after(20s));
  EXPECT_EQ(got.ending, Ending::broken);
  EXPECT_EQ(got.count, 3U);
  EXPECT_EQ(near_.receive_exactly(buffer_, Deadline::after(20s)).ending, Ending::end);
}

TEST_F(StreamTest, WhoTakesNoMoreHasGotWhatWasCounted) {
  std::vector<std::uint8_t> many(4 << 20);
  const auto sent = near_.send_all(many, Deadline::after(20ms));
  EXPECT_EQ(sent.ending, Ending::silent);
  EXPECT_GT(sent.count, 0U);
  EXPECT_EQ(come(), sent.count);
}

TEST_F(StreamTest, AllThatComesIsBounded) {
  far_says("abcdef");
  far_.half_close();
  try {
    (void)near_.receive_all(Deadline::after(20s), 5);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::message_size);
  }
}

TEST(StreamOverTcp, WhoIsSilentIsNamed) {
  const auto listeners = listen_on({*Address::parse("127.0.0.1")}, {SOCK_STREAM});
  Stream client(connect_tcp({listeners.front().address}, Deadline::after(20s)));
  try {
    (void)client.receive_all(Deadline(Clock::now()));
    FAIL();
  } catch (const std::system_error& error) {
    const std::string expected = "receive from " + listeners.front().address.text() + ": ";
    EXPECT_EQ(std::string(error.what()).substr(0, expected.size()), expected);
  }
}

TEST_F(StreamTest, FinishReadsWhatStillComesSoThatTheCloseIsNoReset) {
  far_says("unread");
  far_.half_close();
  near_.finish(Deadline::after(20s));
  near_ = Stream(FileDescriptor());
  EXPECT_EQ(far_.receive_some(buffer_, Deadline::after(20s)).ending, Ending::end);
}

TEST(StreamOverTcp, ThatIsToBeResetDoesNotEndCleanly) {
  const auto listeners = listen_on({*Address::parse("127.0.0.1")}, {SOCK_STREAM});
  Stream client(connect_tcp({listeners.front().address}, Deadline::after(20s)));
  {
    Stream server(accept_tcp(listeners.front().socket.get()).socket);
    server.reset_on_close();
  }
  std::uint8_t byte = 0;
  EXPECT_EQ(client.receive_some({&byte, 1}, Deadline::after(20s)).ending, Ending::broken);
}

// Pages of this thread's stack that have memory, below its caller's frame.
std::size_t touched_pages() {
  pthread_attr_t attributes;
  pthread_getattr_np(pthread_self(), &attributes);
  void* lowest = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto below = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) -
                     reinterpret_cast<std::uintptr_t>(lowest);
  std::vector<unsigned char> pages(below / page + 1);
  if (mincore(lowest, below, pages.data()) != 0) fail("mincore");
  return static_cast<std::size_t>(std::ranges::count_if(pages, [](int each) { return each & 1; }));
}

[[gnu::noinline]] void touch_deeper_frames() {
  std::array<char, 65536> frame;
  volatile char* const bytes = frame.data();
  for (std::size_t i = 0; i < frame.size(); i += 512) bytes[i] = 1;
}

TEST_F(StreamTest, ASleepGivesBackTheStackThatDeeperCallsHaveTouched) {
  if (more_follows == 0) GTEST_SKIP() << "the POSIX bodies give nothing back";
  far_says("a");
  std::thread([&] {
    touch_deeper_frames();
    const std::size_t before = touched_pages();
    EXPECT_TRUE(near_.sleep_until_readable(Deadline::after(10s)));
    EXPECT_GE(before, 16U);
    EXPECT_LE(touched_pages(), before - 12);
  }).join();
  EXPECT_EQ(near_.receive_some(buffer_, Deadline()).count, 1U);
  std::thread([&] { EXPECT_FALSE(near_.sleep_until_readable(Deadline::after(1ms))); }).join();
}

}  // namespace
}  // namespace net
