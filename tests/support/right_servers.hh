// Right servers of many kinds: what they do differs where the protocol's text leaves them free, or
// as the course's own server does.
#pragma once

#include <vector>

#include "support/from_environment.hh"
#include "support/scripted/server.hh"

namespace scripted {

using Change = std::function<void(const std::string& message, Packet& packet)>;

// One byte of one message, or of all, is something else.
inline Change set_byte(std::string only, std::size_t at, std::uint8_t value) {
  return [=](const std::string& message, Packet& packet) {
    if (message == only || only.empty()) packet[at] = value;
  };
}

inline std::vector<Ways> right_servers() {
  return {
      {.name = "Plain"},
      {.name = "Ipv6", .family = net::Family::ipv6},
      {.name = "InOrder", .in_order_only = true},
      {.name = "InOrderAndNoDuplicates", .in_order_only = true, .refuses_duplicates = true},
      {.name = "PortsLate", .udp_late = 100ms, .tcp_late = 100ms},
      {.name = "PortLateThenNoAcks",
       .udp_late = 100ms,
       .acks_after = 3200ms,
       .in_order_only = true},
      {.name = "ListenerThreeSecondsLate", .tcp_late = 3s},
      {.name = "RepliesFromAnotherPort", .a2_from_fresh_port = true, .acks_from_fresh_port = true},
      {.name = "EveryA2Twice", .every_a2_twice = true, .refuses_duplicates = true},
      {.name = "SecretsTo20", .max_secret = 20},
      {.name = "Acks80Percent", .num = 8, .ack_percent = 80, .in_order_only = true},
      {.name = "AcksOnceLost", .acks_lost = 1},
      {.name = "OneRecv", .reading = Reading::one_recv},
      {.name = "RecvAMessage", .reading = Reading::recv_a_message},
      {.name = "AckStep1", .change = set_byte("ack", 9, 1)},
      {.name = "C2PayloadLen16", .change = set_byte("c2", 3, 16)},
      {.name = "B2BeforeTheLastAck", .b2_before_last_ack = true},
      {.name = "Slow", .delay = 300ms},
      {.name = "OneA1AfterTheOther", .a1_delay = 60ms},
      {.name = "PoolOfFour", .a1_delay = 400ms, .a1_workers = 4},
      {.name = "RoomForTwentySessions", .max_sessions = 20},
      {.name = "InBytes", .c2_in_bytes = true, .d2_in_bytes = true},
      {.name = "OnePacket", .num = 1, .num2 = 1},
      {.name = "NothingToSend", .num = 0, .len = 0, .num2 = 0, .len2 = 0},
      {.name = "EmptyPackets", .len = 0, .len2 = 0},
      {.name = "NothingSometimes", .num2 = 2, .random_num2 = true, .no_d2_for_nothing = true},
      {.name = "OwnStudentId", .change = set_byte("", 11, 7)},
  };
}

// How often a test goes through all kinds: SOCKHOP_RUNS in the environment, for a longer look.
inline std::uint64_t rounds() { return from_environment("SOCKHOP_RUNS", 1); }

}  // namespace scripted
