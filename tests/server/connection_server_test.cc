// The accept loop, and echo and file through it.
#include "net/connection_server.hh"
#include "net/sockaddr.hh"

#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include <csignal>
#include <memory>
#include <stdexcept>

#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/file_descriptor.hh"
#include "net/listener.hh"
#include "net/socket.hh"
#include "net/wait.hh"
#include "server/echo.hh"
#include "server/file.hh"
#include "support/site.hh"
#include "support/wait_until.hh"

namespace server {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t stack_size = 256 * 1024;

// A service on a free port of 127.0.0.1.
class Service {
 public:
  explicit Service(std::size_t most, std::function<void(net::Stream&)> serve,
                   std::function<void(net::Stream&)> refuse = nullptr, bool resets = false)
      : listeners_(net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM})),
        pool_(net::ConnectionServer::pool_size(most, 1), stack_size),
        connections_(
            pool_, {most, 30s, [serve](net::Stream& stream, const net::Address&) { serve(stream); },
                    refuse, net::report_on_stderr, resets}) {
    connections_.accept_from(listeners_.front());
  }
  ~Service() { pool_.stop(); }

  net::Stream connect() {
    return net::Stream(net::connect_tcp({listeners_.front().address}, net::Deadline::after(30s)));
  }
  net::ThreadPool& pool() { return pool_; }

 private:
  std::vector<net::Listener> listeners_;
  net::ThreadPool pool_;
  net::ConnectionServer connections_;
};

void echo(net::Stream& stream) { echo_stream(stream, 30s); }

std::string receive_all(net::Stream& stream) {
  std::string all;
  std::uint8_t buffer[65536];
  while (true) {
    const auto got = stream.receive_some(buffer, net::Deadline::after(30s));
    if (got.ending == net::Ending::broken) return all + "(reset)";
    if (got.ending != net::Ending::full) return all;
    all.append(reinterpret_cast<const char*>(buffer), got.count);
  }
}

void send(net::Stream& stream, std::string_view text) {
  EXPECT_EQ(stream.send_all(wire::bytes_of(text), net::Deadline::after(30s)).ending,
            net::Ending::full);
}

void expect_echo(net::Stream& stream, const std::string& text) {
  send(stream, text);
  std::vector<std::uint8_t> back(text.size());
  EXPECT_EQ(stream.receive_exactly(back, net::Deadline::after(30s)).ending, net::Ending::full);
  EXPECT_EQ(std::string(back.begin(), back.end()), text);
}

TEST(ConnectionServer, ManyAreServedAtOnce) {
  if (net::raise_descriptor_limit() < 1024) GTEST_SKIP() << "too few descriptors";
  Service service(500, echo);
  std::vector<net::Stream> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(service.connect());
  for (net::Stream& client : clients) expect_echo(client, "hello");
  for (net::Stream& client : clients) client.half_close();
  for (net::Stream& client : clients) EXPECT_EQ(receive_all(client), "");
}

TEST(ConnectionServer, OneTooManyIsToldAndTheOthersGoOn) {
  Service service(2, echo, [](net::Stream& stream) { send(stream, "full"); });
  net::Stream first = service.connect(), second = service.connect();
  expect_echo(first, "a");
  expect_echo(second, "b");
  for (int i = 0; i < 20; ++i) {
    net::Stream one_too_many = service.connect();
    send(one_too_many, "unread");
    one_too_many.half_close();
    EXPECT_EQ(receive_all(one_too_many), "full");
  }
  expect_echo(first, "still here");
  second.half_close();
  EXPECT_EQ(receive_all(second), "");
  // The place is free once its thread has come back.
  EXPECT_TRUE(wait_until([&] {
    net::Stream third = service.connect();
    send(third, "c");
    third.half_close();
    return receive_all(third) == "c";
  }));
}

// How a connection ends to which nothing is sent.
std::string end_of_next(Service& service) {
  try {
    net::Stream client = service.connect();
    return receive_all(client);
  } catch (const std::system_error& failure) {  // the reset came before the connection was used
    return failure.code() == std::errc::connection_reset ? "(reset)" : failure.what();
  }
}

TEST(ConnectionServer, WhereACloseWouldSaySomethingOneTooManyIsReset) {
  Service service(1, echo, nullptr, true);
  net::Stream first = service.connect();
  expect_echo(first, "a");
  EXPECT_EQ(end_of_next(service), "(reset)");
}

TEST(ConnectionServer, WhereACloseWouldSaySomethingConnectionsBeginWithTheReset) {
  Service service(
      1, [](net::Stream&) {}, nullptr, true);
  EXPECT_EQ(end_of_next(service), "(reset)");
  Service other(
      1, [](net::Stream& stream) { stream.reset_on_close(false); }, nullptr, true);
  EXPECT_EQ(end_of_next(other), "");
}

TEST(ConnectionServer, AHandlerThatThrowsEndsItsConnectionOnly) {
  Service service(10, [](net::Stream& stream) {
    std::uint8_t byte[1];
    (void)stream.receive_exactly(byte, net::Deadline::after(30s));
    if (byte[0] == '!') throw std::runtime_error("a fault made by the test");
    echo(stream);
  });
  net::Stream good = service.connect(), bad = service.connect();
  send(bad, "!");
  receive_all(bad);
  send(good, "x");
  expect_echo(good, "hello");
}

TEST(ConnectionServer, StoppingEndsThoseThatWaitReadOrWrite) {
  auto service = std::make_unique<Service>(100, echo);
  net::Stream idle = service->connect(), stuck = service->connect();
  expect_echo(idle, "hello");
  // Sent and never read back, until neither side's buffers take any more: the handler waits in
  // send.
  const std::string much(1 << 20, 'x');
  while (stuck.send_all(wire::bytes_of(much), net::Deadline::after(200ms)).ending ==
         net::Ending::full) {
  }
  service.reset();
  EXPECT_EQ(receive_all(idle), "");
}

TEST(ConnectionServer, AShortageOfDescriptorsPasses) {
  Service service(100, echo);
  net::Stream before = service.connect();
  expect_echo(before, "before");
  std::vector<net::Stream> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back(net::open_socket(net::Family::ipv4, SOCK_STREAM));
  // No descriptor is left for accept, though the clients have theirs.
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit none{1, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getpeername(before.get(), reinterpret_cast<sockaddr*>(&address), &length);
  for (net::Stream& client : clients) {
    EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  }
  expect_echo(before, "during");
  setrlimit(RLIMIT_NOFILE, &limit);
  for (net::Stream& client : clients) expect_echo(client, "after");
}

TEST(Echo, SendsBackWhatComesInPiecesOfAnySize) {
  Service service(10, echo);
  net::Stream client = service.connect();
  std::string sent;
  for (std::size_t size = 1; size < 300'000; size = size * 3 + 1) {
    sent += std::string(size, static_cast<char>('a' + size % 26));
  }
  std::thread sender([&] {
    send(client, sent);
    client.half_close();
  });
  EXPECT_EQ(receive_all(client), sent);
  sender.join();
}

class EchoDatagrams : public testing::Test {
 protected:
  EchoDatagrams()
      : listeners_(net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_DGRAM})),
        pool_(1, stack_size) {
    EXPECT_TRUE(pool_.run([this] { echo_datagrams(listeners_.front(), pool_); }));
  }
  ~EchoDatagrams() override { pool_.stop(); }

  net::FileDescriptor bound(std::uint16_t port) {
    net::FileDescriptor socket = net::open_udp(net::Family::ipv4, net::LocalPort::any);
    const net::Address local = listeners_.front().address.with_port(port);
    if (net::bind_to(socket.get(), local) != 0) socket.reset();
    return socket;
  }
  void send(const net::FileDescriptor& socket, std::string_view text) {
    EXPECT_FALSE(
        net::send_datagram(socket.get(), wire::bytes_of(text), listeners_.front().address));
  }
  static std::string receive(const net::FileDescriptor& socket) {
    if (!net::wait_readable({socket.get()}, net::Deadline::after(30s))) return "(silence)";
    std::vector<std::uint8_t> buffer(65536);
    const auto got = net::receive_datagram(socket.get(), buffer);
    return got ? std::string(buffer.begin(), buffer.begin() + static_cast<long>(got->size))
               : "(nothing)";
  }

  std::vector<net::Listener> listeners_;
  net::ThreadPool pool_;
};

TEST_F(EchoDatagrams, ComeBack) {
  const auto client = bound(0);
  for (const std::size_t size : {0u, 1u, 1472u, 9000u, 65507u}) {
    const std::string text(size, 'x');
    send(client, text);
    EXPECT_EQ(receive(client), text);
  }
}

TEST_F(EchoDatagrams, FromPortsOfOtherServersAreDropped) {
  const auto forged = bound(7);
  if (!forged) GTEST_SKIP() << "port 7 cannot be bound";
  const auto client = bound(0);
  send(forged, "forged");
  send(client, "asked");
  EXPECT_EQ(receive(client), "asked");  // the server has passed the other by then
  EXPECT_FALSE(net::wait_readable({forged.get()}, net::Deadline::after(0s)));
}

class Files : public testing::Test {
 protected:
  Files() {
    directory_.file("hello", "hello");
    directory_.file("empty", "");
    directory_.file("large", std::string(20'000'000, 'x'));
    std::signal(SIGPIPE, SIG_IGN);
  }
  std::function<void(net::Stream&)> handler(std::chrono::milliseconds silence = 30s) {
    return [this, silence](net::Stream& stream) {
      serve_file(stream, net::Address(), root_, silence, false);
    };
  }
  std::string get(Service& service, const std::string& name) {
    net::Stream client = service.connect();
    send(client, name + '\0');
    return receive_all(client);
  }

  TemporaryDirectory directory_;
  DocumentRoot root_{directory_.path()};
};

TEST_F(Files, ComeWholeAndThenTheClose) {
  Service service(10, handler());
  EXPECT_EQ(get(service, "hello"), "hello");
  EXPECT_EQ(get(service, "empty"), "");
  EXPECT_EQ(get(service, "large"), std::string(20'000'000, 'x'));
}

TEST_F(Files, ThatAreNotGivenEndInAReset) {
  directory_.directory("dir");
  mkfifo(directory_.path("fifo").c_str(), 0644);
  Service service(10, handler());
  for (const char* name : {"none", "dir", "fifo", "/etc/passwd", "../x", ""}) {
    EXPECT_EQ(get(service, name), "(reset)") << name;
  }
  EXPECT_EQ(get(service, std::string(4096, 'a')), "(reset)");
}

TEST_F(Files, ANameInPiecesIsTheSame) {
  std::atomic<int> socket = -1;
  Service service(10, [&](net::Stream& stream) {
    socket = stream.get();
    handler()(stream);
  });
  net::Stream client = service.connect();
  for (const char c : {'h', 'e', 'l', 'l', 'o', '\0'}) {
    send(client, {&c, 1});
    // Until it is taken, so that the next one comes alone.
    int waiting = 0;
    ASSERT_TRUE(wait_until(
        [&] { return socket >= 0 && (ioctl(socket, FIONREAD, &waiting) != 0 || waiting == 0); }));
  }
  EXPECT_EQ(receive_all(client), "hello");
}

TEST_F(Files, ANameThatNeverEndsIsGivenUp) {
  Service service(10, handler(50ms));
  net::Stream client = service.connect();
  send(client, "hello");
  EXPECT_EQ(receive_all(client), "(reset)");
}

// So that a kill of the server in the middle is not taken for the end of the file.
TEST_F(Files, OnlyTheEndOfAWholeOneIsAClose) {
  std::atomic<int> socket = -1;
  Service service(10, [&](net::Stream& stream) {
    socket = stream.get();
    handler()(stream);
  });
  net::Stream client = service.connect();
  send(client, std::string("large") + '\0');
  std::uint8_t byte[1];
  EXPECT_EQ(client.receive_exactly(byte, net::Deadline::after(30s)).ending, net::Ending::full);
  linger at_close{};
  socklen_t size = sizeof at_close;
  ASSERT_EQ(getsockopt(socket, SOL_SOCKET, SO_LINGER, &at_close, &size), 0);
  EXPECT_NE(at_close.l_onoff, 0);
  EXPECT_EQ(at_close.l_linger, 0);
  EXPECT_EQ(receive_all(client).size(), 20'000'000u - 1);
}

TEST_F(Files, OneThatShrinksEndsInAReset) {
  Service service(10, handler());
  net::Stream client = service.connect();
  send(client, std::string("large") + '\0');
  std::uint8_t byte[1];
  EXPECT_EQ(client.receive_exactly(byte, net::Deadline::after(30s)).ending, net::Ending::full);
  std::filesystem::resize_file(directory_.path("large"), 10);
  const std::string got = receive_all(client);
  EXPECT_LT(got.size(), 20'000'000u);
  EXPECT_TRUE(got.ends_with("(reset)"));
  EXPECT_EQ(get(service, "hello"), "hello");
}

}  // namespace
}  // namespace server
