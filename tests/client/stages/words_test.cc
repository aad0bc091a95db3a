// What the client says: with -v of each message, and when it fails.
#include <gtest/gtest.h>

#include <regex>

#include "client/stages/client_run.hh"

namespace client {
namespace {

// -v: each message with its time and packet_id, each ack that does not come, and each deviation
// with a guess.
TEST(StageClientVerbose, TellsTheBug) {
  Ways ways;
  ways.change = both(resize("ack", 20), set_field(0, 16, "c2"));
  const scripted::Server server(ways);
  Exchange exchange = exchange_with(server.address(), 1);
  exchange.narrator = Narrator(true);
  testing::internal::CaptureStderr();
  run(exchange);
  const std::string said = testing::internal::GetCapturedStderr();
  const std::string b1 =
      "> b1 to 127.0.0.1:[0-9]+ at [0-9]+.[0-9]{3} s: payload_len 9, .*; "
      "packet_id ";
  for (const std::string& line :
       {b1 + "0 of 4, 5 zero bytes\n", b1 + "1 of 4, 5 zero bytes\n",
        std::string("  no ack of packet_id 1: sent again\n"),
        std::string("< ack from 127.0.0.1:[0-9]+ at [0-9]+.[0-9]{3} s: .*; packet_id 3\n"),
        std::string("  deviation: ack: 20 bytes, 16 expected: 4 padding bytes although the payload "
                    "ends on the boundary\n"),
        std::string("  deviation: c2: payload_len 16, 13 expected: the padding counted\\?\n")}) {
    EXPECT_TRUE(std::regex_search(said, std::regex(line))) << line << said;
  }
}

// What comes in pieces is whole in the end.
TEST(StageClientVerbose, WaitsForThePaddingOfC2) {
  const scripted::Server server({.name = "InBytes", .c2_in_bytes = true});
  Exchange exchange = exchange_with(server.address(), 1);
  exchange.narrator = Narrator(true);
  testing::internal::CaptureStderr();
  run(exchange);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(said.find("deviation"), std::string::npos) << said;
}

// What each failure says: the stage, what was awaited from whom, what came. "HERE" is the server.
struct Failing {
  Ways ways;
  std::string words;
};

void PrintTo(const Failing& row, std::ostream* out) { *out << row.ways.name; }

class StageClientFailure : public testing::TestWithParam<Failing> {};

TEST_P(StageClientFailure, IsOneClearLine) {
  const scripted::Server server(GetParam().ways);
  const std::string text = failure_of(exchange_with(server.address(), 1, 3s));
  EXPECT_EQ(text.find('\n'), std::string::npos);
  // Ports are the system's choice, and a busy machine may send fewer packets.
  const std::string masked = std::regex_replace(text, std::regex("(127.0.0.1):[0-9]+"), "$1:PORT");
  EXPECT_EQ(std::regex_replace(masked, std::regex("[0-9]+ packets sent"), "N packets sent"),
            GetParam().words);
}

// Words in place of a message.
Change say_for(const std::string& message, const std::string& words) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet.assign(words.begin(), words.end());
  };
}

const Failing failures[] = {
    {{.name = "NoA2", .a1_lost = 9},
     "stage a: awaited a2 (28 bytes) from a test server: 127.0.0.1:PORT: no answer"},
    {{.name = "ShortA2", .change = resize("a2", 27)},
     "stage a: awaited a2 (28 bytes) from a test server: 127.0.0.1:PORT: 27 bytes came, 28 "
     "expected"},
    {{.name = "UdpPortTooLarge", .change = set_field(20, 70000, "a2")},
     "stage a: awaited a2 (28 bytes) from a test server: 127.0.0.1:PORT: a2: udp_port 70000, 1 to "
     "65535 expected"},
    {{.name = "LenTooLarge", .change = set_field(16, 70000, "a2")},
     "stage b: len 70000 from 127.0.0.1:PORT: 65488 at most fit a datagram"},
    {{.name = "LenReversed", .change = set_field(16, 5 << 24, "a2")},
     "stage b: len 83886080 from 127.0.0.1:PORT: 65488 at most fit a datagram: 5 in little-endian "
     "byte order?"},
    {{.name = "NoAck", .acks_lost = 9},
     "stage b: awaited the ack of packet 0 of 4 from 127.0.0.1:PORT: N packets sent, 0 acked; last "
     "came: nothing"},
    {{.name = "ShortAck", .change = resize("ack", 15)},
     "stage b: awaited the ack of packet 0 of 4 from 127.0.0.1:PORT: N packets sent, 0 acked; last "
     "came: 15 bytes, 16 (ack) or 20 (b2) expected"},
    {{.name = "B1InPlaceOfItsAck", .change = resize("ack", 24)},
     "stage b: awaited the ack of packet 0 of 4 from 127.0.0.1:PORT: N packets sent, 0 acked; last "
     "came: 24 bytes, 16 (ack) or 20 (b2) expected: b1 sent back?"},
    {{.name = "LongB1InPlaceOfItsAck", .len = 40, .change = resize("ack", 56)},
     "stage b: awaited the ack of packet 0 of 4 from 127.0.0.1:PORT: N packets sent, 0 acked; last "
     "came: 56 bytes, 16 (ack) or 20 (b2) expected: b1 sent back?"},
    {{.name = "LongAck", .change = resize("ack", 56)},
     "stage b: awaited the ack of packet 0 of 4 from 127.0.0.1:PORT: N packets sent, 0 acked; last "
     "came: another a2"},
    {{.name = "NoB2", .num = 1, .b2_lost = 9},
     "stage b: awaited b2 from 127.0.0.1:PORT: N packets sent, 1 acked; last came: ack of packet "
     "0"},
    {{.name = "TcpPortZero", .change = set_field(12, 0, "b2")},
     "stage b: b2 from 127.0.0.1:PORT: tcp_port 0, 1 to 65535 expected"},
    {{.name = "TcpPortRefuses", .tcp_late = 60s},
     "stage c: connect to 127.0.0.1:PORT: Connection refused"},
    {{.name = "ShortC2", .change = resize("c2", 24)},
     "stage c: awaited c2 (25 or 28 bytes) from 127.0.0.1:PORT: only 24 bytes came"},
    {{.name = "C2WithoutHeader", .change = resize("c2", 16)},
     "stage c: awaited c2 (25 or 28 bytes) from 127.0.0.1:PORT: only 16 bytes came: no header?"},
    {{.name = "Len2TooLarge", .change = set_field(16, 0x10000000, "c2")},
     "stage d: len2 268435456 from 127.0.0.1:PORT: 16777216 at most are supported: 16 in "
     "little-endian byte order?"},
    {{.name = "ShortD2", .change = resize("d2", 15)},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: only 15 bytes "
     "came, "
     "then the connection was closed"},
    {{.name = "D2WithoutHeader", .change = resize("d2", 4)},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: only 4 bytes came, "
     "then the connection was closed: no header?"},
    {{.name = "TextInPlaceOfA2", .change = say_for("a2", "no such student: 461, try again")},
     "stage a: awaited a2 (28 bytes) from a test server: 127.0.0.1:PORT: 31 bytes came, 28 "
     "expected: \"no such student: 461, try again\""},
    {{.name = "TextOfTheSizeOfB2", .change = say_for("ack", "unknown packet_id: 0")},
     "stage b: awaited the ack of packet 0 of 4 from 127.0.0.1:PORT: N packets sent, 0 acked; last "
     "came: 20 bytes, 16 (ack) or 20 (b2) expected: \"unknown packet_id: 0\""},
    {{.name = "TextInPlaceOfC2", .change = say_for("c2", "HTTP/1.1 400 Bad Request\r\n\r\n")},
     "stage c: awaited c2 (25 or 28 bytes) from 127.0.0.1:PORT: 25 bytes came: \"HTTP/1.1 400 Bad "
     "Request\""},
    {{.name = "ShortTextInPlaceOfC2", .change = say_for("c2", "wrong psecret\n")},
     "stage c: awaited c2 (25 or 28 bytes) from 127.0.0.1:PORT: only 14 bytes came: \"wrong "
     "psecret\""},
    {{.name = "TextOfTheSizeOfD2", .change = say_for("d2", "wrong d1 padding")},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: 16 bytes came, "
     "then "
     "the connection was closed: \"wrong d1 padding\""},
    {{.name = "BinaryInPlaceOfD2",
      .change =
          [](auto& name, auto& packet) {
            if (name == "d2") packet.assign(30, 1);
          }},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: 30 bytes came, "
     "then "
     "the connection was closed"},
    {{.name = "NoD2", .change = resize("d2", 0)},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: nothing came, then "
     "the "
     "connection was closed"},
    {{.name = "FourBytesForC",
      .num2 = 1,
      .change = both(set_field(24, 'c', "c2"), both(set_field(0, 16, "c2"), resize("c2", 32)))},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 1 of 1 messages: nothing came, then "
     "the "
     "connection was closed; c2: payload_len 16, 13 expected: c written as four bytes?"},
    {{.name = "NoD2AndOpen", .change = resize("d2", 0), .keeps_open = true},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: nothing came"},
};

INSTANTIATE_TEST_SUITE_P(Words, StageClientFailure, testing::ValuesIn(failures),
                         [](const auto& row) { return row.param.ways.name; });

}  // namespace
}  // namespace client
