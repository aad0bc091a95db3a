#include "net/address.hh"

#include <gtest/gtest.h>
#include <net/if.h>
#include <netdb.h>

#include <array>
#include <cerrno>
#include <future>
#include <string>

#include "net/error.hh"
#include "support/descriptors.hh"
#include "support/libc_call.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

// Never destroyed, since a resolver that was given up waits for it from a thread of its own.
std::promise<void>& patience_ends = *new std::promise<void>;

// "bücher.test", which the resolver knows only if it is told that there are other letters.
constexpr const char* in_other_letters = "b\u00fccher.test";
#ifndef AI_IDN
constexpr int AI_IDN = 0;
#endif

// One address of "twice.test", which stands in the resolver's answer twice.
sockaddr_in twice{};
std::array<addrinfo, 2> answer{};

}  // namespace

// The test's own resolver, for names below test; the other names are the system's.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  const std::string name = host;
  if (name.ends_with(".test") && (hints->ai_flags & AI_NUMERICHOST) != 0) return EAI_NONAME;
  if (name == "nowhere.test") return EAI_NONAME;
  if (name == "slow.test") {
    static const auto& end = *new std::shared_future<void>(patience_ends.get_future());
    end.wait();
    return EAI_AGAIN;
  }
  if (name == "broken.test") {
    errno = EMFILE;
    return EAI_SYSTEM;
  }
  if (name == "speechless.test") {
    errno = 0;
    return EAI_SYSTEM;
  }
  if (name == in_other_letters && (hints->ai_flags & AI_IDN) != AI_IDN) return EAI_NONAME;
  if (name == "twice.test" || name == in_other_letters) {
    twice.sin_family = AF_INET;
    twice.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (addrinfo& each : answer) {
      each.ai_addr = reinterpret_cast<sockaddr*>(&twice);
      each.ai_addrlen = sizeof twice;
    }
    answer[0].ai_next = &answer[1];
    *found = answer.data();
    return 0;
  }
  static const auto real = find_libc_call<decltype(getaddrinfo)>("getaddrinfo");
  return real(host, service, hints, found);
}
extern "C" void freeaddrinfo(addrinfo* list) __THROW {
  if (list == answer.data()) return;
  static const auto real = find_libc_call<void(addrinfo*)>("freeaddrinfo");
  real(list);
}

namespace net {
namespace {

Address numeric(const char* host, std::uint16_t port = 0) {
  return resolve(host, port, Family::any, {}).front();
}

Address link_local(unsigned scope) {
  constexpr std::array<std::uint8_t, 16> bytes{0xfe, 0x80, 0, 0, 0, 0, 0, 0,
                                               0,    0,    0, 0, 0, 0, 0, 1};
  return Address(bytes, 0, scope);
}

std::error_code error_of(const char* host, Deadline deadline = {}) {
  try {
    (void)resolve(host, 7, Family::any, deadline);
    return {};
  } catch (const std::system_error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("resolve " + std::string(host) + ": "));
    return error.code();
  }
}

TEST(Resolve, NamesTheFamilyThatWasAskedFor) {
  try {
    (void)resolve("127.0.0.1", 7, Family::ipv6, {});
    ADD_FAILURE() << "an IPv6 address";
  } catch (const std::system_error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("resolve 127.0.0.1 to an IPv6 address: "));
  }
}

TEST(Address, IsWrittenAsInAUrl) {
  EXPECT_EQ(numeric("192.0.2.1", 80).text(), "192.0.2.1:80");
  EXPECT_EQ(numeric("2001:db8::1", 80).text(), "[2001:db8::1]:80");
  EXPECT_EQ(numeric("2001:db8::1", 80).host(), "2001:db8::1");
}

TEST(Address, OfALinkNamesItsInterface) {
  char name[IF_NAMESIZE] = {};
  const bool named = if_indextoname(1, name) != nullptr;
  EXPECT_EQ(link_local(1).host(), std::string("fe80::1%") + (named ? name : "1"));
  EXPECT_EQ(link_local(4242).host(), "fe80::1%4242");
  EXPECT_EQ(link_local(4242).with_port(7).text(), "[fe80::1%4242]:7");
  EXPECT_EQ(link_local(4242).without_scope().host(), "fe80::1");
}

TEST(Address, IsOfTheSameHostWhateverThePort) {
  EXPECT_TRUE(numeric("192.0.2.1", 80).same_host(numeric("192.0.2.1", 81)));
  EXPECT_FALSE(numeric("192.0.2.1", 80) == numeric("192.0.2.1", 81));
  EXPECT_FALSE(numeric("192.0.2.1").same_host(numeric("192.0.2.2")));
  EXPECT_FALSE(numeric("2001:db8::1").same_host(numeric("2001:db8::2")));
  EXPECT_FALSE(numeric("::").same_host(numeric("0.0.0.0")));
  EXPECT_FALSE(numeric("0.0.0.0").same_host(numeric("::")));
  EXPECT_FALSE(link_local(1).same_host(link_local(2)));
}

// The system chooses whom it asks there.
TEST(Address, IsSettledByWhoAnswersForIt) {
  EXPECT_EQ(numeric("0.0.0.0", 7).settled_by(numeric("127.0.0.1", 8)), numeric("127.0.0.1", 7));
  EXPECT_EQ(numeric("::").settled_by(numeric("::1", 8)), numeric("::1"));
  EXPECT_EQ(link_local(0).settled_by(link_local(2)), link_local(2));
  for (const auto& [asked, answering] :
       std::vector<std::pair<Address, Address>>{{numeric("0.0.0.0"), numeric("127.0.0.2")},
                                                {numeric("0.0.0.0"), numeric("::1")},
                                                {numeric("::"), numeric("127.0.0.1")},
                                                {numeric("127.0.0.1"), numeric("127.0.0.1")},
                                                {link_local(0), link_local(0)},
                                                {link_local(1), link_local(2)},
                                                {numeric("fe80::2"), link_local(2)},
                                                {Address(), numeric("127.0.0.1")}}) {
    EXPECT_EQ(asked.settled_by(answering), asked) << asked.text() << answering.text();
  }
}

TEST(Resolve, NamesNoInterfaceWhereNoneIsMeant) {
  EXPECT_EQ(numeric("::1%1", 7), numeric("::1", 7));
  EXPECT_EQ(numeric("fe80::1%1").scope(), 1U);
}

TEST(Resolve, NamesEachAddressOnce) {
  EXPECT_EQ(resolve("twice.test", 7, Family::any, {}).size(), 1U);
}

// Whether char is signed, as on x86, or not, as on ARM.
TEST(Resolve, TellsTheResolverOfOtherLetters) {
  EXPECT_EQ(resolve(in_other_letters, 7, Family::any, {}).size(), 1U);
}

// Nor does a server listen there that listens to one family a socket.
TEST(Resolve, AnIPv4AddressInIPv6IsOneOfIPv4) {
  const auto found = resolve("::ffff:127.0.0.1", 7, Family::any, Deadline());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().text(), "127.0.0.1:7");
}

TEST(Resolve, TellsTheResolversOwnReason) {
  EXPECT_EQ(error_of("nowhere.test"), std::error_code(EAI_NONAME, name_resolution_category()));
  EXPECT_EQ(error_of("nowhere.test").message(), gai_strerror(EAI_NONAME));
  EXPECT_EQ(error_of("broken.test"), std::errc::too_many_files_open);
  EXPECT_EQ(error_of("speechless.test"), std::error_code(EAI_SYSTEM, name_resolution_category()));
}

TEST(Resolve, ANameIsNotUnknownForWantOfADescriptor) {
  if (ADDRESS_SANITIZER) GTEST_SKIP() << "the sanitizers need descriptors of their own";
  const LowerLimit none(RLIMIT_NOFILE, 1);
  EXPECT_EQ(error_of("nowhere.test"), std::errc::too_many_files_open);
  EXPECT_EQ(resolve("twice.test", 7, Family::any, {}).size(), 1U);
}

TEST(Resolve, IsGivenUpAtTheDeadlineHoweverLongTheResolverTakes) {
  EXPECT_EQ(error_of("slow.test", Deadline::after(1ms)), std::errc::timed_out);
  patience_ends.set_value();
  EXPECT_EQ(error_of("slow.test"), std::error_code(EAI_AGAIN, name_resolution_category()));
}

// As in a file of targets; the C functions would see 127.0.0.1 only.
TEST(Resolve, ANameWithAZeroByteIsNoOtherHost) {
  try {
    (void)resolve(std::string("127.0.0.1\0.example", 18), 7, Family::any, {});
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::error_code(EAI_NONAME, name_resolution_category()));
    EXPECT_EQ(std::string(error.what()),
              std::string("resolve 127.0.0.1\\x00...: ") + gai_strerror(EAI_NONAME));
  }
}

// As an unquoted pattern of the shell, or one for a whole network; glibc reads it as this host.
TEST(Resolve, AnAsteriskIsNoHost) {
  EXPECT_EQ(error_of("*"), std::error_code(EAI_NONAME, name_resolution_category()));
  EXPECT_FALSE(is_numeric("*"));
}

// To getaddrinfo(3) most of these are ports: 0, 0, 80, 80, 80.
TEST(Resolve, WhatIsNoPortIsNotTakenForAnother) {
  for (const char* port :
       {"", "65536", "65616", " 80", "+80", "-1", "80x", "*", "no-such-service"}) {
    try {
      (void)resolve("127.0.0.1", port, Family::any, {});
      ADD_FAILURE() << '"' << port << '"';
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::error_code(EAI_SERVICE, name_resolution_category()));
      const std::string what = error.what();
      EXPECT_TRUE(what.starts_with(std::string("find port \"") + port + "\": ")) << what;
    }
  }
  EXPECT_EQ(resolve("127.0.0.1", "65535", Family::any, {}).front().port(), 65535);
  EXPECT_EQ(resolve("127.0.0.1", "080", Family::any, {}).front().port(), 80);
}

TEST(Resolve, KnowsWhatNeedsNoResolver) {
  EXPECT_TRUE(is_numeric("192.0.2.1"));
  EXPECT_TRUE(is_numeric("2001:db8::1"));
  EXPECT_FALSE(is_numeric("nowhere.test"));
}

}  // namespace
}  // namespace net
