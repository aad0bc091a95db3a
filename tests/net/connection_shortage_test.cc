// Connections while no thread is to be had, while memory and descriptors run out, and with a kernel
// that passes no time-outs on.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "net/connect.hh"
#include "net/connection_server.hh"
#include "support/thread_shortage.hh"
#include "support/wait_until.hh"

namespace {

std::mutex errors_mutex;
std::deque<int> accept_errors;  // with which the next calls fail

bool all_errors_given() {
  const std::lock_guard lock(errors_mutex);
  return accept_errors.empty();
}
void give_errors(std::deque<int> errors) {
  const std::lock_guard lock(errors_mutex);
  accept_errors = std::move(errors);
}
bool accept_fails() {
  const std::lock_guard lock(errors_mutex);
  if (accept_errors.empty()) return false;
  errno = accept_errors.front();
  accept_errors.pop_front();
  return true;
}

// Whether connections have none of their listener's time-outs: no standard says that they do.
std::atomic<bool> passes_no_timeouts = false;

int pass_on(int connection) {
  constexpr timeval none{};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    if (passes_no_timeouts) setsockopt(connection, SOL_SOCKET, option, &none, sizeof none);
  }
  return connection;
}

}  // namespace

// The test's own bodies of what the pool calls.
extern "C" int accept4(int fd, sockaddr* peer, socklen_t* length, int flags) {
  if (accept_fails()) return -1;
  static const auto real = find_libc_call<decltype(accept4)>("accept4");
  return pass_on(real(fd, peer, length, flags));
}
extern "C" int accept(int fd, sockaddr* peer, socklen_t* length) {
  if (accept_fails()) return -1;
  static const auto real = find_libc_call<decltype(accept)>("accept");
  return pass_on(real(fd, peer, length));
}

namespace net {
namespace {

class Shortage : public testing::Test {
 protected:
  explicit Shortage(std::chrono::milliseconds silence = 20s,
                    std::chrono::milliseconds between_reports = 0s)
      : silence_(silence) {
    ConnectionRules rules;
    rules.silence = silence;
    rules.between_reports = between_reports;
    rules.serve = [this](Stream& stream, const Address&) { serve(stream); };
    rules.report = [this](std::string_view reason) {
      const std::lock_guard lock(mutex_);
      reports_.emplace_back(reason);
    };
    pool_.emplace(100, 256 * 1024, rules.report);
    server_.emplace(*pool_, rules);
    listeners_ = listen_on({*Address::parse("127.0.0.1")}, {SOCK_STREAM});
    server_->accept_from(listeners_.front());
  }
  ~Shortage() override {
    threads_left = all_threads;
    pool_->stop();
  }

  // Sends back one byte, or fails as without memory.
  void serve(Stream& stream) {
    std::uint8_t byte = 0;
    if (stream.receive_some({&byte, 1}, Deadline::after(silence_)).count == 0) return;
    if (byte == 'm') throw std::bad_alloc();
    (void)stream.send_all({&byte, 1}, Deadline::after(20s));
  }
  Stream connect() {
    return Stream(connect_tcp({listeners_.front().address}, Deadline::after(20s)));
  }
  static bool echoes(Stream& stream, std::uint8_t byte = 'x') {
    (void)stream.send_all({&byte, 1}, Deadline::after(20s));
    std::uint8_t back = 0;
    return stream.receive_some({&back, 1}, Deadline::after(20s)).count == 1 && back == byte;
  }
  std::vector<std::string> reports() {
    const std::lock_guard lock(mutex_);
    return reports_;
  }

 private:
  const std::chrono::milliseconds silence_;
  std::mutex mutex_;
  std::vector<std::string> reports_;
  std::optional<ThreadPool> pool_;
  std::vector<Listener> listeners_;
  std::optional<ConnectionServer> server_;
};

TEST_F(Shortage, WithoutThreadsConnectionsAreServedOneAfterTheOtherAndALineSaysWhy) {
  threads_left = 0;
  Stream first = connect();
  ASSERT_TRUE(wait_until([&] { return reports().size() == 1; }));
  EXPECT_EQ(reports()[0],
            "connections wait until others have ended: there is no thread to accept them");
  Stream second = connect();
  EXPECT_TRUE(echoes(first));
  EXPECT_TRUE(echoes(second));
  EXPECT_EQ(reports().size(), 1U);
  threads_left = all_threads;
  std::vector<Stream> many;
  for (int i = 0; i < 10; ++i) many.push_back(connect());
  for (Stream& stream : many) EXPECT_TRUE(echoes(stream));
}

TEST_F(Shortage, WithoutMemoryOneConnectionEnds) {
  Stream unlucky = connect(), lucky = connect();
  EXPECT_FALSE(echoes(unlucky, 'm'));
  EXPECT_TRUE(echoes(lucky));
  ASSERT_TRUE(wait_until([&] { return reports().size() == 1; }));
  EXPECT_TRUE(reports()[0].starts_with("127.0.0.1:") && reports()[0].ends_with(": out of memory"))
      << reports()[0];
}

TEST_F(Shortage, AnErrorOfOneConnectionIsNone) {
  give_errors({ECONNABORTED, EINTR, EPROTO});
  Stream first = connect();  // whose thread leaves another one in accept
  EXPECT_TRUE(echoes(first));
  ASSERT_TRUE(wait_until(all_errors_given));
  Stream second = connect();
  EXPECT_TRUE(echoes(second));
  EXPECT_TRUE(reports().empty()) << reports()[0];
}

// Not for each error. A thread that waited in accept already may take the connection in between,
// after which it begins once more.
TEST_F(Shortage, OfDescriptorsIsReportedEachTimeThatItBegins) {
  for (const std::size_t times : {1U, 2U}) {
    give_errors({EMFILE, EMFILE, ENFILE, EMFILE, EMFILE, ENFILE});
    Stream first = connect();
    EXPECT_TRUE(echoes(first));
    ASSERT_TRUE(wait_until(all_errors_given));
    Stream second = connect();
    EXPECT_TRUE(echoes(second));
    EXPECT_GE(reports().size(), times);
    EXPECT_LE(reports().size(), 2 * times);
  }
}

// As where a sandbox forbids the call: that does not pass when others have ended.
TEST_F(Shortage, AnErrorThatIsNoShortageIsToldAsWhatItIs) {
  give_errors({EPERM, EMFILE});
  Stream first = connect();
  EXPECT_TRUE(echoes(first));
  ASSERT_TRUE(wait_until(all_errors_given));
  ASSERT_TRUE(wait_until([&] { return !reports().empty(); }));
  EXPECT_EQ(reports()[0], std::string("accept a connection: ") + std::strerror(EPERM));
}

class ShortageAgain : public Shortage {
 protected:
  ShortageAgain() : Shortage(20s, 24h) {}
};

// As of a full server that many connect to: each time that one gets in, the shortage is over.
TEST_F(ShortageAgain, IsReportedOnceInATime) {
  for (int times = 0; times < 5; ++times) {
    give_errors({EMFILE, EMFILE});
    Stream first = connect();
    EXPECT_TRUE(echoes(first));
    ASSERT_TRUE(wait_until(all_errors_given));
    Stream second = connect();
    EXPECT_TRUE(echoes(second));
  }
  EXPECT_EQ(reports().size(), 1U);
}

class WithoutTimeOuts : public Shortage {
 protected:
  WithoutTimeOuts() : Shortage(50ms) { passes_no_timeouts = true; }
  ~WithoutTimeOuts() override { passes_no_timeouts = false; }
};

TEST_F(WithoutTimeOuts, ASilentPeerIsNotWaitedForForEver) {
  Stream silent = connect();
  std::uint8_t byte = 0;
  EXPECT_EQ(silent.receive_some({&byte, 1}, Deadline::after(20s)).ending, Ending::end);
}

}  // namespace
}  // namespace net
