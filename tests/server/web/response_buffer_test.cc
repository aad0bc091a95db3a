// What is sent to a peer that takes it slowly, or not at all.
#include "server/web/response.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

constexpr auto stall = 1ms;
int takes = 0;                           // how many calls find room
constexpr std::size_t at_a_time = 1000;  // bytes of it
bool wakes = true;                       // such room ends a wait; it is found all the same

}  // namespace

// The test's own body of what the stream calls: each lasts until the peer's time has passed.
extern "C" ssize_t send(int, const void*, std::size_t size, int flags) {
  const bool waits = (flags & MSG_DONTWAIT) == 0;
  if (waits) std::this_thread::sleep_for(2 * stall);
  if ((wakes || !waits) && takes-- > 0) return static_cast<ssize_t>(std::min(size, at_a_time));
  errno = EAGAIN;
  return -1;
}

namespace server {
namespace {

class ResponseBufferTest : public testing::Test {
 protected:
  // How many bytes of a page a peer takes who has room so many times.
  std::uint64_t taken(int times) {
    takes = times;
    int ends[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const net::FileDescriptor peer(ends[1]);
    net::Stream stream{net::FileDescriptor(ends[0])};
    ResponseBuffer buffer(stream, stall);
    buffer << page_;
    buffer.flush();
    is_ok_ = buffer.ok();
    return buffer.taken();
  }

  const std::string page_ = std::string(50 * at_a_time, 'x');
  bool is_ok_ = false;
};

TEST_F(ResponseBufferTest, WhoTakesAPieceInMoreThanOneStallGetsItWhole) {
  EXPECT_EQ(taken(50), page_.size());
  EXPECT_TRUE(is_ok_);
}

// The kernel wakes who waits to send only when a third of its buffer is free.
TEST_F(ResponseBufferTest, WhoMakesLittleRoomInAStallGetsItWhole) {
  wakes = false;
  const std::uint64_t count = taken(50);
  wakes = true;
  EXPECT_EQ(count, page_.size());
  EXPECT_TRUE(is_ok_);
}

TEST_F(ResponseBufferTest, WhoTakesNothingForAStallGetsNoMore) {
  EXPECT_EQ(taken(20), 20 * at_a_time);
  EXPECT_FALSE(is_ok_);
}

// As one that became shorter since its size was asked for, or on a disk that fails.
TEST_F(ResponseBufferTest, AFileThatCannotBeReadTakesNoAnswerBeforeItAlong) {
  takes = 1;
  net::Stream stream{net::FileDescriptor()};
  ResponseBuffer buffer(stream, stall);
  const net::FileDescriptor empty(open("/dev/null", O_RDONLY | O_CLOEXEC));
  buffer << "an answer";
  buffer.send_file(empty.get(), 0, 5);
  EXPECT_FALSE(buffer.ok());
  EXPECT_EQ(takes, 0) << "the answer was sent";
}

TEST_F(ResponseBufferTest, AFileThatFailsToBeReadIsToldAfterTheAnswersBeforeIt) {
  takes = 1;
  net::Stream stream{net::FileDescriptor()};
  ResponseBuffer buffer(stream, stall);
  const net::FileDescriptor memory(open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
  if (!memory) GTEST_SKIP() << "there is no /proc here";
  buffer << "an answer";
  constexpr std::uint64_t unmapped = 0;
  EXPECT_THROW(buffer.send_file(memory.get(), unmapped, 5), std::system_error);
  EXPECT_EQ(takes, 0) << "the answer was sent";
}

}  // namespace
}  // namespace server
