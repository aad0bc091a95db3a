#include "server/stages/session_log.hh"

#include <gtest/gtest.h>

namespace server {
namespace {

using namespace std::chrono_literals;

// A packet that came, and was taken at once; on a clock that was set by so much.
void packet_comes(SessionLog& log, std::uint32_t id, std::chrono::milliseconds when,
                  std::chrono::milliseconds set = 0ms) {
  log.packet_came(id, when + set, net::Clock::time_point(when));
}

TEST(SessionLog, NamesWhatComesAgainTooSoon) {
  SessionLog log(7);
  packet_comes(log, 2, 10s);
  packet_comes(log, 3, 10s);
  packet_comes(log, 2, 10500ms);
  packet_comes(log, 3, 10460ms);
  EXPECT_EQ(log.wrong_text(), "");
  EXPECT_EQ(log.text(), "acks: 0 withheld, 0 delayed, 0 doubled; wrong: nothing");
  packet_comes(log, 2, 10630ms);
  EXPECT_EQ(log.wrong_text(), "b1 packet 2: resent after 0.1 s (0.5 s at least) [rule 8]");
  EXPECT_EQ(log.text(),
            "acks: 0 withheld, 0 delayed, 0 doubled; "
            "wrong: b1 packet 2: resent after 0.1 s (0.5 s at least) [rule 8]");
}

TEST(SessionLog, AClockThatIsSetAccusesNobody) {
  for (const auto set : {-10s, -1s, 1s}) {
    SessionLog log(1);
    packet_comes(log, 0, 100s);
    packet_comes(log, 0, 101200ms, set);
    EXPECT_EQ(log.wrong_text(), "") << set.count();
  }
}

// Both were waiting when the first was taken.
TEST(SessionLog, WhoTakesPacketsLateAccusesNobody) {
  SessionLog log(1);
  log.packet_came(0, 10s, net::Clock::time_point(11s));
  log.packet_came(0, 10500ms, net::Clock::time_point(11s));
  EXPECT_EQ(log.wrong_text(), "");
}

TEST(SessionLog, CountsTheFatesOfAcks) {
  SessionLog log(1);
  for (const AckFate& fate : {AckFate{0}, AckFate{0, 20ms}, AckFate{1}, AckFate{2, 20ms}}) {
    log.ack_decided(0, fate);
  }
  EXPECT_EQ(log.text(), "acks: 2 withheld, 1 delayed, 1 doubled; wrong: nothing");
}

TEST(SessionLog, SaysWhyPacketsAreNotAcked) {
  SessionLog log(4);
  for (const std::uint32_t id : {0U, 1U, 1U, 2U}) packet_comes(log, id, 10s * (id + 1));
  log.ack_decided(0, {1});
  log.ack_decided(1, {0});
  log.ack_decided(1, {0});
  log.ack_decided(2, {0});
  EXPECT_EQ(log.missing_acks(),
            "packet 1: its ack was withheld 2 times; packet 2: its ack was withheld once; packet 3 "
            "never came");
}

TEST(SessionLog, KnowsWhichAcksB2Overtook) {
  SessionLog log(3);
  for (std::uint32_t id = 0; id < 3; ++id) log.ack_decided(id, {1, 50ms});
  log.ack_sent(0);
  log.b2_sent();
  EXPECT_EQ(log.overtaken_acks(), "; b2 overtook the delayed ack of packet 1, packet 2");
  log.ack_sent(1);
  EXPECT_EQ(log.overtaken_acks(), "; b2 overtook the delayed ack of packet 1, packet 2");
}

TEST(SessionLog, OvertakesNothingWhenAllAcksAreOut) {
  SessionLog log(1);
  log.ack_sent(0);
  log.b2_sent();
  EXPECT_EQ(log.overtaken_acks(), "");
}

TEST(SessionLog, TellsABoundedNumberOfFaults) {
  SessionLog log(1);
  for (int i = 0; i < 100; ++i) log.wrong(wire::Rule::size, "x");
  EXPECT_TRUE(log.text().ends_with("x [rule 1], and 92 more")) << log.text();
}

}  // namespace
}  // namespace server
