// The line that says how far a download has come.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/progress.hh"
#include "net/file_descriptor.hh"
#include "support/wait_until.hh"

namespace client {
namespace {

// A terminal that standard error is while this lives.
class Screen {
 public:
  Screen() : terminal_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)), before_(dup(STDERR_FILENO)) {
    EXPECT_TRUE(terminal_ && grantpt(terminal_.get()) == 0 && unlockpt(terminal_.get()) == 0);
    const net::FileDescriptor screen(open(ptsname(terminal_.get()), O_RDWR | O_NOCTTY));
    EXPECT_GE(dup2(screen.get(), STDERR_FILENO), 0);
  }
  ~Screen() { dup2(before_.get(), STDERR_FILENO); }
  // A width of 0 is one that the terminal does not know.
  static void resize(unsigned short columns) {
    const winsize size{24, columns, 0, 0};
    EXPECT_EQ(ioctl(STDERR_FILENO, TIOCSWINSZ, &size), 0);
  }
  // All that has been shown so far.
  std::string shown() {
    char buffer[4096];
    const ssize_t count = read(terminal_.get(), buffer, sizeof buffer);
    if (count > 0) shown_.append(buffer, static_cast<std::size_t>(count));
    return shown_;
  }

 private:
  net::FileDescriptor terminal_, before_;
  std::string shown_;
};

TEST(Progress, ALineIsNoLongerThanTheTerminalIsWide) {
  Screen screen;
  const std::vector<std::pair<unsigned short, std::string>> lines = {
      {0, "1.0 MB of 10.0 MB, 10 %"},
      {24, "1.0 MB of 10.0 MB, 10 %"},
      {23, "10 %"},
      {5, "10 %"},
      {4, "10 "},
      {1, ""}};
  std::vector<std::unique_ptr<Progress>> downloads;  // begun together, so that all are due at once
  for (std::size_t i = 0; i < lines.size(); ++i) {
    downloads.push_back(std::make_unique<Progress>(10'000'000, false));
  }
  std::string expected;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Screen::resize(lines[i].first);
    expected += '\r' + lines[i].second + "\x1b[K\r";
    EXPECT_TRUE(wait_until([&] {
      downloads[i]->at(1'000'000);
      return screen.shown() == expected;
    })) << lines[i].first
        << ": " << screen.shown();
  }
}

TEST(Progress, IsSilentWhileThePageGoesToATerminalToo) {
  Screen screen;
  bool drawn = false;
  {
    Progress silent(10'000'000, true);
    Progress visible(10'000'000, false);
    drawn = wait_until([&] {
      visible.at(1'000'000);
      return screen.shown().find("1.0 MB of 10.0 MB, 10 %") != std::string::npos;
    });
    silent.at(2'000'000);  // its time has come too: it is the elder
  }
  const std::string shown = screen.shown();
  EXPECT_TRUE(drawn);
  EXPECT_EQ(shown.find("2.0 MB"), std::string::npos);
  EXPECT_TRUE(shown.ends_with("\r\x1b[K\r")) << "the line is erased at the end";
}

}  // namespace
}  // namespace client
