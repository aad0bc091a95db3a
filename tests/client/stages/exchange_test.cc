// What comes after c2: what counts as d2.
#include "client/stages/exchange.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace client {
namespace {

using Packet = std::vector<std::uint8_t>;

// What comes in one piece after c2, or after its first 25 bytes.
AfterC2 after_receiving(const Packet& sent, wire::Bytes c2 = {}) {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  net::Stream ours{net::FileDescriptor(ends[0])}, theirs{net::FileDescriptor(ends[1])};
  const auto deadline = net::Deadline::after(std::chrono::seconds(20));
  EXPECT_EQ(theirs.send_all(sent, deadline).ending, net::Ending::full);
  AfterC2 after(c2);
  EXPECT_TRUE(after.receive(ours, deadline));
  return after;
}

bool has_d2(const Packet& sent) { return after_receiving(sent).has_d2(); }

TEST(AfterC2, WhatHasTheSizeOfD2IsOneWhateverItsHeader) {
  EXPECT_FALSE(has_d2(Packet(15, 1)));
  EXPECT_TRUE(has_d2(Packet(16, 1)));
  EXPECT_TRUE(has_d2(Packet(23, 1))) << "padded, and with 4 bytes too many";
}

// As where a server counts one message too few.
TEST(AfterC2, D2ThatComesBeforeTheLastMessageIsNoPadding) {
  const Packet d2 = wire::encode(wire::D2{4004}, 3003, 461);
  for (const std::size_t size : {25U, 28U, 32U}) {
    Packet c2 = wire::encode(wire::C2{3, 6, 3003, 'c'}, 2002, 461);
    c2.resize(size);
    AfterC2 after = after_receiving(d2, c2);
    after.end_padding();
    EXPECT_TRUE(after.has_d2()) << size;
  }
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
