// A server under test and right clients for it, in pieces, so that a test can leave the right path
// anywhere.
#pragma once

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <thread>

#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/listener.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "net/wait.hh"
#include "server/stages/stage_service.hh"
#include "support/wait_until.hh"
#include "wire/packets.hh"

namespace server {

using namespace std::chrono_literals;
using wire::Packet;
using wire::resized;
using wire::with;

inline net::Address loopback(net::Family family) {
  return *net::Address::parse(family == net::Family::ipv6 ? "::1" : "127.0.0.1");
}

// A server of its own for each test.
class Server {
 public:
  explicit Server(std::chrono::milliseconds silence, unsigned loss_percent = 0,
                  std::size_t sessions = 100, net::Family family = net::Family::ipv4,
                  std::optional<std::uint64_t> exercise_seed = std::nullopt)
      : Server({loopback(family)}, StageRules{silence, loss_percent, false, exercise_seed},
               sessions) {}
  Server(const std::vector<net::Address>& addresses, const StageRules& rules,
         std::size_t sessions = 100)
      : pool(sessions, 256 * 1024),
        listeners_(net::listen_on(addresses, {SOCK_DGRAM})),
        stop_(eventfd(0, EFD_CLOEXEC)),
        thread_([this, rules] { serve_stages(listeners_, pool, rules, stop_.get()); }) {}
  ~Server() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    eventfd_write(stop_.get(), 1);
    thread_.join();
  }

  const net::Address& address(std::size_t listener = 0) const {
    return listeners_[listener].address;
  }
  bool idle() const { return pool.running() == 0; }

  net::ThreadPool pool;

 private:
  std::vector<net::Listener> listeners_;
  net::FileDescriptor stop_;
  std::thread thread_;
};

// One UDP socket of a client.
class Datagrams {
 public:
  explicit Datagrams(net::Family family = net::Family::ipv4)
      : socket_(net::open_udp(family, net::LocalPort::any)) {
    const net::Address any = loopback(family);
    EXPECT_EQ(net::bind_to(socket_.get(), any), 0);
  }
  explicit Datagrams(const char* host)
      : socket_(net::open_udp(net::Family::ipv4, net::LocalPort::any)) {
    const net::Address address = *net::Address::parse(host);
    EXPECT_EQ(net::bind_to(socket_.get(), address), 0);
  }

  void allow_broadcast() { net::set_option(socket_.get(), SOL_SOCKET, SO_BROADCAST, 1); }
  void try_send(const Packet& packet, const net::Address& to) {
    (void)net::send_datagram(socket_.get(), packet, to);
  }
  void send(const Packet& packet, const net::Address& to) {
    EXPECT_FALSE(net::send_datagram(socket_.get(), packet, to));
  }
  // What has arrived already; ICMP errors are passed over.
  std::optional<Packet> take() {
    Packet buffer(65536);
    while (auto datagram = net::receive_datagram(socket_.get(), buffer)) {
      if (datagram->error) continue;
      buffer.resize(datagram->size);
      return buffer;
    }
    return std::nullopt;
  }
  // Whether something comes (or has come) before the deadline.
  bool wait(net::Deadline deadline) {
    return net::wait_readable({socket_.get()}, deadline).has_value();
  }
  // The next datagram; fails the test when none comes.
  Packet receive() {
    Packet packet;
    EXPECT_TRUE(wait_until([&] {
      auto taken = take();
      if (taken) packet = *taken;
      return taken.has_value();
    })) << "no datagram came";
    return packet;
  }

 private:
  net::FileDescriptor socket_;
};

// A client that has come some way, by the right path.
struct Client {
  explicit Client(Server& to, std::uint16_t student_id = 461)
      : server(to), main_port(to.address()), udp(main_port.family()), id(student_id) {}
  Client(Server& to, const net::Address& at)
      : server(to), main_port(at), udp(at.family()), id(461) {}

  void through_a() {
    udp.send(wire::encode_a1(id), main_port);
    const Packet packet = udp.receive();
    ASSERT_EQ(packet.size(), 28U);
    a = *wire::decode_a2(packet);
    EXPECT_TRUE(wire::deviations(packet, {16, 0, 2, id}).empty());
    stage_b = main_port.with_port(static_cast<std::uint16_t>(a.udp_port));
  }
  Packet b1(std::uint32_t packet_id) const { return wire::encode_b1(a, packet_id, id); }
  void expect_ack(Datagrams& at, std::uint32_t packet_id) {
    EXPECT_EQ(at.receive(), wire::encode(wire::Ack{packet_id}, a.secret_a, id));
  }
  void expect_b2(Datagrams& at) {
    const Packet packet = at.receive();
    ASSERT_EQ(packet.size(), 20U);
    b = *wire::decode_b2(packet);
    EXPECT_TRUE(wire::deviations(packet, {8, a.secret_a, 2, id}).empty());
    stage_c = main_port.with_port(static_cast<std::uint16_t>(b.tcp_port));
  }
  void through_b() {
    through_a();
    for (std::uint32_t i = 0; i < a.num; ++i) {
      udp.send(b1(i), stage_b);
      expect_ack(udp, i);
    }
    expect_b2(udp);
  }
  net::Stream connect() {
    return net::Stream(net::connect_tcp({stage_c}, net::Deadline::after(20s)));
  }
  void expect_c2(net::Stream& connection) {
    Packet packet(28);
    ASSERT_EQ(connection.receive_exactly(packet, net::Deadline::after(20s)).count, 28U);
    c = *wire::decode_c2(packet);
    EXPECT_TRUE(wire::deviations(packet, {13, b.secret_b, 2, id}).empty());
    EXPECT_EQ(Packet(packet.begin() + 25, packet.end()), Packet(3, c.c)) << "padded with c";
  }
  net::Stream through_c() {
    through_b();
    net::Stream connection = connect();
    expect_c2(connection);
    return connection;
  }
  Packet d1() const { return wire::encode_d1(c, id); }
  Packet all_d1() const {
    Packet all;
    for (std::uint32_t i = 0; i < c.num2; ++i) {
      const Packet one = d1();
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }
  void expect_d2(net::Stream& connection) {
    Packet packet(17);
    const auto got = connection.receive_exactly(packet, net::Deadline::after(20s));
    EXPECT_EQ(got.ending, net::Ending::broken) << "16 bytes, then the end";
    ASSERT_EQ(got.count, 16U);
    EXPECT_TRUE(wire::deviations(wire::Bytes(packet).first(16), {4, c.secret_c, 2, id}).empty());
    d = *wire::decode_d2(packet);
  }
  void finish(net::Stream& connection) {
    EXPECT_EQ(connection.send_all(all_d1(), net::Deadline::after(20s)).ending, net::Ending::full);
    expect_d2(connection);
  }

  Server& server;
  net::Address main_port;
  Datagrams udp;
  std::uint16_t id;
  wire::A2 a;
  wire::B2 b;
  wire::C2 c;
  wire::D2 d;
  net::Address stage_b, stage_c;
};

inline Packet with_step(Packet packet, std::uint8_t step) {
  packet[9] = step;
  return packet;
}
}  // namespace server
