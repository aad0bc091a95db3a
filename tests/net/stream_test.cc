#include "net/stream.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string_view>
#include <thread>

#include "net/error.hh"
#include "net/joining_thread.hh"

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

}  // namespace
}  // namespace net
