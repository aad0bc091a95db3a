// A watch of loopback, and a search for paths there, by a raw socket, while this machine runs out
// of room or memory.
#include "traceroute/run/watch_session.hh"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>

#include "net/datagram_notes.hh"
#include "net/joining_thread.hh"
#include "support/failing_waits.hh"
#include "support/libc_call.hh"
#include "support/standard_io.hh"
#include "support/wait_until.hh"
#include "traceroute/own_loopback.hh"
#include "traceroute/run/paths_session.hh"

namespace {

std::atomic<int> sends_to_fail = 0, waits_to_fail = 0;

bool fails(std::atomic<int>& calls, int error) {
  if (calls == 0) return false;
  --calls;
  errno = error;
  return true;
}

}  // namespace

bool wait_fails() { return fails(waits_to_fail, ENOMEM); }

// The test's own bodies of what the library calls.
extern "C" int sendmmsg(int fd, mmsghdr* messages, unsigned count,
                        decltype(flags_of(sendmmsg)) flags) {
  if (fails(sends_to_fail, ENOBUFS)) return -1;
  return static_cast<int>(syscall(SYS_sendmmsg, fd, messages, count, flags));
}
extern "C" ssize_t sendto(int fd, const void* bytes, std::size_t count, int flags,
                          const sockaddr* to, socklen_t size) {
  if (fails(sends_to_fail, ENOBUFS)) return -1;
  return syscall(SYS_sendto, fd, bytes, count, flags, to, size);
}

namespace traceroute {
namespace {

using namespace std::chrono_literals;

class WatchSessionTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      open(ProbeWay::raw);
    } catch (const std::system_error& error) {
      GTEST_SKIP() << "raw sockets: " << error.what();
    }
    options_.plan.name = own_loopback().host();
    options_.numeric = options_.watch = true;
    options_.interval = 20ms;
    options_.rounds = 3;
  }
  void TearDown() override { sends_to_fail = waits_to_fail = 0; }

  void open(ProbeWay way) {
    sockets_.all.push_back(
        std::make_unique<FamilySocket>(ProbeSocket(net::Family::ipv4, way, {}), std::nullopt));
  }

  // Runs it to its end, and returns the status; -1 where it has none.
  int run() {
    std::atomic<int> status = -1;
    const net::FileDescriptor stop(eventfd(0, EFD_CLOEXEC));
    {
      const net::JoiningThread thread([&] {
        Style style;
        style.numeric = true;
        AddressInfo info(style);
        Targets targets(options_.plan.name);
        WatchOutput output(options_, info);
        status = WatchSession(options_, sockets_, info, output).run(targets, stop.get());
      });
      if (wait_until([&] { return status >= 0; })) return status;
      eventfd_write(stop.get(), 1);
    }
    return -1;
  }

  Options options_;
  FamilySockets sockets_;
  StandardIo io_{""};
};

TEST_F(WatchSessionTest, EndsWhereTheLastRoundFoundNoRoomAndSaysSoOnce) {
  if (net::errors_only != 0) {
    // A raw socket hears what others on this machine are answered, and would wake it.
    sockets_.all.clear();
    open(ProbeWay::udp);
  }
  sends_to_fail = 1000;
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(), 0);
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("send to " + options_.plan.name + ": No buffer space available\n"),
            std::string::npos);
  EXPECT_EQ(words.find("send to"), words.rfind("send to")) << words;
}

TEST_F(WatchSessionTest, ARoundThatFoundNoRoomIsNoLoss) {
  sends_to_fail = 1;
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(), 0);
  (void)testing::internal::GetCapturedStderr();
  const std::string report = io_.output();
  EXPECT_NE(report.find("\n  1 " + options_.plan.name), std::string::npos) << report;
  EXPECT_NE(report.find(" 2        2 "), std::string::npos) << report;  // asked and answered
}

TEST_F(WatchSessionTest, AMomentInWhichItCannotWaitEndsNothing) {
  waits_to_fail = 20;
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(waits_to_fail, 0);
}

using PathsSessionTest = WatchSessionTest;

TEST_F(PathsSessionTest, AMomentInWhichItCannotWaitEndsNothing) {
  Plan plan = options_.plan;
  set_destination(plan, own_loopback(), options_);
  Style style;
  style.numeric = true;
  AddressInfo info(style);
  FamilySocket& family_socket = sockets_.towards(plan, options_);
  const net::FileDescriptor stop(eventfd(0, EFD_CLOEXEC));
  waits_to_fail = 20;
  EXPECT_EQ(show_paths(plan, family_socket, info, false, stop.get()), 0);
  EXPECT_EQ(waits_to_fail, 0);
  EXPECT_NE(io_.output().find("\n 1   " + options_.plan.name), std::string::npos);
}

}  // namespace
}  // namespace traceroute
