// The accept loop.
#include "net/connection_server.hh"

#include <array>
#include <future>
#include <memory>
#include <stdexcept>

#include "net/file_descriptor.hh"
#include "net/socket.hh"
#include "support/connection_service.hh"
#include "support/descriptors.hh"
#include "support/wait_until.hh"

namespace {

void echo(net::Stream& stream) {
  std::uint8_t buffer[65536];
  while (true) {
    const auto got = stream.receive_some(buffer, net::Deadline::after(30s));
    if (got.ending != net::Ending::full) return;
    (void)stream.send_all({buffer, got.count}, net::Deadline::after(30s));
  }
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

// Who reads the word slowly keeps a descriptor, which those that are served may need.
TEST(ConnectionServer, OnlySoManyAreToldAtOnce) {
  const auto listeners = net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM});
  net::ThreadPool pool(net::ConnectionServer::pool_size(0, 1), 256 * 1024);
  std::promise<void> end;
  net::ConnectionRules rules;
  rules.max = 0;
  rules.max_refusing = 1;
  rules.refuse = [told = end.get_future().share()](net::Stream& stream) {
    send(stream, "full");
    told.wait();
  };
  net::ConnectionServer connections(pool, rules);
  connections.accept_from(listeners.front());
  const auto connect = [&] {
    return net::Stream(net::connect_tcp({listeners.front().address}, net::Deadline::after(30s)));
  };
  net::Stream first = connect();
  std::array<std::uint8_t, 4> word{};
  EXPECT_EQ(first.receive_exactly(word, net::Deadline::after(30s)).count, word.size());
  net::Stream second = connect();
  EXPECT_EQ(receive_all(second), "");
  end.set_value();
  pool.stop();
}

// Those that wait in accept hold a descriptor each, which those that are served may need.
TEST(ConnectionServer, OnlySoManyWaitForTheNext) {
  const auto listeners = net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM});
  net::ThreadPool pool(net::ConnectionServer::pool_size(8, 1), 256 * 1024);
  net::ConnectionRules rules;
  rules.max_waiting = 2;
  rules.serve = [](net::Stream& stream, const net::Address&) { echo(stream); };
  net::ConnectionServer connections(pool, rules);
  connections.accept_from(listeners.front());
  std::vector<net::Stream> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(net::connect_tcp({listeners.front().address}, net::Deadline::after(30s)));
    expect_echo(clients.back(), "hello");
  }
  EXPECT_GE(pool.running(), 8U);
  clients.clear();
  EXPECT_TRUE(wait_until([&] { return pool.running() == 2; }));
  pool.stop();
}

TEST(ConnectionServer, DescriptorsAreSharedByThoseThatWaitAndThoseThatAreRefused) {
  struct Share {
    std::size_t descriptors, listeners, waiting, refusing;
  };
  for (const Share& share : {Share{0, 1, 1, 0}, Share{1, 2, 1, 0}, Share{5, 2, 1, 3},
                             Share{16, 2, 4, 8}, Share{144, 2, 32, 64}, Share{100000, 2, 32, 64}}) {
    net::ConnectionRules rules;
    rules.share(share.descriptors, share.listeners);
    EXPECT_EQ(rules.max_waiting, share.waiting) << share.descriptors;
    EXPECT_EQ(rules.max_refusing, share.refusing) << share.descriptors;
  }
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
  const LowerLimit none(RLIMIT_NOFILE, 1);
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getpeername(before.get(), reinterpret_cast<sockaddr*>(&address), &length);
  for (net::Stream& client : clients) {
    EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  }
  expect_echo(before, "during");
  none.lift();
  for (net::Stream& client : clients) expect_echo(client, "after");
}

}  // namespace
