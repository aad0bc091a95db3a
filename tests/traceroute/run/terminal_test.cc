// traceroute --watch on a terminal: a pseudo-terminal with a session of its own, in which a shell's
// part is played by the process between.
#include "traceroute/run/terminal.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "net/file_descriptor.hh"
#include "support/site.hh"
#include "support/wait_until.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

constexpr const char* enter = "\x1b[?1049h";
constexpr const char* leave = "\x1b[?1049l";

class Screen : public testing::Test {
 protected:
  // Starts it in the foreground of the terminal.
  void start(std::vector<std::string> settings = {"TERM=xterm", "NO_COLOR="},
             const std::string& target = "127.0.0.1") {
    master_ = net::FileDescriptor(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(master_ && grantpt(master_.get()) == 0 && unlockpt(master_.get()) == 0);
    resize(80, 24);
    all_.clear();
    output_.clear();
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    reports_ = net::FileDescriptor(ends[0]);
    tcgetattr(master_.get(), &before_);
    const std::string path = ptsname(master_.get());
    // Where it is a root's test, the terminal is another user's, as with sudo(8).
    constexpr uid_t somebody = 65534;
    ASSERT_TRUE(geteuid() != 0 || chown(path.c_str(), somebody, static_cast<gid_t>(-1)) == 0);
    leader_ = fork();
    ASSERT_GE(leader_, 0);
    if (leader_ == 0) lead(path, ends[1], settings, target);
    close(ends[1]);
    fcntl(master_.get(), F_SETFL, O_NONBLOCK);
    ASSERT_EQ(read(reports_.get(), &pid_, sizeof pid_), static_cast<ssize_t>(sizeof pid_));
  }
  void TearDown() override {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (leader_ > 0) waitpid(leader_, nullptr, 0);
  }

  void type(const std::string& keys) const {
    ASSERT_EQ(write(master_.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  void resize(unsigned short width, unsigned short height) const {
    winsize size{};
    size.ws_col = width;
    size.ws_row = height;
    ioctl(master_.get(), TIOCSWINSZ, &size);
  }
  // Waits until this is written, and drops all up to it.
  [[nodiscard]] bool sees(const std::string& text) {
    return wait_until([&] {
      take_output();
      const std::size_t at = output_.find(text);
      if (at != std::string::npos) output_.erase(0, at + text.size());
      return at != std::string::npos;
    });
  }
  void take_output() {
    std::array<char, 4096> buffer;
    ssize_t count = 0;
    while ((count = read(master_.get(), buffer.data(), buffer.size())) > 0) {
      output_.append(buffer.data(), static_cast<std::size_t>(count));
      all_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  // What has become of the program, as waitpid(2) has it.
  [[nodiscard]] int status() {
    int status = -1;
    EXPECT_EQ(read(reports_.get(), &status, sizeof status), static_cast<ssize_t>(sizeof status));
    if (!WIFSTOPPED(status)) pid_ = 0;
    return status;
  }
  [[nodiscard]] bool reads_lines() const {
    termios now{};
    tcgetattr(master_.get(), &now);
    return (now.c_lflag & ICANON) != 0;
  }
  // All that a program can set.
  [[nodiscard]] bool is_as_before() const {
    termios now{};
    tcgetattr(master_.get(), &now);
    return now.c_iflag == before_.c_iflag && now.c_oflag == before_.c_oflag &&
           now.c_lflag == before_.c_lflag && now.c_cflag == before_.c_cflag &&
           std::equal(std::begin(now.c_cc), std::end(now.c_cc), std::begin(before_.c_cc));
  }
  // Ended well, the terminal as before, its screen left, and the report on the one before.
  void expect_end() {
    EXPECT_EQ(status(), 0);
    EXPECT_TRUE(is_as_before());
    EXPECT_TRUE(sees(leave));
    EXPECT_TRUE(sees("hop address"));
    EXPECT_EQ(output_.find("\x1b["), std::string::npos);
  }

  pid_t pid_ = 0;
  std::string output_;  // what has not been waited for
  std::string all_;

 private:
  // The session's leader: a shell that starts one program, and reports what becomes of it.
  [[noreturn]] static void lead(const std::string& path, int reports,
                                const std::vector<std::string>& settings,
                                const std::string& target) {
    constexpr rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    setsid();
    const int terminal = open(path.c_str(), O_RDWR);
    ioctl(terminal, TIOCSCTTY, 0);
    std::signal(SIGTTOU, SIG_IGN);
    const pid_t program = fork();
    if (program == 0) {
      setpgid(0, 0);
      tcsetpgrp(terminal, getpid());
      std::signal(SIGTTOU, SIG_DFL);
      for (const int fd : {0, 1, 2}) dup2(terminal, fd);
      for (const std::string& setting : settings) putenv(const_cast<char*>(setting.c_str()));
      const char* traceroute = SOCKHOP_BINARY_DIR "/traceroute";
      execl(traceroute, traceroute, "--watch=0.1", "-n", target.c_str(), nullptr);
      _exit(127);
    }
    if (write(reports, &program, sizeof program) < 0) _exit(1);
    int status = 0;
    while (waitpid(program, &status, WUNTRACED) > 0) {
      if (write(reports, &status, sizeof status) < 0 || !WIFSTOPPED(status)) break;
    }
    _exit(0);
  }

  net::FileDescriptor master_;
  net::FileDescriptor reports_;
  pid_t leader_ = 0;
  termios before_{};
};

TEST_F(Screen, QAndCtrlCAndSigtermLeaveTheTerminalAsItWas) {
  for (const std::string end : {"q", "\x03", "SIGTERM"}) {
    start();
    EXPECT_TRUE(sees(enter)) << output_;
    EXPECT_TRUE(sees("round 3"));
    EXPECT_FALSE(reads_lines());
    if (end == "SIGTERM") {
      kill(pid_, SIGTERM);
    } else {
      type(end);
    }
    expect_end();
    TearDown();
  }
}

// Nobody may be there to read: cli/write.hh.
TEST_F(Screen, IsWrittenToWithoutAWait) {
  start();
  ASSERT_TRUE(sees("round 2"));
  std::ifstream about("/proc/" + std::to_string(pid_) + "/fdinfo/1");
  std::string word;
  int flags = 0;
  while (about >> word && word != "flags:") {
  }
  if (!(about >> std::oct >> flags)) GTEST_SKIP() << "no /proc tells how it is open";
  EXPECT_NE(flags & O_NONBLOCK, 0);
  type("q");
  expect_end();
}

// Ctrl-\, also where it is no key of ours.
TEST_F(Screen, SigquitLeavesTheTerminalAsItWas) {
  for (const bool typed : {true, false}) {
    start();
    ASSERT_TRUE(sees("round 2"));
    if (typed) {
      type("\x1c");
    } else {
      kill(pid_, SIGQUIT);
    }
    const int ended = status();
    EXPECT_TRUE(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGQUIT) << ended;
    EXPECT_TRUE(is_as_before());
    EXPECT_TRUE(sees(leave));
    TearDown();
  }
}

// Of a name that no resolver is asked for.
TEST_F(Screen, ANameThatCannotBeResolvedIsShownEscaped) {
  TemporaryDirectory directory;
  directory.file("targets", "127.0.0.1\n\x1b" + std::string(64, 'x') + '\n');
  start({"TERM=xterm", "NO_COLOR=1"}, "--targets=" + directory.path("targets"));
  EXPECT_TRUE(sees("resolve \\x1bxxx"));
  type("q");
  EXPECT_TRUE(sees(leave));
  EXPECT_TRUE(sees("traceroute: resolve \\x1bxxx"));  // that is why the status is 1
  EXPECT_TRUE(WIFEXITED(status()));
}

TEST_F(Screen, AStopGivesTheTerminalBackUntilItGoesOn) {
  start();
  ASSERT_TRUE(sees("round 2"));
  for (int i = 0; i < 2; ++i) {
    type("\x1a");  // Ctrl-Z
    const int stopped = status();
    ASSERT_TRUE(WIFSTOPPED(stopped) && WSTOPSIG(stopped) == SIGTSTP);
    EXPECT_TRUE(is_as_before());
    EXPECT_TRUE(sees(leave));
    kill(pid_, SIGCONT);
    EXPECT_TRUE(sees(enter));
    EXPECT_TRUE(sees("round"));
    EXPECT_FALSE(reads_lines());
  }
  type("q");
  expect_end();
}

TEST_F(Screen, IsDrawnAnewWhereTheWindowHasAnotherSize) {
  start();
  ASSERT_TRUE(sees("traceroute --watch 127.0.0.1"));
  ASSERT_TRUE(sees("worst"));
  resize(30, 10);
  EXPECT_TRUE(sees("\x1b[H\x1b[K127.0.0.1 ("));
  take_output();
  EXPECT_EQ(output_.find("worst"), std::string::npos);
  type("q");
  expect_end();
}

// In xterm and on Linux' console what is cleared behind a line that fills the width is its last
// column.
TEST_F(Screen, NothingIsClearedBehindALine) {
  start();
  ASSERT_TRUE(sees("round 2"));
  for (const std::string clear : {"\x1b[K", "\x1b[J"}) {
    EXPECT_NE(all_.find(clear), std::string::npos);
    for (std::size_t at = 0; (at = all_.find(clear, at)) != std::string::npos; ++at) {
      const std::string before = all_.substr(at - std::min<std::size_t>(at, 3), 3);
      EXPECT_TRUE(before.ends_with('\n') || before == "\x1b[H") << at;
    }
  }
  type("q");
  expect_end();
}

TEST_F(Screen, KeysPauseAndBeginAnew) {
  start();
  ASSERT_TRUE(sees("round 3"));
  type("p");
  EXPECT_TRUE(sees("paused"));
  type("r");
  // One that was under way counts; on a busy machine two may be over before the screen is drawn.
  const auto seen = [&](const char* text) { return output_.find(text) != std::string::npos; };
  EXPECT_TRUE(wait_until([&] { return take_output(), seen("round 0,") || seen("round 1,"); }));
  type("p");
  EXPECT_TRUE(sees("round 2"));
  type("q");
  expect_end();
}

TEST_F(Screen, HasColoursUnlessNoneAreWanted) {
  for (const bool wanted : {true, false}) {
    start({"TERM=xterm", wanted ? "NO_COLOR=" : "NO_COLOR=1"});
    ASSERT_TRUE(sees("round 2"));
    EXPECT_EQ(all_.find("\x1b[1m") != std::string::npos, wanted);
    type("q");
    expect_end();
    TearDown();
  }
}

TEST_F(Screen, ADumbTerminalHasLinesOfEvents) {
  start({"TERM=dumb"});
  EXPECT_TRUE(sees("start 127.0.0.1"));
  EXPECT_TRUE(reads_lines());
  kill(pid_, SIGINT);
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(sees("hop address"));
  EXPECT_EQ(output_.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace traceroute
