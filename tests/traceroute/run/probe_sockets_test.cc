// Sockets to probe by, on a machine that lacks an address family.
#include "traceroute/run/probe_sockets.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "cli/program.hh"
#include "net/datagram_notes.hh"
#include "net/socket.hh"
#include "support/libc_call.hh"
#include "support/needs_ipv6.hh"
#include "traceroute/lookup/resolver.hh"
#include "traceroute/notes.hh"
#include "traceroute/run/destination.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

int lacking_family = -1, lack = 0;  // for which errno says that it cannot be had
bool no_names = false;              // of sockets

}  // namespace

// The test's own body of what the library calls.
extern "C" int socket(int family, int type, int protocol) __THROW {
  if (lack != 0 && (family == lacking_family || lacking_family < 0)) {
    errno = lack;
    return -1;
  }
  static const auto real = find_libc_call<int(int, int, int)>("socket");
  // Not everybody may have a ping socket.
  constexpr int kind = 0xf;  // of a type, beside its flags
  const bool ping = (type & kind) == SOCK_DGRAM && protocol == IPPROTO_ICMP;
  return real(family, type, ping ? 0 : protocol);
}
extern "C" int getsockname(int fd, sockaddr* name, socklen_t* size) __THROW {
  if (no_names) {
    errno = ENOBUFS;
    return -1;
  }
  static const auto real = find_libc_call<int(int, sockaddr*, socklen_t*)>("getsockname");
  return real(fd, name, size);
}

namespace traceroute {
namespace {

class ProbeSockets : public testing::Test {
 protected:
  ~ProbeSockets() override {
    lack = 0;
    no_names = false;
  }

  static void lose(int family, int error) {
    lacking_family = family;
    lack = error;
  }
};

TEST_F(ProbeSockets, OneFamilyThatCannotBeHadDoesNotTakeTheOtherAlong) {
  Options options;
  options.plan.name = "example.net";
  for (const int error : {EAFNOSUPPORT, EACCES, ENOBUFS}) {
    lose(AF_INET6, error);
    auto sockets = open_probe_sockets(options);
    ASSERT_EQ(sockets.all.size(), 1U) << error;
    EXPECT_EQ(sockets.all.front()->socket.family(), net::Family::ipv4);
    lose(AF_INET, error);
    sockets = open_probe_sockets(options);
    ASSERT_EQ(sockets.all.size(), 1U) << error;
    EXPECT_EQ(sockets.all.front()->socket.family(), net::Family::ipv6);
    EXPECT_EQ(sockets.refused, net::Family::ipv4);
    Plan plan;
    plan.destination = *net::Address::parse("127.0.0.1");
    try {
      sockets.towards(plan, options);
      FAIL();
    } catch (const cli::Failure& failure) {
      EXPECT_EQ(std::string(failure.what()).find("send to 127.0.0.1: "), 0U) << failure.what();
      const bool told = std::string(failure.what()).find(std::strerror(error)) != std::string::npos;
      EXPECT_TRUE(told || error == EACCES) << failure.what();  // which has words of its own
    }
  }
}

// -6 ::ffff:127.0.0.1, which is an IPv4 address.
TEST_F(ProbeSockets, OfTheFamilyThatNobodyAskedForThatIsTold) {
  NEEDS_IPV6();
  Options options;
  options.family = net::Family::ipv6;
  auto sockets = open_probe_sockets(options);
  Plan plan;
  plan.destination = addresses_of("::ffff:127.0.0.1", options.family).front();
  try {
    sockets.towards(plan, options);
    FAIL();
  } catch (const cli::Failure& failure) {
    EXPECT_STREQ(failure.what(), "send to 127.0.0.1: not of the family that was asked for");
  }
}

TEST_F(ProbeSockets, WithoutAnyTheFirstReasonIsTold) {
  Options options;
  options.plan.name = "example.net";
  lose(-1, EMFILE);
  try {
    open_probe_sockets(options);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EMFILE);
  }
}

// A watch goes on through a moment without descriptors.
TEST_F(ProbeSockets, WhereOurAddressCannotBeKnownThereIsNone) {
  const net::Address here = *net::Address::parse("127.0.0.1");
  EXPECT_TRUE(net::source_towards(here)->same_host(here));
  for (const int error : {ENFILE, EMFILE, ENOBUFS, EAFNOSUPPORT}) {
    lose(-1, error);
    EXPECT_EQ(net::source_towards(here), std::nullopt) << error;
  }
}

// Whoever sends from any address changes none: a router that quotes ours tells of no translator.
TEST_F(ProbeSockets, AnyAddressIsNotTheOneThatPacketsBear) {
  Options options;
  options.plan.name = options.source = "0.0.0.0";
  auto sockets = open_probe_sockets(options);
  Plan plan;
  plan.destination = *net::Address::parse("127.0.0.1");
  sockets.towards(plan, options);
  ASSERT_TRUE(plan.source);
  EXPECT_EQ(plan.source->host(), "127.0.0.1");
}

TEST_F(ProbeSockets, APingSocketWhoseIdCannotBeKnownFailsOneDestination) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body has no ping sockets";
  ProbeSocket socket(net::Family::ipv4, ProbeWay::ping, {});
  Prober prober(socket, 1);
  Notes notes;
  const std::array probes{notes.add()};
  no_names = true;
  const auto failed = prober.try_send(notes, probes);
  EXPECT_EQ(failed.error.value(), ENOBUFS);
  EXPECT_EQ(failed.count, 0U);
  no_names = false;
  const auto tried = prober.try_send(notes, probes);
  EXPECT_NE(tried.error.value(), ENOBUFS) << "it is not asked again";
}

TEST_F(ProbeSockets, AMomentWithoutDescriptorsIsNoLackOfARoute) {
  NEEDS_IPV6();
  const std::vector addresses{*net::Address::parse("127.0.0.1"), *net::Address::parse("::1")};
  for (const int error : {ENFILE, EMFILE, ENOBUFS, ENOMEM}) {
    lose(AF_INET, error);
    EXPECT_EQ(choose("x", addresses, {}).host(), "127.0.0.1") << error;
  }
  lose(AF_INET, EAFNOSUPPORT);
  EXPECT_EQ(choose("x", addresses, {}).host(), "::1");
}

}  // namespace
}  // namespace traceroute
