#include "traceroute/probe/kernel_stamps.hh"

#include <gtest/gtest.h>

#include <array>

#include "net/datagram.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "net/wait.hh"

namespace net {
namespace {

timespec wall_clock() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return time;
}

TEST(StampClock, MapsTheWallClockToTheMonotonicOne) {
  const auto before = Clock::now();
  traceroute::StampClock clock;
  const timespec stamp = wall_clock();
  clock.look();
  const auto time = clock.monotonic(stamp, before);
  ASSERT_TRUE(time);
  EXPECT_GE(*time, before);
  EXPECT_LE(*time, Clock::now());
}

TEST(StampClock, RefusesWhatCannotBeBecauseAClockWasStepped) {
  const auto before = Clock::now();
  traceroute::StampClock clock;
  clock.look();
  for (const int step : {-3600, -1, 1, 3600}) {
    timespec stamp = wall_clock();
    stamp.tv_sec += step;
    EXPECT_FALSE(clock.monotonic(stamp, before)) << step;
  }
}

TEST(KernelStamps, ComeWithEachPacketInAndOut) {
  const auto before = Clock::now();
  traceroute::StampClock clock;
  const FileDescriptor receiver = open_udp(net::Family::ipv4, LocalPort::any);
  const FileDescriptor sender = open_udp(net::Family::ipv4, LocalPort::any);
  if (!traceroute::ask_for_stamps(receiver.get()) || !traceroute::ask_for_stamps(sender.get())) {
    GTEST_SKIP() << "this system stamps no packets";
  }
  const Address wildcard = Address::wildcard(Family::ipv4, 0);
  ASSERT_EQ(net::bind_to(receiver.get(), wildcard), 0);
  const Address to =
      resolve("127.0.0.1", local_address(receiver.get()).port(), Family::ipv4, {})[0];
  const std::array<std::uint8_t, 1> byte{};
  const auto taken = [&](int fd, int flags) {
    alignas(cmsghdr) std::array<char, 512> control;
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    wait_readable({fd}, {});
    EXPECT_GE(recvmsg(fd, &message, flags), 0);
    clock.look();
    const auto stamp = traceroute::stamp_of(message);
    return stamp ? clock.monotonic(*stamp, before) : std::nullopt;
  };
  // The kernel begins to stamp a moment after it was asked to.
  std::optional<Clock::time_point> left, arrived;
  while (!left || !arrived) {
    ASSERT_FALSE(send_datagram(sender.get(), byte, to));
    left = taken(sender.get(), MSG_ERRQUEUE);
    arrived = taken(receiver.get(), 0);
  }
  EXPECT_LE(*left, *arrived) << "it left before it arrived";
}

}  // namespace
}  // namespace net
