// The client against servers that differ as public ones do: each row of the protocol's table "Where
// implementations differ", and what may happen to datagrams on the way.
#include <gtest/gtest.h>

#include <regex>

#include "cli/program.hh"
#include "client/stages/stages.hh"
#include "net/datagram_notes.hh"
#include "net/listener.hh"
#include "support/needs_ipv6.hh"
#include "support/scripted/server.hh"

namespace client {
namespace {

using scripted::Packet;
using scripted::Reading;
using scripted::Ways;
using namespace std::chrono_literals;

Exchange exchange_with(const net::Address& address, std::uint32_t window,
                       std::chrono::milliseconds time = 20s) {
  return {"a test server", {address}, 461, window, net::Deadline::after(time), Narrator(false)};
}

std::vector<std::uint32_t> run(const Exchange& exchange) {
  const Outcome outcome = go_through(exchange);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  return outcome.secrets;
}

struct Case {
  Ways ways;
  std::uint32_t window = 1;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.ways.name; }

class StageClient : public testing::TestWithParam<Case> {};

TEST_P(StageClient, GetsAllFourSecrets) {
  if (GetParam().ways.family == net::Family::ipv6) NEEDS_IPV6();
  Ways ways = GetParam().ways;
  if (!ways.secrets) ways.secrets = {101, 102, 103, 104};
  ways.acks_all = true;
  const scripted::Server server(ways);
  const std::vector<std::uint32_t> expected(ways.secrets->begin(), ways.secrets->end());
  EXPECT_EQ(run(exchange_with(server.address(), GetParam().window)), expected);
  EXPECT_EQ(server.complaint(), "");
}

using Change = std::function<void(const std::string&, Packet&)>;

Change set_step(const std::string& message, std::uint8_t step) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet[9] = step;
  };
}

// Sets one 32-bit field of every message's header.
Change set_field(std::size_t at, std::uint32_t value, const std::string& only = "") {
  return [=](const std::string& name, Packet& packet) {
    if (!only.empty() && name != only) return;
    const Packet bytes = wire::Writer().u32(value).done();
    std::copy(bytes.begin(), bytes.end(), packet.begin() + static_cast<long>(at));
  };
}

Change pad_c2(std::uint8_t value) {
  return [=](const std::string& name, Packet& packet) {
    if (name == "c2") std::fill(packet.begin() + 25, packet.end(), value);
  };
}

Change resize(const std::string& message, std::size_t size) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet.resize(size);
  };
}
// Words in place of a message.
Change say_for(const std::string& message, const std::string& words) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet.assign(words.begin(), words.end());
  };
}
// The commonest beginner's fault: 4 bytes too many after a payload that ends on the boundary.
void pad_by_4_minus_n_mod_4(const std::string&, Packet& packet) {
  if (packet.size() != 28 || packet[3] == 16) packet.resize(packet.size() + 4);
}
Change both(const Change& first, const Change& second) {
  return [=](const std::string& name, Packet& packet) {
    first(name, packet);
    second(name, packet);
  };
}

const Ways variants[] = {
    {.name = "Right"},
    {.name = "RightIpv6", .family = net::Family::ipv6},
    {.name = "AckStep1", .change = set_step("ack", 1)},
    {.name = "EveryStep1", .change = [](const std::string&, Packet& packet) { packet[9] = 1; }},
    {.name = "OwnStudentId", .change = [](const std::string&, Packet& packet) { packet[11] = 99; }},
    {.name = "OtherPsecret", .change = set_field(4, 0xdeadbeef)},
    {.name = "PayloadLen8For4", .change = set_field(0, 8)},
    {.name = "PayloadLenHuge", .change = set_field(0, 0xffffffff)},
    {.name = "PayloadLen16For13", .change = set_field(0, 16, "c2")},
    {.name = "PayloadLen25For13", .change = set_field(0, 25, "c2")},
    {.name = "C2Unpadded", .change = resize("c2", 25)},
    {.name = "C2UnpaddedAndD2Strange", .change = both(resize("c2", 25), set_field(0, 16, "d2"))},
    {.name = "C2PaddedWithC", .change = pad_c2(0x63)},
    {.name = "C2PaddedWithZeros", .change = pad_c2(0)},
    {.name = "C2PaddedWithFf", .change = pad_c2(0xff)},
    {.name = "C2InBytes", .c2_in_bytes = true},
    {.name = "C2PaddingLate", .change = pad_c2(0), .c2_padding_late = true},
    {.name = "C2PaddingLateAndD2Strange",
     .change = set_field(0, 77, "d2"),
     .c2_padding_late = true},
    {.name = "A2FromAFreshPort", .a2_from_fresh_port = true},
    {.name = "DynamicSourcePortOnly", .wants_dynamic_source = true},
    {.name = "EveryAckLostOnce", .acks_lost = 1},
    {.name = "EveryAckTwice", .every_ack_twice = true},
    {.name = "EveryA2Twice", .every_a2_twice = true, .refuses_duplicates = true},
    {.name = "StaleAcks", .stale_acks = true},
    {.name = "B2Lost", .b2_lost = 2},
    {.name = "B2BeforeTheLastAck", .b2_before_last_ack = true},
    {.name = "UdpListenerLate", .udp_late = 700ms},
    {.name = "TcpListenerLate", .tcp_late = 700ms},
    {.name = "A1Lost", .a1_lost = 1},
    {.name = "NewestSessionOnly", .newest_session_only = true},
    {.name = "NothingToSendInB", .num = 0},
    {.name = "EmptyPackets", .len = 0},
    {.name = "NothingToSendInD", .num2 = 0},
    {.name = "EmptyMessages", .len2 = 0},
    {.name = "NothingAtAll", .num = 0, .len = 0, .num2 = 0, .len2 = 0},
    {.name = "ZeroSecrets", .secrets = {{0, 0, 0, 0}}},
    {.name = "EqualSecrets", .secrets = {{7, 7, 7, 7}}},
    {.name = "LargestSecrets", .secrets = {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}},
    {.name = "C0", .c = 0},
    {.name = "C255", .c = 255},
    {.name = "LongPackets", .len = 1447},
    {.name = "LongestPackets", .num = 1, .len = 65'000},
    {.name = "ManyMessages", .num = 30, .num2 = 300},
    {.name = "LongMessages", .len2 = 3'000'001},
    {.name = "OneRecvForAllMessages", .num2 = 20, .reading = Reading::one_recv},
    {.name = "AcksFromAFreshPort", .acks_from_fresh_port = true},
    {.name = "EverythingPaddedBy4MinusNMod4", .change = pad_by_4_minus_n_mod_4},
    {.name = "AckOf20BytesCountsItsPadding",
     .change = both(resize("ack", 20), set_field(0, 8, "ack"))},
    {.name = "Slow", .delay = 300ms},
    {.name = "NoEarlyHalfClose", .refuses_early_half_close = true},
    {.name = "D2InBytes", .d2_in_bytes = true},
    {.name = "KeepsOpen", .keeps_open = true},
    {.name = "KeepsOpenUnpadded", .change = resize("c2", 25), .keeps_open = true},
    {.name = "KeepsOpenD2Strange", .change = set_field(0, 77, "d2"), .keeps_open = true},
    {.name = "KeepsOpenUnpaddedD2Strange",
     .change = both(resize("c2", 25), set_field(0, 77, "d2")),
     .keeps_open = true},
    {.name = "Garbage", .garbage = true},
};

// What is not right the first time: one session is given up, and another goes through. Who answers
// later than a1 is sent again has two sessions, and sends all acks of the first into the second.
const Ways second_chances[] = {
    {.name = "AnswersLate", .num = 6, .delay = 1300ms},
    {.name = "OneRecvAMessage", .num2 = 5, .reading = Reading::recv_a_message},
    {.name = "OneRecvAMessageIpv6",
     .family = net::Family::ipv6,
     .reading = Reading::recv_a_message},
    {.name = "NoD2ForNothing", .sessions_for_nothing = 2, .no_d2_for_nothing = true},
};

class StageClientAgain : public testing::TestWithParam<Ways> {};

TEST_P(StageClientAgain, GetsTheSecretsOfOneSession) {
  if (GetParam().family == net::Family::ipv6) NEEDS_IPV6();
  const scripted::Server server(GetParam());
  const auto secrets = run(exchange_with(server.address(), 1));
  ASSERT_EQ(secrets.size(), 4U);
  for (std::uint32_t i = 1; i < 4; ++i) EXPECT_EQ(secrets[i], secrets[0] + i);
}

INSTANTIATE_TEST_SUITE_P(Variants, StageClientAgain, testing::ValuesIn(second_chances),
                         [](const auto& row) { return row.param.name; });

// What only a client that stops and waits can live with.
const Ways strict_variants[] = {
    {.name = "InOrderOnly", .acks_lost = 1, .in_order_only = true},
    {.name = "NoDuplicates", .refuses_duplicates = true},
    // One refusal says nothing about later sends, which the server only leaves unacked.
    {.name = "UdpListenerLateThenNoAcks", .udp_late = 100ms, .acks_after = 3200ms},
    {.name = "UdpListenerLateThenNoAcksIpv6",
     .family = net::Family::ipv6,
     .udp_late = 100ms,
     .acks_after = 3200ms},
    {.name = "TcpListenerThreeSecondsLate", .tcp_late = 3s},
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Ways& ways : variants) all.insert(all.end(), {{ways, 1}, {ways, 64}});
  for (const Ways& ways : strict_variants) all.push_back({ways, 1});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Variants, StageClient, testing::ValuesIn(cases()), [](const auto& row) {
  return row.param.ways.name + "Window" + std::to_string(row.param.window);
});

std::string failure_of(const Exchange& exchange) {
  try {
    run(exchange);
  } catch (const cli::Failure& failure) {
    return failure.what();
  }
  return "no failure";
}

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
        std::string("< ack from 127.0.0.1:[0-9]+ at 0.[0-9]{3} s: .*; packet_id 3\n"),
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
    {{.name = "NoD2AndOpen", .change = resize("d2", 0), .keeps_open = true},
     "stage d: awaited d2 (16 bytes) from 127.0.0.1:PORT after 3 of 3 messages: nothing came"},
};

INSTANTIATE_TEST_SUITE_P(Words, StageClientFailure, testing::ValuesIn(failures),
                         [](const auto& row) { return row.param.ways.name; });

net::Address closed_port(const char* host) {
  const auto any = net::resolve(host, 0, net::Family::any, {});
  return net::listen_on(any, {SOCK_DGRAM}).front().address;  // closed again by now
}

TEST(StageClientAddresses, AreAllTried) {
  NEEDS_IPV6();
  const scripted::Server server({});
  Exchange exchange = exchange_with(server.address(), 1);
  exchange.addresses = {closed_port("::1"), closed_port("127.0.0.1"), server.address()};
  EXPECT_EQ(run(exchange).size(), 4U);
}

// As an IPv6 address where the system has no IPv6.
TEST(StageClientAddresses, OneOfAFamilyThatIsNotHereDoesNotStopTheOthers) {
  const scripted::Server server({});
  Exchange exchange = exchange_with(server.address(), 1);
  exchange.addresses = {net::Address(), server.address()};
  EXPECT_EQ(run(exchange).size(), 4U);
}

TEST(StageClientAddresses, OneWhoseA2LeadsNowhereDoesNotStopTheOthers) {
  NEEDS_IPV6();
  const Change port_0 = set_field(20, 0, "a2");
  const scripted::Server wrong({.name = "Wrong", .family = net::Family::ipv6, .change = port_0});
  const scripted::Server right({}), too({.name = "WrongToo", .change = port_0});
  Exchange exchange = exchange_with(wrong.address(), 1);
  exchange.addresses.push_back(right.address());
  EXPECT_EQ(run(exchange).size(), 4U);
  exchange.addresses.back() = too.address();
  const std::string text = failure_of(exchange), words = ": a2: udp_port 0, 1 to 65535 expected";
  EXPECT_TRUE(text.ends_with(words + "; " + too.address().text() + words)) << text;
  EXPECT_FALSE(exchange.deadline.passed());
}

// 0.0.0.0 and :: are this host, by its loopback address. Its acks need not know the secret.
TEST(StageClientAddresses, TheOneThatTheSystemChoosesIsTheServer) {
  NEEDS_IPV6();
  for (const auto family : {net::Family::ipv4, net::Family::ipv6}) {
    const scripted::Server server(
        {.name = "OtherPsecret", .family = family, .change = set_field(4, 0xdeadbeef)});
    Exchange exchange = exchange_with(server.address(), 1);
    exchange.addresses = {net::Address::wildcard(family, server.address().port())};
    EXPECT_EQ(run(exchange).size(), 4U);
    if (net::errors_only == 0) continue;
    exchange.addresses = {net::Address::wildcard(family, closed_port("127.0.0.1").port())};
    const std::string text = failure_of(exchange);
    EXPECT_TRUE(text.ends_with(": Connection refused")) << text;
  }
}

TEST(StageClientAddresses, AreAllNamedWhenEachRefuses) {
  NEEDS_IPV6();
  if (net::errors_only == 0) GTEST_SKIP() << "this kernel tells UDP sockets no refusal";
  Exchange exchange = exchange_with(closed_port("::1"), 1);
  exchange.addresses.push_back(closed_port("127.0.0.1"));
  const std::string text = failure_of(exchange);
  EXPECT_EQ(text,
            "stage a: awaited a2 (28 bytes) from a test server: " + exchange.addresses[0].text() +
                ": Connection refused; " + exchange.addresses[1].text() + ": Connection refused");
}

}  // namespace
}  // namespace client
