// The log of descriptors that take lines late, in part, or never.
#include "cli/log.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include "support/descriptors.hh"
#include "support/wait_until.hh"

namespace cli {
namespace {

using namespace std::chrono_literals;

constexpr auto long_patience = 20s;

// Reads until all lines have come or are told to be lost; returns how many are lost.
std::uint64_t lost_of(std::uint64_t written, const std::function<std::string()>& take) {
  std::uint64_t came = 0, lost = 0;
  std::string text;
  EXPECT_TRUE(wait_until([&] {
    text += take();
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      unsigned long long number = 0;
      if (std::sscanf(text.c_str(), "[%llu lines of this log are lost]", &number) == 1) {
        lost += number;
      } else {
        EXPECT_TRUE(text.starts_with("line ")) << text.substr(0, end);
        ++came;
      }
      text.erase(0, end + 1);
    }
    return came + lost >= written;
  })) << came
      << " lines came, " << lost << " are lost";
  EXPECT_EQ(came + lost, written);
  return lost;
}

std::uint64_t write_many(LogWriter& log, std::uint64_t count = 10'000) {
  for (std::uint64_t i = 0; i < count; ++i) {
    log.write("line " + std::string(100, 'x') + std::to_string(i) + '\n');
  }
  return count;
}

TEST(LogWriter, WritesLinesInOrder) {
  const Pipe pipe;
  LogWriter log(pipe.write_end.get());
  log.write("one\n");
  log.write("two\n");
  EXPECT_EQ(log.finish(long_patience), 0U);
  EXPECT_EQ(pipe.take(), "one\ntwo\n");
  log.write("three\n");
  EXPECT_EQ(log.finish(long_patience), 0U);
  EXPECT_EQ(pipe.take(), "three\n");
}

TEST(LogWriter, APipeThatNobodyReadsHoldsNobodyUpAndWhatIsLostIsCounted) {
  const Pipe pipe;
  LogWriter log(pipe.write_end.get());
  const std::uint64_t written = write_many(log);
  EXPECT_GT(log.finish(1ms), 0U);
  EXPECT_GT(lost_of(written, [&] { return pipe.take(); }), 0U);
}

TEST(LogWriter, ATerminalThatIsStoppedHoldsNobodyUp) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) GTEST_SKIP() << "no terminals";
  const int terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(tcflow(terminal, TCOOFF), 0);
  {
    LogWriter log(terminal);
    const std::uint64_t written = write_many(log);
    (void)log.finish(1ms);
    ASSERT_EQ(tcflow(terminal, TCOON), 0);
    fcntl(master, F_SETFL, O_NONBLOCK);
    const auto take = [&] {
      char text[4096];
      const ssize_t count = read(master, text, sizeof text);
      return std::string(text, count > 0 ? static_cast<std::size_t>(count) : 0);
    };
    EXPECT_GT(lost_of(written, take), 0U);
  }
  close(terminal);
  close(master);
}

TEST(LogWriter, ADescriptorThatIsClosedLosesLinesUntilAnotherIsThere) {
  LogWriter log(-1);
  for (int i = 0; i < 3; ++i) log.write("line\n");
  EXPECT_EQ(log.finish(long_patience), 3U);
  const Pipe pipe;
  log.use(dup(pipe.write_end.get()));
  log.write("line\n");
  EXPECT_EQ(log.finish(long_patience), 0U);
  EXPECT_EQ(pipe.take(), "[3 lines of this log are lost]\nline\n");
}

// A file that is moved away, or removed to make room, is not held until the next line comes.
TEST(LogWriter, TheOldDescriptorIsClosedThoughNothingIsWritten) {
  Pipe first;
  const Pipe second;
  LogWriter log(-1);
  log.use(first.write_end.release());
  log.write("line\n");
  EXPECT_EQ(log.finish(long_patience), 0U);
  EXPECT_EQ(first.take(), "line\n");
  log.use(dup(second.write_end.get()));
  char byte;
  EXPECT_TRUE(wait_until([&] { return read(first.read_end.get(), &byte, 1) == 0; }));
}

TEST(LogWriter, AmongLinesOfJsonTheLostOnesAreJsonToo) {
  LogWriter log(-1, LogWriter::Lines::json);
  for (int i = 0; i < 3; ++i) log.write("{}\n");
  EXPECT_EQ(log.finish(long_patience), 3U);
  const Pipe pipe;
  log.use(dup(pipe.write_end.get()));
  log.write("{}\n");
  EXPECT_EQ(log.finish(long_patience), 0U);
  EXPECT_EQ(pipe.take(), "{\"lost\":3}\n{}\n");
}

TEST(LogWriter, AReaderThatIsGoneIsNoReasonToStop) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  LogWriter log(pipe.write_end.get());
  pipe.read_end.reset();
  log.write("line\n");
  EXPECT_EQ(log.finish(long_patience), 1U);
}

// A limit on the size of a file does as a full disk: the last write takes a part of a line.
TEST(LogWriter, AFullDiskCutsNoLaterLine) {
  std::signal(SIGXFSZ, SIG_IGN);
  std::string name = testing::TempDir() + "log_test.XXXXXX";
  const int file = mkstemp(name.data());
  ASSERT_GE(file, 0);
  {
    LogWriter log(file);
    const LowerLimit full(RLIMIT_FSIZE, 12);
    for (int i = 1; i <= 3; ++i) log.write("line " + std::to_string(i) + "\n");
    EXPECT_EQ(log.finish(long_patience), 2U);
    full.lift();
    log.write("line 4\n");
    EXPECT_EQ(log.finish(long_patience), 0U);
  }
  std::stringstream text;
  text << std::ifstream(name).rdbuf();
  EXPECT_EQ(text.str(), "line 1\nline \n[2 lines of this log are lost]\nline 4\n");
  close(file);
  unlink(name.c_str());
}

TEST(TimeStamp, IsUtcWithMilliseconds) {
  using std::chrono::system_clock;
  EXPECT_EQ(time_stamp(system_clock::time_point()), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_stamp(system_clock::time_point(951'827'696'789ms)), "2000-02-29T12:34:56.789Z");
}

}  // namespace
}  // namespace cli
