// server -c: broken clients, whose faults it names.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "client/check/faulty.hh"
#include "client/check/session.hh"
#include "support/occurrences.hh"
#include "support/stage_server_peer.hh"

namespace {

using namespace std::chrono_literals;
using client::CheckSession;
using client::Message;
using client::Target;
using client::Trial;
using server::Packet;
using server::SessionPlan;

// A broken client does its work in a session whose plan is known, and the line about it is
// looked at.
class BrokenClient : public testing::Test {
 protected:
  // The first seed whose session has what the fault needs.
  void exercise(const std::function<bool(const SessionPlan&)>& suits,
                const std::function<void(CheckSession&)>& go, const std::string& expected,
                std::chrono::milliseconds silence = 3s) {
    std::uint64_t seed = 0;
    while (!suits(server::exercising_plan(seed))) ++seed;
    testing::internal::CaptureStderr();
    {
      server::Server server(silence, 0, 10, net::Family::ipv4, seed);
      Target target{.address = server.address()};
      Trial trial{target};
      CheckSession session(trial);
      session.student_id = 461;
      go(session);
      EXPECT_TRUE(wait_until([&] { return server.idle(); }));
    }
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find(expected), said.npos) << expected << "\n" << said;
    EXPECT_EQ(occurrences(said, "wrong: "), 1U) << said;
    EXPECT_NE(
        said.find("seed " + std::to_string(seed) + ": " + server::exercising_plan(seed).text()),
        said.npos)
        << said;
  }
  // Enough packets to go wrong among, and soon done.
  static bool any(const SessionPlan& b) {
    return b.numbers.a.num > 1 && b.numbers.a.num < 4 && b.numbers.c.num2 > 2 &&
           b.udp_late + b.tcp_late == 0ms && b.withheld_chance == 0;
  }
  static bool pads(const SessionPlan& b) {
    return any(b) && b.numbers.a.len % 4 == 1 && b.numbers.c.len2 == 13 && b.numbers.c.num2 == 3;
  }
  static void send_wrong_b1(CheckSession& session, const client::Faulty& fault) {
    session.reach(Message::ack);
    Packet packet = wire::encode_b1(session.a, 1, session.student_id);
    fault.spoil(packet, {session.a, {}, {}});
    session.send_udp(packet, session.a.udp_port, "");
  }
  // Sends these bytes in place of the d1, and waits until the server has had enough of them.
  static void send_stream(CheckSession& session, wire::Bytes bytes) {
    session.send_d1(bytes, "");
    session.await_end(net::Deadline::after(20s));
  }
};

TEST_F(BrokenClient, ThatSendsAWrongA1) {
  testing::internal::CaptureStderr();
  {
    server::Server server(3s, 0, 10, net::Family::ipv4, 1);
    server::Client client(server);
    Packet packet = wire::encode_a1(461);
    packet[3] = 13;
    client.udp.send(packet, server.address());
    // Datagrams are taken in order, so this one's answer says that the first was judged.
    client.through_a();
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("refused: payload_len 13, 12 expected\n"), said.npos) << said;
}

TEST_F(BrokenClient, ThatSendsAgainTooSoon) {
  exercise(
      any,
      [](CheckSession& session) {
        session.open();
        session.send_b1(1);
        session.send_udp(wire::encode_b1(session.a, 1, session.student_id), session.a.udp_port, "");
        session.finish_b();
        session.connect();
        session.take_c2();
        session.send_messages(session.right_messages(), "");
        session.take_d2();
      },
      ": resent after 0.0 s (0.5 s at least) [rule 8]");
}

TEST_F(BrokenClient, ThatLeavesThePaddingOut) {
  exercise([](const SessionPlan& b) { return pads(b) && b.numbers.a.len == 9; },
           [](CheckSession& session) { send_wrong_b1(session, client::faulty_b1()[5]); },
           "wrong: b1: 25 bytes, 28 expected (payload_len 13, padded to 16): the padding missing? "
           "[rule 1]\n");
}

TEST_F(BrokenClient, ThatCountsThePadding) {
  exercise([](const SessionPlan& b) { return pads(b) && b.numbers.a.len == 9; },
           [](CheckSession& session) { send_wrong_b1(session, client::faulty_b1()[4]); },
           "wrong: b1: payload_len 16, 13 expected: the padding counted? [rule 2]\n");
}

TEST_F(BrokenClient, ThatSendsStep2) {
  exercise(
      any, [](CheckSession& session) { send_wrong_b1(session, client::faulty_b1()[2]); },
      "wrong: b1: step 2, 1 expected: the server's step? [rule 4]\n");
}

TEST_F(BrokenClient, ThatForgetsTheSecret) {
  exercise(
      any, [](CheckSession& session) { send_wrong_b1(session, client::faulty_b1()[1]); },
      "wrong: b1: psecret 0, ");
}

TEST_F(BrokenClient, ThatGivesUpInStageB) {
  exercise(
      any, [](CheckSession& session) { session.reach(Message::ack); },
      "wrong: no packet for 1.0 s, ", 1s);
}

TEST_F(BrokenClient, ThatNeverConnects) {
  exercise(
      any, [](CheckSession& session) { session.reach(Message::b2); },
      "wrong: no connection for 1.0 s [rule 10]\n", 1s);
}

TEST_F(BrokenClient, ThatIsMisledByB2BeforeTheLastAck) {
  exercise([](const SessionPlan& b) { return any(b) && b.b2_before_last_ack; },
           [](CheckSession& session) { session.reach(Message::b2); },
           "no connection for 1.0 s; b2 overtook the delayed ack of packet ", 1s);
}

// It is no wonder that it gave up.
TEST_F(BrokenClient, ThatDoesNotConnectAgainWhereItIsRefused) {
  exercise(
      [](SessionPlan b) {
        const bool late = std::exchange(b.tcp_late, 0ms) >= 300ms;
        return late && any(b) && !b.b2_before_last_ack && b.delayed_chance == 0;
      },
      [](CheckSession& session) { session.reach(Message::b2); },
      "no connection for 1.0 s; tcp_port refused for ", 1s);
}

TEST_F(BrokenClient, ThatLeavesThePaddingOfD1Out) {
  exercise(
      pads,
      [](CheckSession& session) {
        session.reach(Message::c2);
        Packet packet = session.right_d1s();
        for (std::uint32_t i = session.c.num2; i-- > 0;) {
          const auto end = packet.begin() + (i + 1) * 28;
          packet.erase(end - 3, end);
        }
        send_stream(session, packet);
      },
      "wrong: d1 1 of 3: 25 bytes, 28 expected (payload_len 13, padded to 16): the padding "
      "missing? [rule 1]\n");
}

TEST_F(BrokenClient, ThatSendsOneHeaderForAllD1) {
  exercise(
      pads,
      [](CheckSession& session) {
        session.reach(Message::c2);
        Packet packet = session.right_d1s();
        std::fill(packet.begin() + 28, packet.end(), session.c.c);
        send_stream(session, packet);
      },
      ": data in place of a header: one header for all d1? [rule 2]\n");
}

TEST_F(BrokenClient, ThatSpeaksBeforeC2) {
  exercise([](const SessionPlan& b) { return any(b) && b.c2_late > 300ms; },
           [](CheckSession& session) {
             session.reach(Message::b2);
             session.connect();
             send_stream(session, Packet(24));
           },
           "wrong: c1: the client spoke before c2: 24 bytes, 0 expected [rule 11]\n");
}

TEST_F(BrokenClient, ThatSendsAWrongByte) {
  exercise(
      pads,
      [](CheckSession& session) {
        session.reach(Message::c2);
        Packet packet = session.right_d1s();
        packet[wire::wire_size(13) + wire::header_size + 12] ^= 1;
        send_stream(session, packet);
      },
      "wrong: d1 2 of ");
}

TEST_F(BrokenClient, ThatEndsInTheMiddleOfAMessage) {
  exercise(
      pads,
      [](CheckSession& session) {
        session.reach(Message::c2);
        session.send_d1(wire::Bytes(session.right_d1s()).first(2 * 28 + 25), "");
        session.half_close();
        session.await_end(net::Deadline::after(20s));
      },
      ": the client ended the stream after 25 bytes, 28 expected (payload_len 13, padded to "
      "16): the padding missing? [rule 12]\n");
}

TEST_F(BrokenClient, ThatSendsAMessageTooMany) {
  exercise([](const SessionPlan& b) { return any(b) && b.numbers.c.len2 == 13; },
           [](CheckSession& session) {
             session.reach(Message::c2);
             Packet packet = session.right_d1s();
             packet.resize(packet.size() + 28);
             send_stream(session, packet);
           },
           ": 28 bytes, 0 expected: more than num2 messages? [rule 12]\n");
}

TEST_F(BrokenClient, ThatEndsTheStreamBeforeD2) {
  exercise(
      any,
      [](CheckSession& session) {
        session.reach(Message::c2);
        session.send_d1(session.right_d1s(), "");
        session.half_close();
        session.take_d2();
      },
      "wrong: the client ended its side of the stream early [rule ");
}

}  // namespace
