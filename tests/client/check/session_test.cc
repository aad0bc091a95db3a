// A session of a check: its port, its first a1, and which session it prefers.
#include "client/check/session.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <utility>

#include "net/datagram.hh"
#include "net/wait.hh"
#include "support/scripted/server.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

unsigned taken = 0;  // ports, the next ones that are asked for

}  // namespace

// The test's own body of what the library calls.
extern "C" int bind(int fd, const sockaddr* address, socklen_t size) __THROW {
  if (taken == 0) return static_cast<int>(syscall(SYS_bind, fd, address, size));
  --taken;
  errno = EADDRINUSE;
  return -1;
}

namespace client {
namespace {

using namespace std::chrono_literals;
using scripted::Ways;

TEST(CheckSession, TriesEveryLocalPort) {
  Target target{.address = *net::Address::parse("127.0.0.1")};
  Trial trial{target};
  taken = local_ports - 100;  // others may hold some of the last ones
  EXPECT_NO_THROW(CheckSession session(trial));
  EXPECT_EQ(taken, 0U);
  taken = local_ports;
  EXPECT_THROW(CheckSession session(trial), NotMade);
}

// What has come is looked at before an a1 is sent again: each opens a session at the server.
TEST(CheckSession, AnAnswerThatWaitsIsTakenAndNoA1SentAgain) {
  const net::FileDescriptor server = std::move(*net::open_udp(*net::Address::parse("127.0.0.1")));
  Target target{.address = net::local_address(server.get()), .student_id = 461};
  Trial trial{target, 0, net::Deadline::after(20s)};
  CheckSession late(trial), soon(trial);
  late.send_a1();
  soon.send_a1();
  std::vector<std::uint8_t> buffer(100);
  const auto next = [&] {
    EXPECT_TRUE(net::wait_readable({server.get()}, net::Deadline::after(20s)));
    return net::receive_datagram(server.get(), buffer)->from;
  };
  const auto answer = [&](const net::Address& to) {
    EXPECT_FALSE(net::send_datagram(server.get(), wire::encode(wire::A2{1, 2, 3, 4}, 461), to));
  };
  (void)next();
  answer(next());
  auto second = std::async(std::launch::async, [&] { answer(next()); });
  late.open();
  second.get();
  soon.open();
  EXPECT_FALSE(net::receive_datagram(server.get(), buffer)) << "the a1 was sent again";
}

TEST(CheckSession, AShortSessionIsPreferredWhereOneIsToBeHad) {
  const auto packets = [](const Ways& ways) {
    const scripted::Server server(ways);
    Target target{.address = server.address(), .student_id = 461};
    Trial trial{target, 0, net::Deadline::after(60s)};
    CheckSession session(trial);
    session.reach(wire::Message::b2);
    return session.a.num;
  };
  EXPECT_EQ(packets({.name = "OneLongSession", .num = 4, .first_nums = {9}}), 4U);
  EXPECT_EQ(packets({.name = "AlwaysLong", .num = 9}), 9U);
  // What comes one after the other, or late, shows in two packets only.
  EXPECT_EQ(packets({.name = "OnePacketAtFirst", .num = 4, .first_nums = {1}}), 4U);
  EXPECT_EQ(packets({.name = "AlwaysOnePacket", .num = 1}), 1U);
  EXPECT_EQ(packets({.name = "LongButLate", .num = 4, .a1_lost = 1, .first_nums = {9}}), 9U);
}

}  // namespace
}  // namespace client
