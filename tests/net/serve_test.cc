// A whole server whose memory or threads run out.
#include "net/serve.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/wait.hh"
#include "net/wake_event.hh"
#include "support/thread_shortage.hh"
#include "support/wait_until.hh"

namespace net {
namespace {

// serve() leaves its pool to the system.
ThreadPool* left_pool = nullptr;

// Waits until the pool stops.
void receive_until_stop(const Listener& listener, ThreadPool& pool) {
  left_pool = &pool;
  const int fd = listener.socket.get();
  const StopRegistration registration(pool, fd);
  std::array<std::uint8_t, 16> buffer;
  while (!pool.stopping()) {
    wait_readable({fd}, Deadline());
    (void)receive_datagram(fd, buffer);
  }
}

class Serve : public testing::Test {
 protected:
  Serve() {
    rules_.serve = [](Stream&, const Address&) {};
    rules_.report = [this](std::string_view reason) { reports_.emplace_back(reason); };
  }
  ~Serve() override { threads_left = all_threads; }

  static std::vector<Listener> listen(std::initializer_list<int> types) {
    return listen_on({*Address::parse("127.0.0.1")}, types);
  }

  ConnectionRules rules_;
  WakeEvent stop_;
  std::vector<std::string> reports_;
};

TEST_F(Serve, AReceiverThatFailedIsCalledAgain) {
  int calls = 0;
  serve(listen({SOCK_DGRAM}), rules_, stop_.fd(), [&](const Listener& udp, ThreadPool& pool) {
    if (++calls < 3) throw std::bad_alloc();
    stop_.set();
    receive_until_stop(udp, pool);
  });
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(reports_, std::vector<std::string>{"out of memory"});
}

TEST_F(Serve, WithoutAThreadForAListenerThoseOfTheOthersEndBeforeItFails) {
  std::atomic<bool> returned = false;
  threads_left = 1;
  EXPECT_THROW(serve(listen({SOCK_DGRAM, SOCK_STREAM}), rules_, stop_.fd(),
                     [&](const Listener& udp, ThreadPool& pool) {
                       receive_until_stop(udp, pool);
                       returned = true;
                     }),
               std::runtime_error);
  EXPECT_TRUE(returned);
}

TEST_F(Serve, AListenerWithoutAThreadGetsOneAsSoonAsThereIsOneAndNotOnlyWhenAConnectionHasEnded) {
  std::atomic<int> shortages = 0;
  rules_.report = [&](std::string_view) { ++shortages; };
  rules_.serve = [](Stream& stream, const Address&) {
    stream.send("x", Deadline::after(20s));
    stream.finish(Deadline::after(20s));
  };
  const auto listeners = listen({SOCK_STREAM});
  const auto connect = [&] {
    return Stream(connect_tcp({listeners.front().address}, Deadline::after(20s)));
  };
  threads_left = 2;  // the server's own, and one that waits for the first connection
  const JoiningThread server([&] { serve(listeners, rules_, stop_.fd()); });
  const Stream first = connect();
  EXPECT_TRUE(wait_until([&] { return shortages == 1; }));
  Stream second = connect();
  std::uint8_t byte = 0;
  EXPECT_EQ(second.receive_some({&byte, 1}, Deadline::after(50ms)).ending, Ending::silent);
  threads_left = all_threads;
  EXPECT_EQ(second.receive_some({&byte, 1}, Deadline::after(20s)).ending, Ending::full);
  stop_.set();
}

}  // namespace
}  // namespace net
