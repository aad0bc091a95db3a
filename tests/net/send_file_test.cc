// Stream::send_file: a file comes whole, or it is said how it did not.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/connect.hh"
#include "net/error.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "net/stream.hh"

namespace net {
namespace {

// A file without a name.
FileDescriptor file(std::size_t size) {
  char name[] = "/tmp/sockhop-stream-XXXXXX";
  FileDescriptor file(mkstemp(name));
  unlink(name);
  if (ftruncate(file.get(), static_cast<off_t>(size)) != 0) fail("ftruncate");
  return file;
}

std::array<Stream, 2> connected() {
  const auto listeners = listen_on({*Address::parse("127.0.0.1")}, {SOCK_STREAM});
  Stream near(connect_tcp({listeners.front().address}, Deadline::after(20s)));
  return {std::move(near), Stream(accept_tcp(listeners.front().socket.get()).socket)};
}

// Sends while the far end reads; what became of it, and what came there.
std::pair<FileTransfer, std::string> exchange(int file, std::uint64_t offset, std::uint64_t count) {
  auto [near, far] = connected();
  std::string came;
  FileTransfer sent;
  {
    const JoiningThread reading(
        [&came, &end = far] { came = end.receive_all(Deadline::after(20s)); });
    sent = near.send_file(file, offset, count, 20s);
    near.half_close();
  }
  return {sent, came};
}

TEST(SendFile, WhoTakesNoMoreOfAFileHasGotWhatWasCounted) {
  const FileDescriptor large = file(64 << 20);
  auto [near, far] = connected();
  const auto sent = near.send_file(large.get(), 1, (64 << 20) - 1, 20ms);
  EXPECT_EQ(sent.ending, Ending::silent);
  EXPECT_GT(sent.count, 0U);
  near = Stream(FileDescriptor());
  EXPECT_EQ(far.receive_all(Deadline::after(20s), 64 << 20).size(), sent.count);
}

TEST(SendFile, AFileThatBecameShorterEndsWhereItEnds) {
  const FileDescriptor small = file(1000);
  const auto [sent, came] = exchange(small.get(), 200, 1000);
  EXPECT_EQ(sent.ending, Ending::end);
  EXPECT_EQ(sent.count, 800U);
  EXPECT_EQ(came.size(), 800U);
}

// On a disk that fails.
TEST(SendFile, AFileThatCannotBeReadIsNotThePeersDoing) {
  const FileDescriptor memory(open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
  if (!memory) GTEST_SKIP() << "there is no /proc here";
  constexpr std::uint64_t unmapped = 0;
  EXPECT_THROW((void)connected()[0].send_file(memory.get(), unmapped, 10, 20s), std::system_error);
}

// From this file, as from some file systems, sendfile(2) cannot send.
TEST(SendFile, AFileThatTheKernelCannotSendIsReadAndSent) {
  const FileDescriptor words(open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
  if (!words) GTEST_SKIP() << "there is no /proc here";
  std::string expected(4096, '\0');
  const ssize_t size = pread(words.get(), expected.data(), expected.size(), 1);
  ASSERT_GT(size, 0);
  expected.resize(static_cast<std::size_t>(size));
  const auto [sent, came] = exchange(words.get(), 1, expected.size());
  EXPECT_EQ(sent.ending, Ending::full);
  EXPECT_EQ(sent.count, expected.size());
  EXPECT_EQ(came, expected);
}

// More than goes at once, from the middle of a page to the middle of another.
TEST(SendFile, ALargeFileComesAsItIs) {
  std::string words;
  for (int i = 0; words.size() < 3'500'000; ++i) words += std::to_string(i) + ' ';
  const FileDescriptor large = file(0);
  ASSERT_EQ(write(large.get(), words.data(), words.size()), static_cast<ssize_t>(words.size()));
  constexpr std::size_t from = 5000;
  const std::size_t count = words.size() - 12'345;
  const auto [sent, came] = exchange(large.get(), from, count - from);
  EXPECT_EQ(sent.ending, Ending::full);
  EXPECT_EQ(sent.count, count - from);
  EXPECT_TRUE(came == words.substr(from, count - from));
}

// In memory, zeros follow the end of a file up to the end of its page.
TEST(SendFile, NothingComesAfterTheEndOfALargeFileThatBecameShorter) {
  constexpr std::size_t asked = 2 << 20, half = 1 << 20;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (const std::size_t size : {asked - 1, asked - 2 * page - 100, half + 1, half, half - page + 1,
                                 half - page, half - page - 100}) {
    const FileDescriptor large = file(size);
    const auto [sent, came] = exchange(large.get(), 0, asked);
    EXPECT_EQ(sent.ending, Ending::end) << size;
    EXPECT_EQ(sent.count, size);
    EXPECT_EQ(came.size(), size);
  }
}

// The kernel wakes who waits to send only when a third of the buffer is free.
TEST(SendFile, WhoReadsLessThanAThirdOfTheBufferIsNotSilent) {
  auto [sender, reader] = connected();
  const std::vector<std::uint8_t> many(1 << 20);
  // What the reader's system takes leaves room for more.
  for (int full = 0; full < 10; ++full) {
    while (sender.send_ready(many).count > 0) full = 0;
    std::this_thread::sleep_for(1ms);
  }
  const FileDescriptor small = file(1000);
  const JoiningThread reading([&far = reader] {
    std::this_thread::sleep_for(100ms);  // when the sender waits
    std::vector<std::uint8_t> few(70'000);
    (void)far.receive_exactly(few, Deadline::after(20s));
  });
  const auto sent = sender.send_file(small.get(), 0, 1000, 1s);
  EXPECT_EQ(sent.ending, Ending::full);
  EXPECT_EQ(sent.count, 1000U);
}

}  // namespace
}  // namespace net
