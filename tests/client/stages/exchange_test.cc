// What comes after c2: what counts as d2.
#include "client/stages/exchange.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace client {
namespace {

using Packet = std::vector<std::uint8_t>;

bool has_d2(const Packet& sent) {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  net::Stream ours{net::FileDescriptor(ends[0])}, theirs{net::FileDescriptor(ends[1])};
  const auto deadline = net::Deadline::after(std::chrono::seconds(20));
  EXPECT_EQ(theirs.send_all(sent, deadline).ending, net::Ending::full);
  AfterC2 after;
  EXPECT_TRUE(after.receive(ours, deadline));
  return after.has_d2();
}

TEST(AfterC2, WhatHasTheSizeOfD2IsOneWhateverItsHeader) {
  EXPECT_FALSE(has_d2(Packet(15, 1)));
  EXPECT_TRUE(has_d2(Packet(16, 1)));
  EXPECT_TRUE(has_d2(Packet(23, 1))) << "padded, and with 4 bytes too many";
}

// A server may say in words why it gives no d2.
TEST(AfterC2, ATextIsNoD2) {
  EXPECT_FALSE(has_d2(Packet(24, 1)));
  for (const std::string text : {"wrong d1 padding", "d1: data byte 0 is ä"}) {
    EXPECT_FALSE(has_d2({text.begin(), text.end()})) << text;
  }
  Packet d2 = wire::encode(wire::D2{4004}, 3003, 461);
  d2.resize(200);
  EXPECT_TRUE(has_d2(d2)) << "its header is right";
}

}  // namespace
}  // namespace client
