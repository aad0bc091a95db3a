// How client -c makes its checks: what is right is not accused, however few sessions, how late or
// how much of it.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <future>
#include <iterator>
#include <map>
#include <new>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "client/check/run.hh"
#include "net/datagram.hh"
#include "net/wait.hh"
#include "support/libc_call.hh"
#include "support/scripted/needs_descriptors.hh"
#include "support/scripted/server.hh"

namespace {

thread_local bool no_memory = false;
std::atomic<std::size_t> max_memory = 0;  // asked for at once
std::atomic<int> receipts_to_fail = 0, receipt_error = EAGAIN;
thread_local std::chrono::milliseconds held_up{0};  // before its next receipt

}  // namespace

#if !ADDRESS_SANITIZER
// Not inline: g++ would see malloc and free, but not that they belong together.
[[gnu::noinline]] void* operator new(std::size_t size) {
  for (auto max = max_memory.load(); size > max;) max_memory.compare_exchange_weak(max, size);
  void* const memory = no_memory ? nullptr : std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

// The test's own body of what the library calls.
extern "C" ssize_t recvmsg(int fd, msghdr* message, int flags) {
  std::this_thread::sleep_for(std::exchange(held_up, std::chrono::milliseconds(0)));
  if (receipts_to_fail == 0) return syscall(SYS_recvmsg, fd, message, flags);
  --receipts_to_fail;
  errno = receipt_error;
  return -1;
}

namespace client {
namespace {

NEEDS_DESCRIPTORS(256);

using namespace std::chrono_literals;
using scripted::Ways;
using Kind = Result::Kind;

std::vector<Check> checks_where(const std::function<bool(std::size_t number)>& chosen) {
  std::vector<Check> checks;
  for (const CheckGroup& group : all_checks()) {
    std::ranges::copy_if(group.checks, std::back_inserter(checks),
                         [&](const Check& check) { return chosen(check.number); });
  }
  return checks;
}

// The results by the numbers of the checks.
std::map<std::size_t, Result> make(const Ways& ways, const std::vector<Check>& checks,
                                   std::size_t jobs = 64) {
  const scripted::Server server(ways);
  Target target{.address = server.address(), .student_id = 461};
  CheckRun run(target, checks, jobs);
  std::map<std::size_t, Result> results;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const auto result = run.wait_for(i, [](std::size_t) {});
    EXPECT_TRUE(result) << checks[i].number;
    if (result) results[checks[i].number] = *result;
  }
  return results;
}

TEST(CheckRun, OnlyAsManySessionsAreLeftHalfWayAsTheServerHasRoomFor) {
  const auto results = make({.name = "RoomForTwenty", .max_sessions = 20},
                            checks_where([](std::size_t number) { return number == 503; }));
  EXPECT_EQ(results.at(503).kind, Kind::holds) << results.at(503).seen;
}

// More than a check sends is no fault; a number with a well-known cause is told once.
TEST(CheckRun, NumbersThatAreTooLargeAreToldOnce) {
  const std::set<std::size_t> some{201, 202, 203, 222, 301, 302, 401, 409, 502};
  const auto chosen = checks_where([&](std::size_t number) { return some.contains(number); });
  const auto failures = [&](const Ways& ways) {
    std::vector<std::string> seen;
    for (const auto& [number, result] : make(ways, chosen)) {
      if (!result.ok()) seen.push_back(std::to_string(number) + ": " + result.seen);
    }
    return seen;
  };
  using Seen = std::vector<std::string>;
  EXPECT_EQ(failures({.name = "ManyPackets", .num = 20'000, .len = 0}), Seen{});
  EXPECT_EQ(failures({.name = "LongMessages", .num2 = 30, .len2 = 60'000}), Seen{});
  EXPECT_EQ(failures({.name = "LittleEndianNum", .num = 0x04000000}),
            Seen{"201: a2 asks for 67108864 packets of 5 bytes: 4 in little-endian byte order?"});
  EXPECT_EQ(failures({.name = "LittleEndianNum2", .num2 = 0x03000000}),
            Seen{"301: c2 asks for 50331648 messages of 6 bytes: 3 in little-endian byte order?"});
}

// Not even what cannot be sent to that port is made.
TEST(CheckRun, WhatAServerAsksForTakesNoMemoryBeyondABound) {
  if (ADDRESS_SANITIZER) GTEST_SKIP() << "the sanitizer has memory of its own";
  Ways ways{.name = "All0xff"};
  ways.change = [](const std::string& name, scripted::Packet& packet) {
    if (name == "a2") std::fill(packet.begin() + 12, packet.end(), 0xff);
  };
  max_memory = 0;
  const auto results =
      make(ways, checks_where([](std::size_t number) { return number >= 228 && number <= 242; }));
  EXPECT_LT(max_memory, std::size_t{16} * 1024 * 1024);
  EXPECT_EQ(results.at(228).seen,
            "the check could not be made: a2: udp_port 4294967295, 1 to 65535 expected");
}

// They are made at the end once more, one after the other.
TEST(CheckRun, WantOfDescriptorsHereIsNoFaultOfTheServer) {
  std::atomic<int> failures = 1;
  const auto fail = [](int error) {
    throw std::system_error(error, std::generic_category(), "open a socket");
  };
  const std::vector<Check> checks{
      {101, "for a moment", wire::Rule::size, "",
       [&](Trial&) {
         if (failures-- > 0) fail(EMFILE);
       }},
      {102, "always", wire::Rule::size, "", [&](Trial&) { fail(ENFILE); }},
      {103, "another reason", wire::Rule::size, "", [&](Trial&) { fail(EACCES); }}};
  const auto results = make({.name = "Right"}, checks);
  EXPECT_EQ(results.at(101).kind, Kind::holds) << results.at(101).seen;
  EXPECT_EQ(results.at(102).kind, Kind::skipped);
  EXPECT_EQ(results.at(102).seen, "open a socket: Too many open files in system");
  EXPECT_EQ(results.at(103).kind, Kind::not_made);
}

// Not even why can be told then.
TEST(CheckRun, WantOfMemoryForGoodEndsAllChecks) {
  if (ADDRESS_SANITIZER) GTEST_SKIP() << "the sanitizer has memory of its own";
  const scripted::Server server(Ways{.name = "Right"});
  Target target{.address = server.address()};
  const std::vector<Check> checks{{101, "for good", wire::Rule::size, "", [](Trial& trial) {
                                     trial.sent = "what does not fit into a short string";
                                     no_memory = true;
                                     throw std::bad_alloc();
                                   }}};
  CheckRun run(target, checks, 2);
  EXPECT_THROW((void)run.wait_for(0, [](std::size_t) {}), std::bad_alloc);
}

// No packet leaves for a broadcast address without leave.
TEST(CheckSession, WhatCannotBeSentIsNoSilenceOfTheServer) {
  Target target{.address = net::Address::parse("255.255.255.255")->with_port(9), .student_id = 461};
  Trial trial{target, 0, net::Deadline::after(20s)};
  EXPECT_THROW(CheckSession(trial).send_a1(), std::system_error);
  EXPECT_THROW(CheckSession(trial).open(), std::system_error);
  EXPECT_THROW(CheckSession(trial).send_wrong({}, 9, "nothing"), std::system_error);
  EXPECT_EQ(target.unanswered, 0);
}

// In vain as for a datagram whose checksum is wrong; or by a fault of this machine.
TEST(CheckSession, ASocketThatWasReadableInVainIsNoAnswerAndOneThatFailsNoSilence) {
  const net::FileDescriptor server = std::move(*net::open_udp(*net::Address::parse("127.0.0.1")));
  Target target{.address = net::local_address(server.get())};
  Trial trial{target, 0, net::Deadline::after(20s)};
  CheckSession session(trial);
  session.send_a1();
  std::vector<std::uint8_t> buffer(100);
  ASSERT_TRUE(net::wait_readable({server.get()}, net::Deadline::after(20s)));
  const auto client = net::receive_datagram(server.get(), buffer)->from;
  EXPECT_FALSE(net::send_datagram(server.get(), buffer, client));
  receipts_to_fail = 2;  // the datagrams, and the errors
  EXPECT_EQ(session.take(net::Deadline::after(20s)), CheckSession::Event::nothing);
  receipt_error = ENOMEM;
  receipts_to_fail = 3;  // the datagrams once more
  EXPECT_THROW((void)session.take(net::Deadline::after(20s)), std::system_error);
  receipts_to_fail = 2;  // for a moment
  EXPECT_EQ(session.take(net::Deadline::after(20s)), CheckSession::Event::other);
}

TEST(CheckRun, TheLongestDatagramIsSent) {
  const auto results = make({.name = "LongestPackets", .num = 2, .len = 65'488},
                            checks_where([](std::size_t number) { return number == 201; }));
  EXPECT_EQ(results.at(201).kind, Kind::holds) << results.at(201).seen;
}

// What is sent alone is answered soon, and what is sent together is not, the last one first.
TEST(CheckRun, AServerThatIsSlowByChanceTakesNoA1AfterTheOther) {
  const net::FileDescriptor server = std::move(*net::open_udp(*net::Address::parse("127.0.0.1")));
  std::atomic<bool> over = false;
  auto served = std::async(std::launch::async, [&] {
    std::vector<std::uint8_t> buffer(100);
    std::vector<net::Address> waiting;
    while (!over) {
      const auto quiet = net::Deadline::after(waiting.size() < 2 ? 50ms : 250ms);
      if (net::wait_readable({server.get()}, quiet)) {
        const auto a1 = net::receive_datagram(server.get(), buffer);
        if (a1 && !a1->error) waiting.push_back(a1->from);
        continue;
      }
      for (; !waiting.empty(); waiting.pop_back()) {
        const auto a2 = wire::encode(wire::A2{1, 2, 3, 4}, 461);
        (void)net::send_datagram(server.get(), a2, waiting.back());
      }
    }
  });
  Target target{.address = net::local_address(server.get()), .student_id = 461};
  const std::vector<Check> none;
  const CheckRun run(target, none, 64);
  over = true;
  served.get();
  EXPECT_FALSE(target.one_after_the_other);
}

// An a1 that waits behind those of other sessions is no sign of a dead server.
TEST(CheckRun, APoolOfWorkersIsNotOverrun) {
  const auto results = make({.name = "PoolOfFour", .a1_delay = 700ms, .a1_workers = 4},
                            checks_where([](std::size_t number) { return number < 225; }));
  for (const auto& [number, result] : results) EXPECT_TRUE(result.ok()) << number << result.seen;
}

// Its a2 may be seen late, which makes the next one seem too soon.
TEST(CheckRun, AServerThatServesOneClientAtATimeIsNamed) {
  Ways waits{.name = "OneClient"}, locks{.name = "OneInStageB"}, ends{.name = "NewestClient"},
      of_id{.name = "NewestOfId"};
  waits.one_client = locks.one_in_stage_b = ends.newest_client = of_id.newest_of_id = true;
  for (const auto& [ways, words] :
       {std::pair{waits, "it answered an a1 only when the session before was over"},
        std::pair{locks, "it acked a packet only when the session before was over"},
        std::pair{ends, "another a1 ended a session that was answered when it was alone"},
        std::pair{of_id,
                  "another a1 ended a session that was answered when it was alone, but not one of "
                  "another student_id"}}) {
    held_up = ways.one_client ? 600ms : 0ms;
    const scripted::Server server(ways);
    Target target{.address = server.address(), .student_id = 461};
    const std::vector<Check> checks = checks_where([](std::size_t number) { return number < 106; });
    CheckRun run(target, checks, 64);
    EXPECT_FALSE(run.wait_for(0, [](std::size_t) {}));
    EXPECT_EQ(target.one_client, words);
    EXPECT_FALSE(target.dead);
  }
}

// One after the other, all other checks hold.
TEST(CheckRun, AServerThatEndsTheSessionBeforeFailsSixteenAtOnce) {
  Ways ends{.name = "NewestClient", .newest_client = true};
  const auto results =
      make(ends, checks_where([](std::size_t number) { return number == 502; }), 1);
  EXPECT_EQ(results.at(502).kind, Kind::broken);
  EXPECT_EQ(results.at(502).sent, "14 other a1s, and then packet_id 0");
}

}  // namespace
}  // namespace client
