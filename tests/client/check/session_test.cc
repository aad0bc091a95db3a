// A session of a check, on a machine that has hardly a port to give.
#include "client/check/session.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

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

TEST(CheckSession, TriesEveryLocalPort) {
  Target target{.address = *net::Address::parse("127.0.0.1")};
  Trial trial{target};
  taken = local_ports - 100;  // others may hold some of the last ones
  EXPECT_NO_THROW(CheckSession session(trial));
  EXPECT_EQ(taken, 0U);
  taken = local_ports;
  EXPECT_THROW(CheckSession session(trial), NotMade);
}

}  // namespace
}  // namespace client
