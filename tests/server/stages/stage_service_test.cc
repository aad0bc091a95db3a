// The four-stage service while one address is flooded, and while memory, threads and system calls
// fail: one session or datagram pays for it, and the service goes on.
#include "server/stages/stage_service.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "support/descriptors.hh"
#include "support/failing_waits.hh"
#include "support/libc_call.hh"
#include "support/needs_ipv6.hh"
#include "support/occurrences.hh"
#include "support/stage_server_peer.hh"

namespace {

std::atomic<bool> no_threads = false, no_memory = false, no_waits = false;
// The test's own thread is never refused anything.
thread_local bool is_refused = true;
std::atomic<std::uint16_t> endless_port = 0;  // where what comes is not used up

}  // namespace

bool wait_fails() {
  if (is_refused && no_waits) errno = ENOMEM;
  return is_refused && no_waits;
}

// The test's own bodies of what the server calls.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  if (is_refused && no_threads) return EAGAIN;
  static const auto real = find_libc_call<decltype(pthread_create)>("pthread_create");
  return real(thread, attributes, start, argument);
}
// What comes at one port comes again and again, if it is told to.
extern "C" ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static const auto real = find_libc_call<decltype(recvmsg)>("recvmsg");
  sockaddr_in own{};
  socklen_t size = sizeof own;
  const bool endless = endless_port != 0 && (flags & MSG_ERRQUEUE) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
                       own.sin_family == AF_INET && ntohs(own.sin_port) == endless_port;
  return real(fd, message, endless ? flags | MSG_PEEK : flags);
}
// Not inline: g++ would see malloc and free, but not that they belong together.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = is_refused && no_memory ? nullptr : std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace server {
namespace {

constexpr auto long_silence = 60s;
constexpr auto npos = std::string::npos;

net::Address address(const char* host) { return *net::Address::parse(host); }

class StageService : public testing::Test {
 protected:
  void SetUp() override { is_refused = false; }
  void TearDown() override { is_refused = true; }

  // A whole exchange with one listener of a server.
  static void exchange(Server& server, std::size_t listener) {
    Client client(server, server.address(listener));
    auto connection = client.through_c();
    client.finish(connection);
  }
};

TEST_F(StageService, AFloodAtOneAddressStarvesNoOther) {
  NEEDS_IPV6();
  Server server({loopback(net::Family::ipv4), loopback(net::Family::ipv6)},
                {long_silence, 0, false});
  std::atomic<bool> over = false;
  std::thread flood([&, target = server.address(0)] {
    is_refused = false;
    Datagrams stranger;
    while (!over) {
      for (int i = 0; i < 100; ++i) stranger.try_send({'x'}, target);
    }
  });
  exchange(server, 1);
  over = true;
  flood.join();
}

// However fast they come: this one never ends, as if more came than can be taken.
TEST_F(StageService, AFloodWithoutEndAtOneAddressStarvesNoOther) {
  NEEDS_IPV6();
  Server server({loopback(net::Family::ipv4), loopback(net::Family::ipv6)},
                {long_silence, 0, false});
  const SentToFile file(STDERR_FILENO);  // of the refusals
  endless_port = server.address(0).port();
  Datagrams stranger;
  stranger.send({'x'}, server.address(0));
  exchange(server, 1);
  endless_port = 0;
}

// When a client's time is over, what came before is still looked at, and no more than that.
TEST_F(StageService, AFloodWithoutEndKeepsNoSilentSession) {
  const SentToFile file(STDERR_FILENO);
  Server server({loopback(net::Family::ipv4)}, {500ms, 0, false});
  Client client(server);
  client.through_a();
  Datagrams stranger("127.0.0.2");
  endless_port = client.stage_b.port();
  stranger.send({'x'}, client.stage_b);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  endless_port = 0;
  EXPECT_NE(file.text().find("no packet for 0.5 s"), npos) << file.text();
}

TEST_F(StageService, ServesAnyNumberOfAddresses) {
  std::vector<net::Address> addresses;
  for (int i = 1; i <= 40; ++i) {
    addresses.push_back(address(("127.0.0." + std::to_string(i)).c_str()));
  }
  Server server(addresses, {long_silence, 0, false});
  exchange(server, 0);
  exchange(server, 39);
}

TEST_F(StageService, AnA1ToABroadcastAddressOpensNoSession) {
  Server server({address("0.0.0.0")}, {long_silence, 0, false});
  const std::uint16_t port = server.address().port();
  exchange(server, 0);
  Client client(server, loopback(net::Family::ipv4).with_port(port));
  client.udp.allow_broadcast();
  ASSERT_TRUE(wait_until([&] { return server.idle(); }));
  client.udp.send(wire::encode_a1(461), address("127.255.255.255").with_port(port));
  client.through_a();
  EXPECT_EQ(server.pool.running(), 1U);
  EXPECT_EQ(client.udp.take(), std::nullopt);
}

TEST_F(StageService, AHostHasNoMoreSessionsThanItMay) {
  StageRules rules{long_silence, 0, false};
  rules.per_host = 1;
  Server server({address("127.0.0.1")}, rules);
  Client client(server);
  client.through_a();
  const SentToFile file(STDERR_FILENO);
  Datagrams again;
  again.send(wire::encode_a1(461), server.address());
  EXPECT_TRUE(wait_until([&] { return file.text().find("(--per-host)") != std::string::npos; }));
  Datagrams other("127.0.0.2");
  other.send(wire::encode_a1(461), server.address());
  EXPECT_EQ(other.receive().size(), 28U) << "another host";
  EXPECT_EQ(again.take(), std::nullopt);
}

// Whoever sends what opens no session must not fill the disk with lines.
TEST_F(StageService, OfManyRefusalsAFewAreToldAndTheOthersCounted) {
  constexpr int refused = 1000;
  const SentToFile file(STDERR_FILENO);
  {
    Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false});
    Datagrams stranger;
    for (int i = 0; i < refused; ++i) {
      stranger.send({'x'}, server.address());
      if (i % 50 == 0) exchange(server, 0);  // what came before has been looked at then
    }
    exchange(server, 0);
  }
  const std::string text = file.text();
  const auto told = static_cast<int>(occurrences(text, "a1 from "));
  int counted = 0;
  const std::string beginning = "… and ";
  for (auto at = text.find(beginning); at != std::string::npos; at = text.find(beginning, at + 1)) {
    counted += std::stoi(text.substr(at + beginning.size()));
  }
  EXPECT_EQ(told + counted, refused) << text;
  EXPECT_LT(told, refused) << text;
}

// The sessions that are on their way need the last descriptors.
TEST_F(StageService, ANewcomerIsTurnedAwayWhileTooFewDescriptorsAreLeft) {
  const SentToFile file(STDERR_FILENO);
  Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false});
  exchange(server, 0);
  ASSERT_TRUE(wait_until([&] { return server.idle(); }));
  Client client(server);
  // Room for the session's first descriptor and for one of the two that it needs later.
  net::FileDescriptor first(dup(STDERR_FILENO)), second(dup(STDERR_FILENO));
  const LowerLimit tight(RLIMIT_NOFILE, static_cast<rlim_t>(second.get()) + 1);
  first.reset();
  second.reset();
  client.udp.send(wire::encode_a1(461), server.address());
  EXPECT_TRUE(wait_until(
      [&] { return file.text().find("too few descriptors are left") != std::string::npos; }));
  tight.lift();
  EXPECT_EQ(client.udp.take(), std::nullopt);
  client.through_a();
}

TEST_F(StageService, ANewcomerWithoutADescriptorAtAllIsNamed) {
  if (ADDRESS_SANITIZER) GTEST_SKIP() << "the sanitizers need descriptors of their own";
  const SentToFile file(STDERR_FILENO);
  Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false});
  exchange(server, 0);
  ASSERT_TRUE(wait_until([&] { return server.idle(); }));
  Client client(server);
  const LowerLimit none(RLIMIT_NOFILE, 1);
  client.udp.send(wire::encode_a1(461), server.address());
  EXPECT_TRUE(wait_until([&] { return file.text().find(" id 461 turned away: ") != npos; }));
  none.lift();
  client.through_a();
}

TEST_F(StageService, AThreadThatCannotBeMadeCostsOneSession) {
  Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false});
  no_threads = true;
  Client client(server);
  const SentToFile log(STDERR_FILENO);
  client.udp.send(wire::encode_a1(461), server.address());
  client.udp.send({'x'}, server.address());
  // Datagrams are taken in order: the refused one came after the a1.
  ASSERT_TRUE(wait_until([&] { return log.text().find("refused: 1 bytes") != std::string::npos; }))
      << log.text();
  EXPECT_NE(log.text().find("turned away: there is no thread for it"), std::string::npos)
      << log.text();
  no_threads = false;
  exchange(server, 0);
}

TEST_F(StageService, WithoutMemoryOneSessionIsLostAndTheServiceGoesOn) {
  Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false});
  exchange(server, 0);
  const SentToFile log(STDERR_FILENO);
  no_memory = true;
  Client client(server);
  client.udp.send(wire::encode_a1(461), server.address());
  EXPECT_TRUE(wait_until([&] { return log.text().find("memory") != std::string::npos; }))
      << log.text();
  no_memory = false;
  exchange(server, 0);
}

TEST_F(StageService, AWaitThatFailsEndsASessionAndNotTheService) {
  Server server({loopback(net::Family::ipv4)}, {long_silence, 0, false});
  Client client(server);
  client.through_a();
  testing::internal::CaptureStderr();
  no_waits = true;
  // Both threads wake up, and both wait again.
  client.udp.send(client.b1(0), client.stage_b);
  client.udp.send({'x'}, server.address());
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("failed in stage b"), std::string::npos) << words;
  no_waits = false;
  exchange(server, 0);
}

}  // namespace
}  // namespace server
