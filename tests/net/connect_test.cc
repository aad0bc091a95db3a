#include "net/connect.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "net/listener.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "support/descriptors.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

bool has_that_port = false;  // each socket is bound to what it connects to
bool refuses_late = false;   // after the deadline
bool is_forbidden = false;   // to ask what came of it, as by seccomp(2)

}  // namespace

// The test's own body of what the library calls.
extern "C" int connect(int fd, const sockaddr* to, socklen_t size) {
  if (has_that_port) (void)bind(fd, to, size);
  if (refuses_late) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    errno = ECONNREFUSED;
    return -1;
  }
  return static_cast<int>(syscall(SYS_connect, fd, to, size));
}

extern "C" int getsockopt(int fd, int level, int name, void* value, socklen_t* size) __THROW {
  if (is_forbidden && name == SO_ERROR) {
    errno = EPERM;
    return -1;
  }
  return static_cast<int>(syscall(SYS_getsockopt, fd, level, name, value, size));
}

namespace net {
namespace {

Address loopback(const char* host) { return *Address::parse(host); }

// An address of a family that has no sockets here, as an IPv6 one on a machine without IPv6.
Address of_no_family() { return Address(); }

// A port of 127.0.0.1 where nobody listens.
Address refusing() { return listen_on({loopback("127.0.0.1")}, {SOCK_STREAM}).front().address; }

TEST(ConnectTcp, TheNextAddressIsTriedWhenOneRefuses) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  EXPECT_TRUE(connect_tcp({refusing(), listeners.front().address}, Deadline::after(20s)));
}

TEST(ConnectTcp, AnAddressThatCannotBeTriedCountsAsFailed) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  EXPECT_TRUE(connect_tcp({of_no_family(), listeners.front().address}, Deadline::after(20s)));
  EXPECT_TRUE(connect_tcp({listeners.front().address, of_no_family()}, Deadline::after(20s)));
}

// A listener whose backlog is full: whoever connects to it hears nothing.
struct Silent {
  Silent() {
    listen(listener.socket.get(), 0);
    first = connect_tcp({listener.address}, Deadline::after(20s));
  }
  Listener listener = std::move(listen_on({loopback("127.0.0.1")}, {SOCK_STREAM}).front());
  FileDescriptor first;
};

TEST(ConnectTcp, TheNextAddressIsTriedWhileOneIsSilent) {
  const Silent silent;
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  EXPECT_TRUE(
      connect_tcp({silent.listener.address, listeners.front().address}, Deadline::after(20s)));
}

TEST(ConnectTcp, SilenceUpToTheDeadlineIsATimeOut) {
  const Silent silent;
  try {
    connect_tcp({refusing(), silent.listener.address}, Deadline::after(10ms));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::timed_out) << error.what();
  }
}

TEST(ConnectTcp, EndsWhereWhatCameOfItCannotBeAsked) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  is_forbidden = true;
  try {
    connect_tcp({listeners.front().address}, Deadline::after(20s));
    ADD_FAILURE();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::operation_not_permitted) << error.what();
  }
  is_forbidden = false;
}

TEST(ConnectTcp, WhatTheDeadlineLeavesUntriedHasNotRefused) {
  refuses_late = true;
  try {
    connect_tcp({refusing(), refusing()}, Deadline::after(1ms));
    ADD_FAILURE();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::timed_out) << error.what();
  }
  refuses_late = false;
}

// As one attempt of 16,384 does by chance, while a server on this host does not listen yet.
TEST(ConnectTcp, ASocketThatMeetsItselfIsRefusedAndHoldsNoPort) {
  const Address nobodys = refusing();
  has_that_port = true;
  try {
    connect_tcp({nobodys}, Deadline::after(20s));
    ADD_FAILURE();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::connection_refused) << error.what();
  }
  has_that_port = false;
  const FileDescriptor socket = open_socket(Family::ipv4, SOCK_STREAM);
  EXPECT_EQ(bind_to(socket.get(), nobodys), 0);
}

TEST(ConnectTcp, NoAddressAtAllIsAFailure) {
  EXPECT_THROW(connect_tcp({}, Deadline::after(20s)), std::system_error);
}

TEST(ConnectTcp, TheSocketComesBackBlocking) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  const FileDescriptor socket = connect_tcp({listeners.front().address}, Deadline::after(20s));
  EXPECT_EQ(fcntl(socket.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(ConnectTcp, TheErrorListsEveryAddressWithItsReason) {
  const Address last = refusing();
  try {
    connect_tcp({of_no_family(), last}, Deadline::after(20s));
    FAIL();
  } catch (const std::system_error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("Address family not supported"), std::string::npos) << text;
    EXPECT_NE(text.find(last.text() + ": Connection refused"), std::string::npos) << text;
  }
}

TEST(ConnectTcp, ALinkLocalAddressNeedsAnInterface) {
  try {
    connect_tcp({loopback("fe80::1").with_port(7)}, Deadline::after(20s));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_TRUE(std::string(error.what())
                    .starts_with("connect to [fe80::1]:7 without an interface (fe80::1%eth0): "))
        << error.what();
  }
}

// As where a name has very many.
TEST(ConnectTcp, AddressesThatFailHoldNoDescriptor) {
  const auto listeners = listen_on({loopback("127.0.0.1")}, {SOCK_STREAM});
  std::vector<Address> addresses(64, refusing());
  addresses.push_back(listeners.front().address);
  const FileDescriptor next(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const LowerLimit few(RLIMIT_NOFILE, static_cast<rlim_t>(next.get()) + 8);
  EXPECT_NO_THROW((void)connect_tcp(addresses, Deadline::after(20s)));
}

}  // namespace
}  // namespace net
