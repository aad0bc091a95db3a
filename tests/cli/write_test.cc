#include "cli/write.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

namespace {

bool writes_nothing = false;

}  // namespace

// The test's own body of what the library calls.
extern "C" ssize_t write(int fd, const void* bytes, std::size_t count) {
  if (writes_nothing) return 0;
  const iovec all{const_cast<void*>(bytes), count};
  return writev(fd, &all, 1);
}

namespace cli {
namespace {

class WriteWhole : public testing::Test {
 protected:
  void SetUp() override {
    signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(pipe(ends_.data()), 0);
    ASSERT_EQ(fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
  }
  void TearDown() override {
    for (const int end : ends_) close(end);
  }
  // Reads until so many bytes have come.
  std::string read_bytes(std::size_t count) const {
    std::string read_so_far;
    std::array<char, 4096> buffer{};
    while (read_so_far.size() < count) {
      const ssize_t got = read(ends_[0], buffer.data(), buffer.size());
      if (got <= 0) break;
      read_so_far.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return read_so_far;
  }

  std::array<int, 2> ends_ = {-1, -1};
  // More than a pipe holds.
  const std::string text_ = std::string(300'000, 'a') + "end";
};

TEST_F(WriteWhole, WaitsWhereSomebodyMadeThePipeNonBlocking) {
  std::string came;
  std::thread reader([&] { came = read_bytes(text_.size()); });
  EXPECT_EQ(write_whole(ends_[1], text_), text_.size());
  reader.join();
  EXPECT_EQ(came, text_);
}

TEST_F(WriteWhole, SaysHowMuchAReaderThatLeftHadTaken) {
  std::thread reader([&] {
    (void)read_bytes(4096);
    close(ends_[0]);
  });
  const std::size_t done = write_whole(ends_[1], text_);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_GE(done, 4096U);
  EXPECT_LT(done, text_.size());
  reader.join();
  ends_[0] = -1;
}

// Also where the pipe would make it wait.
TEST_F(WriteWhole, GivesUpWhereNobodyReadsOnceItIsTimeToStop) {
  std::array<int, 2> stop = {-1, -1};
  ASSERT_EQ(pipe(stop.data()), 0);
  ASSERT_EQ(fcntl(ends_[1], F_SETFL, 0), 0);
  stop_writing_at(stop[0]);
  std::thread signal([&] { EXPECT_EQ(write(stop[1], "s", 1), 1); });
  const std::size_t done = write_whole(ends_[1], text_);
  EXPECT_EQ(errno, ECANCELED);
  signal.join();
  EXPECT_GE(done, 4096U);
  EXPECT_LT(done, text_.size());
  // Who reads gets all.
  std::string came;
  std::thread reader([&] { came = read_bytes(done + 3); });
  EXPECT_EQ(write_whole(ends_[1], "end"), 3U);
  reader.join();
  EXPECT_EQ(came, text_.substr(0, done) + "end");
  stop_writing_at(-1);
  for (const int end : stop) close(end);
}

// A terminal that nobody reads: its other end stays open until the test program ends.
int open_terminal(int mode) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return -1;
  return open(ptsname(master), mode | O_NOCTTY);
}

// Which may take a part of what it is given, and make the writer wait for the rest.
TEST_F(WriteWhole, GivesUpAtATerminalThatNobodyReads) {
  const int terminal = open_terminal(O_WRONLY);
  if (terminal < 0) GTEST_SKIP() << "no terminals here";
  const int before = dup(STDOUT_FILENO);
  ASSERT_EQ(write(ends_[1], "s", 1), 1);
  ASSERT_EQ(dup2(terminal, STDOUT_FILENO), STDOUT_FILENO);
  alarm(60);  // ends a wait without end
  reopen_terminals();
  stop_writing_at(ends_[0]);
  const bool waits = (fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK) == 0;
  const std::size_t done = write_whole(STDOUT_FILENO, text_);
  const int error = errno;
  stop_writing_at(-1);
  alarm(0);
  dup2(before, STDOUT_FILENO);
  EXPECT_FALSE(waits);
  EXPECT_EQ(error, ECANCELED);
  EXPECT_GT(done, 0U);
  EXPECT_LT(done, text_.size());
  EXPECT_EQ(fcntl(terminal, F_GETFL) & O_NONBLOCK, 0) << "it waits no more for who shares it";
  for (const int fd : {before, terminal}) close(fd);
}

// With the right of a set-uid program it could be written.
TEST_F(WriteWhole, ATerminalThatMayOnlyBeReadStaysSo) {
  const int terminal = open_terminal(O_RDONLY);
  if (terminal < 0) GTEST_SKIP() << "no terminals here";
  const int before = dup(STDOUT_FILENO);
  ASSERT_EQ(dup2(terminal, STDOUT_FILENO), STDOUT_FILENO);
  reopen_terminals();
  const int mode = fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE;
  dup2(before, STDOUT_FILENO);
  EXPECT_EQ(mode, O_RDONLY);
  for (const int fd : {before, terminal}) close(fd);
}

TEST_F(WriteWhole, WhatIsWrittenInPartHasAReason) {
  writes_nothing = true;
  errno = 0;
  EXPECT_EQ(write_whole(ends_[1], "end"), 0U);
  writes_nothing = false;
  EXPECT_EQ(errno, ENOSPC);
}

}  // namespace
}  // namespace cli
