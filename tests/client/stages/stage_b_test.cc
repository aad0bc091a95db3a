// Stages a, b and c with a server that the test plays message by message.
#include <gtest/gtest.h>

#include <future>

#include "client/stages/stages.hh"
#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/listener.hh"
#include "net/sockaddr.hh"
#include "net/wait.hh"

namespace client {
namespace {

using namespace std::chrono_literals;
using Packet = std::vector<std::uint8_t>;

constexpr std::uint16_t id = 461;

net::Address loopback() { return *net::Address::parse("127.0.0.1"); }

Exchange exchange() {
  return {"a test server", {loopback()}, id, 1, net::Deadline::after(20s), Narrator(false)};
}

class PlayedServer : public testing::Test {
 protected:
  // Begins stage b; the client's first packet is on its way then.
  void begin(bool verbose = false) {
    AReply a{task_, net::local_address(udp_.get()),
             net::open_udp(net::Family::ipv4, net::LocalPort::any)};
    const net::Address any = loopback();
    ASSERT_EQ(net::bind_to(a.socket.get(), any), 0);
    Exchange asks = exchange();
    asks.narrator = Narrator(verbose);
    reply_ = std::async(std::launch::async, [asks = std::move(asks), a = std::move(a)]() mutable {
      return stage_b(asks, a);
    });
  }
  // The next packet of stage b that comes at a socket.
  Packet next(const net::FileDescriptor& socket) {
    Packet packet(2048);
    (void)net::wait_readable({socket.get()}, net::Deadline::after(20s));
    const auto datagram = net::receive_datagram(socket.get(), packet);
    EXPECT_TRUE(datagram);
    if (!datagram) return {};
    client_ = datagram->from;
    packet.resize(datagram->size);
    return packet;
  }
  void send(const Packet& packet) { send(packet, udp_); }
  void send(const Packet& packet, const net::FileDescriptor& from) {
    EXPECT_FALSE(net::send_datagram(from.get(), packet, client_));
  }
  void ack(std::uint32_t packet_id, const wire::A2& task) {
    send(wire::encode(wire::Ack{packet_id}, task.secret_a, id));
  }

  const net::FileDescriptor udp_ = std::move(*net::open_udp(loopback()));
  const wire::A2 task_{2, 5, net::local_address(udp_.get()).port(), 1001};
  const net::FileDescriptor other_udp_ = std::move(*net::open_udp(loopback()));
  // Another session, as a second a1 has opened it.
  const wire::A2 other_{3, 7, net::local_address(other_udp_.get()).port(), 2002};
  net::Address client_;
  std::future<BReply> reply_;
};

// No packet leaves for a broadcast address without leave.
TEST_F(PlayedServer, WhatCannotBeSentIsNoRefusal) {
  Exchange asks = exchange();
  asks.deadline = net::Deadline::after(50ms);
  const net::Address everybody = net::Address::parse("255.255.255.255")->with_port(9);
  AReply a{task_, everybody, net::open_udp(net::Family::ipv4, net::LocalPort::any)};
  try {
    (void)stage_b(asks, a);
    FAIL();
  } catch (const cli::Failure& failure) {
    const std::string words = failure.what();
    EXPECT_NE(words.find(": 0 packets sent, 0 acked; "), std::string::npos) << words;
    EXPECT_NE(words.find("; the last one could not be sent: "), std::string::npos) << words;
  }
}

// A long datagram of another program, or of another host, is no a2.
TEST_F(PlayedServer, AStrangersDatagramIsNoA2) {
  Exchange asks = exchange();
  asks.addresses = {net::local_address(udp_.get())};
  auto reply = std::async(std::launch::async, [&] { return stage_a(asks); });
  EXPECT_EQ(next(udp_), wire::encode_a1(id));
  send(Packet(40, 0), other_udp_);
  const auto far = net::open_udp(*net::Address::parse("127.0.0.2"));
  if (far) send(wire::encode_b1(wire::A2{9, 40, 4444, 7}, 5, id), *far);
  send(wire::encode(task_, id), other_udp_);  // some servers answer from another port
  EXPECT_EQ(reply.get().message.secret_a, task_.secret_a);
}

// Nor is it told as what the server itself has sent.
TEST_F(PlayedServer, AStrangersDatagramIsNamedAsOne) {
  for (const bool stranger : {false, true}) {
    Exchange asks = exchange();
    asks.deadline = net::Deadline::after(2s);
    const net::Address server = net::local_address(udp_.get());
    asks.addresses = {server};
    auto reply = std::async(std::launch::async, [&] { return stage_a(asks); });
    (void)next(udp_);
    send(Packet(5, 0), stranger ? other_udp_ : udp_);
    std::string words = server.text() + ": 5 bytes came, 28 expected";
    if (stranger) words += ", from " + net::local_address(other_udp_.get()).text();
    try {
      (void)reply.get();
      FAIL();
    } catch (const cli::Failure& failure) {
      EXPECT_TRUE(std::string(failure.what()).ends_with(words)) << failure.what();
    }
    while (net::wait_readable({udp_.get()}, net::Deadline::after({}))) (void)next(udp_);
  }
}

TEST_F(PlayedServer, ASecondA2BeforeAnyAckIsGoneOnWith) {
  begin();
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
  send(wire::encode(other_, id));
  for (std::uint32_t packet_id = 0; packet_id < 3; ++packet_id) {
    EXPECT_EQ(next(other_udp_), wire::encode_b1(other_, packet_id, id));
    send(wire::encode(wire::Ack{packet_id}, other_.secret_a, id), other_udp_);
  }
  send(wire::encode(wire::B2{4444, 3003}, other_.secret_a, id), other_udp_);
  const BReply reply = reply_.get();
  EXPECT_EQ(reply.message.secret_b, 3003U);
  EXPECT_EQ(reply.server.port(), 4444);
}

TEST_F(PlayedServer, ASecondA2AfterTheFirstAckIsPassedOver) {
  begin();
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
  ack(0, task_);
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id));
  send(wire::encode(other_, id));
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id)) << "the same packet again";
  ack(1, task_);
  send(wire::encode(wire::B2{4444, 3003}, task_.secret_a, id));
  EXPECT_EQ(reply_.get().message.secret_b, 3003U);
}

// Packet 0 would go out twice within 0.5 s, which some servers do not forgive.
TEST_F(PlayedServer, TheSameA2TwiceChangesNothing) {
  begin();
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
  send(wire::encode(task_, id));
  ack(0, task_);
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id));
  ack(1, task_);
  send(wire::encode(wire::B2{4444, 3003}, task_.secret_a, id));
  EXPECT_EQ(reply_.get().message.secret_b, 3003U);
}

TEST_F(PlayedServer, ASecondA2WithoutAPortIsPassedOver) {
  begin();
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
  send(wire::encode(wire::A2{3, 7, 0, 2002}, id));
  ack(0, task_);
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id));
  send(wire::encode(wire::B2{4444, 3003}, task_.secret_a, id));
  EXPECT_EQ(reply_.get().message.secret_b, 3003U);
}

// A packet that was sent may be there, though its ack was lost; one that was not sent is not.
TEST_F(PlayedServer, B2IsTooSoonOnlyBeforeAllPacketsAreSent) {
  for (const bool too_soon : {false, true}) {
    testing::internal::CaptureStderr();
    begin(true);
    EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
    if (!too_soon) {
      ack(0, task_);
      EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id));
    }
    send(wire::encode(wire::B2{4444, 3003}, task_.secret_a, id));
    EXPECT_EQ(reply_.get().message.secret_b, 3003U);
    const std::string said = testing::internal::GetCapturedStderr();
    const auto told = said.find("  deviation: b2 came when 1 of 2 packets had been sent\n");
    EXPECT_EQ(told != std::string::npos, too_soon) << said;
    EXPECT_EQ(said.find("deviation: b2") != std::string::npos, too_soon) << said;
    while (net::wait_readable({udp_.get()}, net::Deadline::after({}))) (void)next(udp_);
  }
}

// Another program on the server's host may hit this port: an a1 is as long as a b2.
TEST_F(PlayedServer, AStrangersDatagramThatIsNoAnswerIsPassedOver) {
  begin();
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
  send(wire::encode_a1(id), other_udp_);
  ack(0, task_);
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id));
  send(wire::encode(wire::B2{4444, 3003}, task_.secret_a, id));
  EXPECT_EQ(reply_.get().message.secret_b, 3003U);
}

// On another host nobody is believed but who knows secretA.
TEST_F(PlayedServer, AnotherHostNeedsTheSecret) {
  const auto far = net::open_udp(*net::Address::parse("127.0.0.2"));
  if (!far) GTEST_SKIP() << "no second loopback address";
  begin();
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 0, id));
  send(wire::encode(wire::B2{5555, 9}, task_.secret_a + 1, id), *far);
  send(wire::encode(other_, id + 1), *far);
  ack(0, task_);
  EXPECT_EQ(next(udp_), wire::encode_b1(task_, 1, id));
  send(wire::encode(wire::B2{4444, 3003}, task_.secret_a, id), *far);
  EXPECT_EQ(reply_.get().message.secret_b, 3003U);
}

// The first connection is as one whose last segment of the handshake was lost: nobody speaks there.
TEST(StageC, BesideAConnectionThatIsSilentAnotherIsTried) {
  const net::Listener listener = std::move(net::listen_on({loopback()}, {SOCK_STREAM}).front());
  auto reply = std::async(std::launch::async, [&] {
    return stage_c(exchange(), {{listener.address.port(), 3003}, listener.address});
  });
  const net::FileDescriptor silent = net::accept_tcp(listener.socket.get()).socket;
  net::Stream second(net::accept_tcp(listener.socket.get()).socket);
  EXPECT_EQ(
      second.send_all(wire::encode(wire::C2{1, 2, 4004, 'c'}, 3003, id), net::Deadline::after(20s))
          .ending,
      net::Ending::full);
  EXPECT_EQ(reply.get().message.secret_c, 4004U);
}

// A server that listens and accepts late has two connections then, of which it takes one; and many
// stop listening before they speak, which resets the other.
TEST(StageC, AConnectionThatTheServerEndsDoesNotStopTheOther) {
  for (const bool first : {true, false}) {
    net::Listener listener = std::move(net::listen_on({loopback()}, {SOCK_STREAM}).front());
    auto reply = std::async(std::launch::async, [&, server = listener.address] {
      return stage_c(exchange(), {{server.port(), 3003}, server});
    });
    net::FileDescriptor taken = net::accept_tcp(listener.socket.get()).socket;
    ASSERT_TRUE(net::wait_readable({listener.socket.get()}, net::Deadline::after(20s)));
    if (!first) taken = net::accept_tcp(listener.socket.get()).socket;
    listener.socket.reset();
    EXPECT_EQ(reply.wait_for(100ms), std::future_status::timeout);
    EXPECT_EQ(
        net::Stream(std::move(taken))
            .send_all(wire::encode(wire::C2{1, 2, 4004, 'c'}, 3003, id), net::Deadline::after(20s))
            .ending,
        net::Ending::full);
    EXPECT_EQ(reply.get().message.secret_c, 4004U);
  }
}

}  // namespace
}  // namespace client
