#include "net/thread_pool.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/connect.hh"
#include "net/connection_server.hh"
#include "net/datagram.hh"
#include "net/kernel.hh"
#include "net/listener.hh"
#include "net/socket.hh"
#include "net/stream.hh"
#include "net/wait.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

// As on macOS: a socket without a peer cannot be shut, who waits at it is not woken, and accept(2)
// has no time-out.
std::atomic<bool> only_peers_are_shut = false;

}  // namespace

// The test's own bodies of what the pool calls.
extern "C" int shutdown(int fd, int how) __THROW {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  if (only_peers_are_shut && getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) != 0) {
    return -1;
  }
  return static_cast<int>(syscall(SYS_shutdown, fd, how));
}
extern "C" int accept(int fd, sockaddr* peer, socklen_t* length) {
  timeval timeout{};
  socklen_t size = sizeof timeout;
  getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size);
  constexpr timeval none{};
  if (only_peers_are_shut) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
  const int connection = static_cast<int>(syscall(SYS_accept4, fd, peer, length, 0));
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  return connection;
}

namespace {

using net::StopRegistration;
using net::ThreadPool;

constexpr std::size_t stack_size = 256 * 1024;

// Tasks that run until released.
struct Held {
  std::atomic<bool> released = false;
  void release() {
    released = true;
    released.notify_all();
  }
  std::function<void()> task() {
    return [this] { released.wait(false); };
  }
};

TEST(ThreadPool, RunsNoMoreTasksAtOnceThanItMay) {
  ThreadPool pool(2, stack_size);
  Held held;
  EXPECT_TRUE(pool.run(held.task()));
  EXPECT_TRUE(pool.run(held.task()));
  EXPECT_FALSE(pool.run(held.task()));
  EXPECT_EQ(pool.running(), 2u);
  held.release();
  while (pool.running() > 0) std::this_thread::yield();
  EXPECT_TRUE(pool.run([] {}));
}

TEST(ThreadPool, RunsEveryTask) {
  constexpr int count = 5000;
  std::atomic<int> ran = 0;
  std::latch all(count);
  ThreadPool pool(300, stack_size);
  for (int i = 0; i < count;) {
    if (pool.run([&] { ++ran, all.count_down(); })) {
      ++i;
    } else {
      std::this_thread::yield();  // on one processor it would keep the tasks from running
    }
  }
  all.wait();
  pool.stop();
  EXPECT_EQ(ran, count);
  EXPECT_EQ(pool.running(), 0u);
}

std::ptrdiff_t threads() {
  return std::ranges::distance(std::filesystem::directory_iterator("/proc/self/task"));
}

TEST(ThreadPool, ThreadsThatGetNoTaskLeave) {
  // A sanitizer begins a thread of its own with the first; those of earlier tests may still be on
  // their way out.
  std::thread([] {}).join();
  while (threads() > 2) std::this_thread::yield();
  const auto before = threads();
  ThreadPool pool(20, stack_size);
  Held held;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(pool.run(held.task()));
  EXPECT_EQ(threads(), before + 20);
  held.release();
  while (threads() > before) std::this_thread::yield();
}

TEST(ThreadPool, ATaskThatThrowsEndsAlone) {
  ThreadPool pool(1, stack_size);
  EXPECT_TRUE(pool.run([] { throw std::runtime_error("a fault made by the test"); }));
  while (pool.running() > 0) std::this_thread::yield();
  std::latch done(1);
  EXPECT_TRUE(pool.run([&] { done.count_down(); }));
  done.wait();
}

TEST(ThreadPool, TakesNothingAfterStop) {
  ThreadPool pool(1, stack_size);
  pool.stop();
  EXPECT_TRUE(pool.stopping());
  EXPECT_FALSE(pool.run([] {}));
}

// Each waits on a socket of another kind for what never comes; only stop() can end it.
class CrewStop : public testing::Test {
 protected:
  ~CrewStop() override { only_peers_are_shut = false; }

  void expect_woken(int socket, const std::function<void()>& wait) {
    ThreadPool pool(1, stack_size);
    std::latch begun(1);
    ASSERT_TRUE(pool.run([&, socket] {
      const StopRegistration registration(pool, socket);
      begun.count_down();
      wait();
    }));
    begun.wait();
    pool.stop();
    EXPECT_EQ(pool.running(), 0u);
  }
  char byte_ = 0;
};

TEST_F(CrewStop, WakesAReader) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const net::FileDescriptor near(pair[0]), far(pair[1]);
  expect_woken(near.get(), [&] { EXPECT_EQ(recv(near.get(), &byte_, 1, 0), 0); });
}

TEST_F(CrewStop, WakesAnAccept) {
  const auto listeners =
      net::listen_on({net::Address::wildcard(net::Family::ipv4, 0)}, {SOCK_STREAM});
  const int fd = listeners[0].socket.get();
  expect_woken(fd, [&] { EXPECT_LT(accept(fd, nullptr, nullptr), 0); });
}

TEST_F(CrewStop, WakesAUdpReceiverWithoutAPeer) {
  const net::FileDescriptor socket = net::open_udp(net::Family::ipv4, net::LocalPort::any);
  expect_woken(socket.get(), [&] { EXPECT_EQ(recv(socket.get(), &byte_, 1, 0), 0); });
}

TEST_F(CrewStop, WakesAPollOfAUdpSocketWithoutAPeer) {
  const net::FileDescriptor socket = net::open_udp(net::Family::ipv6, net::LocalPort::any);
  expect_woken(socket.get(),
               [&] { EXPECT_EQ(net::wait_readable({socket.get()}, net::Deadline()), 0u); });
}

TEST_F(CrewStop, WakesAPollOfAUdpSocketWhereOnlyWhatHasAPeerIsShut) {
  only_peers_are_shut = true;
  const auto bound = net::listen_on(
      {net::Address::wildcard(net::Family::ipv4, 0), net::Address::wildcard(net::Family::ipv6, 0)},
      {SOCK_DGRAM});
  for (const net::Listener& each : bound) {
    const int fd = each.socket.get();
    const auto end = net::Deadline::after(std::chrono::seconds(20));
    expect_woken(fd, [&] { EXPECT_EQ(net::wait_readable({fd}, end), 0u); });
  }
}

TEST_F(CrewStop, EndsAnAcceptLoopWhereOnlyWhatHasAPeerIsShut) {
  // The bodies for Linux rely on it that shutdown(2) wakes who waits in accept(2).
  only_peers_are_shut = net::more_follows == 0;
  const auto listeners = net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM});
  ThreadPool pool(net::ConnectionServer::pool_size(1, 1), stack_size);
  net::ConnectionServer server(pool, {.serve = [](net::Stream&, const net::Address&) {}});
  server.accept_from(listeners.front());
  pool.stop();
  EXPECT_EQ(pool.running(), 0u);
}

// Its peer takes what came for the whole otherwise.
TEST_F(CrewStop, ResetsAConnectionThatIsNotToEndCleanly) {
  const auto listeners = net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM});
  net::Stream far = net::connect("127.0.0.1", std::to_string(listeners[0].address.port()), {});
  net::Stream near(net::accept_tcp(listeners[0].socket.get()).socket);
  near.reset_on_close();
  expect_woken(near.get(), [&] {
    const std::vector<std::uint8_t> much(50'000'000);
    EXPECT_EQ(near.send_all(much, net::Deadline()).ending, net::Ending::broken);
  });
  std::vector<std::uint8_t> buffer(100'000);
  auto end = net::Ending::full;
  while (end == net::Ending::full) end = far.receive_some(buffer, net::Deadline()).ending;
#ifdef __linux__  // elsewhere only the close resets it
  EXPECT_EQ(end, net::Ending::broken);
#endif
}

TEST_F(CrewStop, ShutsASocketThatComesLater) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const net::FileDescriptor near(pair[0]), far(pair[1]);
  ThreadPool pool(1, stack_size);
  pool.stop();
  const StopRegistration registration(pool, near.get());
  EXPECT_EQ(recv(near.get(), &byte_, 1, 0), 0);
}

}  // namespace
