#include "traceroute/lookup/resolver.hh"

#include <gtest/gtest.h>
#include <netdb.h>

#include <latch>
#include <string>

#include "net/wait.hh"
#include "support/thread_shortage.hh"

namespace {

std::latch slow{1};

}  // namespace

// The test's own resolver, for names below test; the other names are the system's.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  const std::string name = host;
  if (name.ends_with(".test") && (hints->ai_flags & AI_NUMERICHOST) == 0) {
    if (name == "slow.test") slow.wait();
    return EAI_AGAIN;
  }
  static const auto real = find_libc_call<decltype(getaddrinfo)>("getaddrinfo");
  return real(host, service, hints, found);
}

namespace traceroute {
namespace {

Resolved await(Resolver& resolver) {
  while (true) {
    if (auto resolved = resolver.next()) return *resolved;
    net::wait_readable({resolver.fd()}, {});
  }
}

TEST(Resolver, ASlowNameHoldsNoOtherUp) {
  Resolver resolver(net::Family::any);
  resolver.ask("slow.test");
  resolver.ask("127.0.0.1");
  resolver.ask("nowhere.test");
  const Resolved first = await(resolver);
  EXPECT_EQ(first.name, "127.0.0.1");
  ASSERT_EQ(first.addresses.size(), 1U);
  EXPECT_EQ(first.addresses[0].host(), "127.0.0.1");
  const Resolved second = await(resolver);
  EXPECT_EQ(second.name, "nowhere.test");
  EXPECT_TRUE(second.addresses.empty());
  EXPECT_NE(second.error.find("resolve nowhere.test: "), std::string::npos) << second.error;
  EXPECT_EQ(resolver.waiting(), 1U);
  EXPECT_FALSE(resolver.next());
  slow.count_down();
  EXPECT_EQ(await(resolver).name, "slow.test");
  EXPECT_EQ(resolver.waiting(), 0U);
}

TEST(Resolver, ANumberNeedsNoThreadAndANameWithoutOneIsToldSo) {
  Resolver resolver(net::Family::any);
  threads_left = 0;
  resolver.ask("127.0.0.1");
  resolver.ask("nowhere.test");
  threads_left = all_threads;
  const auto number = resolver.next();
  ASSERT_TRUE(number);
  EXPECT_EQ(number->addresses.size(), 1U) << number->error;
  const auto name = resolver.next();
  ASSERT_TRUE(name);
  EXPECT_EQ(name->error, "resolve nowhere.test: no thread to be had");
}

}  // namespace
}  // namespace traceroute
