#include "traceroute/lookup/lookup_cache.hh"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <new>

#include "net/wait.hh"
#include "support/virtual_path.hh"
#include "wire/bytes.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

// Waits for the answer to come.
std::string await(LookupCache& lookups, const net::Address& asked) {
  while (true) {
    lookups.clear();
    if (const auto answer = lookups.answer(asked)) return *answer;
    net::wait_readable({lookups.fd()}, lookups.deadline());
  }
}

TEST(LookupCache, AskEachAddressOnce) {
  std::atomic<int> asked = 0;
  LookupCache lookups(
      [&](const net::Address& a) {
        ++asked;
        return "name of " + a.host();
      },
      1h);
  for (int i = 0; i < 10; ++i) lookups.ask(address(1));
  EXPECT_EQ(await(lookups, address(1)), "name of 192.0.2.1");
  lookups.ask(address(1));
  EXPECT_EQ(await(lookups, address(1)), "name of 192.0.2.1");
  EXPECT_EQ(asked, 1);
}

// As by --watch, whose name server was away at its beginning.
TEST(LookupCache, OneWithoutAnAnswerIsAskedAgainAfterAWhile) {
  std::atomic<int> asked = 0;
  LookupCache lookups(
      [&](const net::Address&) -> std::string { return ++asked == 1 ? "" : "found"; }, 1ms);
  const auto late = net::Deadline::after(20s);
  while (lookups.answer(address(1)) != "found" && !late.passed()) {
    lookups.clear();
    net::wait_readable({lookups.fd()}, net::Deadline::after(50ms));
  }
  EXPECT_EQ(lookups.answer(address(1)), "found");
  EXPECT_EQ(asked, 2);
}

TEST(LookupCache, ALookupThatLacksMemoryIsAnsweredAsOneWithoutName) {
  LookupCache lookups([](const net::Address&) -> std::string { throw std::bad_alloc(); }, 1h);
  lookups.ask(address(1));
  EXPECT_EQ(await(lookups, address(1)), "");
}

TEST(LookupCache, AllRunAtOnce) {
  // Nobody gets on before all are there.
  auto together = std::make_shared<std::latch>(20);
  LookupCache lookups(
      [together](const net::Address& a) {
        together->arrive_and_wait();
        return a.host();
      },
      1h);
  for (int i = 1; i <= 20; ++i) lookups.ask(address(i));
  for (int i = 1; i <= 20; ++i) EXPECT_EQ(await(lookups, address(i)), address(i).host());
}

TEST(LookupCache, MoreThanTheThreadsWaitForTheirTurn) {
  LookupCache lookups([](const net::Address& a) { return a.host(); }, 1h, 2);
  for (int i = 1; i <= 100; ++i) lookups.ask(address(i));
  for (int i = 1; i <= 100; ++i) EXPECT_EQ(await(lookups, address(i)), address(i).host());
}

net::Address numbered(std::uint32_t number) {
  return net::Address(wire::Writer().u32(0x0a000000 + number).done());
}

TEST(LookupCache, TheOldestOfVeryManyIsForgottenAndAskedAgain) {
  std::atomic<int> asked = 0;
  LookupCache lookups(
      [&](const net::Address& a) {
        if (a.same_host(numbered(0))) ++asked;
        return std::string("x");
      },
      1h, 2);
  EXPECT_EQ(await(lookups, numbered(0)), "x");
  for (std::uint32_t i = 1; i <= 32768; ++i) lookups.ask(numbered(i));
  EXPECT_EQ(await(lookups, numbered(0)), "x");
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(await(lookups, numbered(32768)), "x");  // all threads are idle then, or soon
}

TEST(LookupCache, OneThatHangsIsGivenUpAtItsDeadlineAndLeftBehind) {
  auto never = std::make_shared<std::latch>(2);
  {
    LookupCache lookups(
        [never](const net::Address&) {
          never->arrive_and_wait();
          return std::string("too late");
        },
        0s);
    lookups.ask(address(1));
    EXPECT_EQ(lookups.answer(address(1)), "");
    EXPECT_TRUE(lookups.deadline().never());
  }
  never->arrive_and_wait();  // it ends after its owner, and harms nothing
}

}  // namespace
}  // namespace traceroute
