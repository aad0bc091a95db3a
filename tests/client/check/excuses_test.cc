// What is no fault of the server's: acks that are late, and what a shared port cannot tell.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <future>

#include "client/check/checked.hh"
#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "net/wait.hh"

namespace client {
namespace {

NEEDS_DESCRIPTORS(256);

// Whether a packet was left unacked is no question of time: a late ack is none that is missing. And
// a doubled one is none for another copy.
TEST(Check, TellsLateAcksFromThoseLeftOut) {
  Ways late{.name = "acks everything, the first ones late", .late_acks = 2};
  late.acks_all = true;
  EXPECT_EQ(check_one(208, scripted::Server(late).address()).seen.substr(0, 7), "all of ");
  const Ways right{.name = "late, and one left out", .late_acks = 2};
  EXPECT_EQ(check_one(208, scripted::Server(right).address()).kind, Result::Kind::holds);
  const Ways doubled{.name = "one packet, each ack twice", .num = 1, .every_ack_twice = true};
  EXPECT_TRUE(check_one(208, scripted::Server(doubled).address()).ok());
}

// A late a2 may replace the session by one with fewer packets; the only packet of one is its last.
TEST(Check, KnowsThatTheNewestSessionMayHaveFewerPackets) {
  for (const std::size_t number : {209U, 219U, 230U}) {
    const scripted::Server server(
        {.name = "another session", .num = 4, .newest_session_only = true, .first_nums = {9, 1}});
    Target target{.address = server.address()};
    Trial trial{target, number, net::Deadline::after(30s)};
    // At once, since it is the first session that is replaced.
    EXPECT_NO_THROW(std::ranges::find(every_check(), number, &Check::number)->run(trial)) << number;
    // That check sends nothing wrong, nor a packet that the session has not.
    if (number == 219) {
      EXPECT_EQ(server.complaint(), "");
    }
  }
}

// What is told as sent is what the check is about, and not what was sent last.
TEST(Check, NamesWhatItIsAboutAsSent) {
  const scripted::Server no_b2({.name = "no b2", .change = resize("b2", 3)});
  EXPECT_EQ(check_one(224, no_b2.address()).sent, "b1 with a wrong psecret, from a stranger");
  const scripted::Server no_d2({.name = "no d2", .change = resize("d2", 3)});
  EXPECT_EQ(check_one(311, no_d2.address()).sent, "a second connection to tcp_port");
}

// As the second one of check 311, where its first segment is lost: it has no b2 of its own, after
// which the port could be late. A queue that is full drops what comes.
TEST(Check, AConnectionBesideThatOfASessionDoesNotMakeItsPortLate) {
  const auto loopback = *net::Address::parse("127.0.0.1");
  const net::Listener listener = std::move(net::listen_on({loopback}, {SOCK_STREAM}).front());
  ASSERT_EQ(listen(listener.socket.get(), 0), 0);
  Target target{.address = loopback};
  Trial trial{target, 311, net::Deadline::after(20s)};
  CheckSession first(trial), second(trial);
  first.b.tcp_port = second.b.tcp_port = listener.address.port();
  first.connect();
  auto connected = std::async(std::launch::async, [&] { second.connect(0ms); });
  EXPECT_EQ(connected.wait_for(700ms), std::future_status::timeout);
  EXPECT_TRUE(net::accept_tcp(listener.socket.get()).socket);
  connected.get();
  EXPECT_EQ(target.tcp_late.get(), 0ms);
}

// It may have room for few sessions at once: then an a1 waits until others are over.
TEST(Check, AServerThatLetsAnA1WaitIsNotDead) {
  const auto loopback = net::resolve("127.0.0.1", 0, net::Family::ipv4, {}).front();
  const net::Listener server = std::move(net::listen_on({loopback}, {SOCK_DGRAM}).front());
  Target target{.address = server.address, .student_id = 461};
  target.unanswered = 2;  // before this one
  Trial trial{target, 101, net::Deadline::after(60s)};
  CheckSession session(trial);
  auto opened = std::async(std::launch::async, [&] { session.open(); });
  EXPECT_EQ(opened.wait_for(12s), std::future_status::timeout);
  Packet a1(100);
  const auto datagram = net::receive_datagram(server.socket.get(), a1);
  ASSERT_TRUE(datagram);
  EXPECT_FALSE(net::send_datagram(server.socket.get(), wire::encode(wire::A2{1, 2, 3, 4}, 461),
                                  datagram->from));
  EXPECT_NO_THROW(opened.get());
  EXPECT_FALSE(target.dead);
}

// Stages a and b of a server with one udp_port for all, which tells sessions apart by secretA.
class SharedPort {
 public:
  [[nodiscard]] const net::Address& address() const { return main_.address; }

 private:
  static net::Listener open() {
    return std::move(net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_DGRAM}).front());
  }
  void serve() {
    std::array<std::uint8_t, 2048> buffer;
    wire::A2 a{.num = 5, .len = 5, .udp_port = udp_.address.port(), .secret_a = 1000};
    while (!over_) {
      const auto& listener =
          net::wait_readable({main_.socket.get(), udp_.socket.get()}, net::Deadline::after(50ms))
                      .value_or(0) == 0
              ? main_
              : udp_;
      const auto datagram = net::receive_datagram(listener.socket.get(), buffer);
      if (!datagram || datagram->error) continue;
      const auto packet = wire::Bytes(buffer).first(datagram->size);
      const auto header = wire::decode_header(packet);
      Packet reply;
      if (&listener == &main_) {
        ++a.secret_a;
        reply = wire::encode(a, header->student_id);
      } else if (header && header->psecret > 1000 && header->psecret <= a.secret_a) {
        reply = wire::encode(*wire::decode_ack(packet), header->psecret, header->student_id);
      } else {
        continue;
      }
      (void)net::send_datagram(listener.socket.get(), reply, datagram->from);
    }
  }

  net::Listener main_ = open(), udp_ = open();
  std::atomic<bool> over_ = false;
  net::JoiningThread thread_{[this] { serve(); }};

 public:
  ~SharedPort() { over_ = true; }
};

// A packet without the secret belongs to no session there; one with it does.
TEST(Check, DoesNotCountWhatASharedPortCannotTell) {
  const SharedPort server;
  const auto seen = [&](std::size_t check, int status) {
    return report_on(server.address(), status, false, 64, check);
  };
  for (const std::size_t check : {228U, 229U, 240U}) {
    EXPECT_NE(seen(check, 0).find("# TODO all sessions share udp_port "), std::string::npos);
  }
  EXPECT_EQ(seen(230, 1).find("# TODO"), std::string::npos);
}

}  // namespace
}  // namespace client
