// The line that says how far a download has come.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "client/web/progress.hh"
#include "net/file_descriptor.hh"
#include "support/wait_until.hh"

namespace client {
namespace {

TEST(Progress, IsSilentWhileThePageGoesToATerminalToo) {
  const net::FileDescriptor terminal(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK));
  ASSERT_TRUE(terminal && grantpt(terminal.get()) == 0 && unlockpt(terminal.get()) == 0);
  const net::FileDescriptor screen(open(ptsname(terminal.get()), O_RDWR | O_NOCTTY));
  const net::FileDescriptor before(dup(STDERR_FILENO));
  ASSERT_GE(dup2(screen.get(), STDERR_FILENO), 0);
  std::string shown;
  const auto read_shown = [&] {
    char buffer[4096];
    const ssize_t count = read(terminal.get(), buffer, sizeof buffer);
    if (count > 0) shown.append(buffer, static_cast<std::size_t>(count));
  };
  bool drawn = false;
  {
    Progress silent(10'000'000, true);
    Progress visible(10'000'000, false);
    drawn = wait_until([&] {
      visible.at(1'000'000);
      read_shown();
      return shown.find("1.0 MB of 10.0 MB, 10 %") != std::string::npos;
    });
    silent.at(2'000'000);  // its time has come too: it is the elder
  }
  read_shown();
  dup2(before.get(), STDERR_FILENO);
  EXPECT_TRUE(drawn);
  EXPECT_EQ(shown.find("2.0 MB"), std::string::npos);
  EXPECT_TRUE(shown.ends_with("\r\x1b[K")) << "the line is erased at the end";
}

}  // namespace
}  // namespace client
