#include "traceroute/lookup/address_info.hh"

#include <gtest/gtest.h>
#include <netdb.h>

#include <cstring>
#include <deque>
#include <latch>

#include "net/wait.hh"
#include "support/virtual_path.hh"
#include "traceroute/run/output.hh"

namespace {

std::latch named{1};  // until then nobody has a name

}  // namespace

// The test's own resolver.
extern "C" int getnameinfo(const sockaddr*, socklen_t, char* name, socklen_t, char*, socklen_t,
                           int) {
  named.wait();
  std::strcpy(name, "r1.example.net");
  return 0;
}

namespace traceroute {
namespace {

using namespace std::chrono_literals;

Hop hop(int ttl) {
  Probe probe{ttl, 60, 1s};
  probe.reply = reply_of({Verdict::router, 0ms, ttl}, 1005ms);
  return {ttl, {probe}};
}

TEST(TakeLines, ALineWaitsForItsNamesAndThoseBehindItForTheLine) {
  std::string early = "x";
  // Half a second is all that is waited for: on a busy machine that may have passed at once.
  for (int attempt = 0; attempt < 20 && !early.empty(); ++attempt) {
    AddressInfo info(Style{});
    std::deque<Hop> hops;
    info.expect(address(1));
    hops.push_back(hop(1));
    hops.push_back({2, {Probe{2, 60, 1s}}});  // nothing to wait for
    early = take_lines(hops, info);
    EXPECT_EQ(hops.empty(), !early.empty());
  }
  EXPECT_EQ(early, "");
}

TEST(TakeLines, TellsTheLinesInOrderOnceTheirNamesAreThere) {
  AddressInfo info(Style{});
  std::deque<Hop> hops;
  info.expect(address(1));
  hops.push_back(hop(1));
  hops.push_back({2, {Probe{2, 60, 1s}}});
  named.count_down();
  while (!info.knows(address(1))) {
    const auto [names, origins] = info.fds();
    net::wait_readable({names, origins}, info.deadline());
    (void)info.has_news();
  }
  const std::string lines = take_lines(hops, info);
  EXPECT_TRUE(lines.starts_with(" 1  ")) << lines;
  EXPECT_TRUE(lines.ends_with("\n 2  *\n")) << lines;
  EXPECT_TRUE(hops.empty());
}

TEST(AddressInfo, WhatIsNotShownIsNotWaitedFor) {
  Style style;
  style.numeric = true;
  AddressInfo info(style);
  EXPECT_TRUE(info.knows(address(1)));
  EXPECT_TRUE(info.is_ready(hop(1)));
}

}  // namespace
}  // namespace traceroute
