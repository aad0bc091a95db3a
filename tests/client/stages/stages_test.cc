// The client against servers that differ as public ones do: each row of the protocol's table "Where
// implementations differ", and what may happen to datagrams on the way.
#include <gtest/gtest.h>

#include "client/stages/client_run.hh"
#include "support/needs_ipv6.hh"

namespace client {
namespace {

using scripted::Reading;

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

Change set_step(const std::string& message, std::uint8_t step) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet[9] = step;
  };
}

Change pad_c2(std::uint8_t value) {
  return [=](const std::string& name, Packet& packet) {
    if (name == "c2") std::fill(packet.begin() + 25, packet.end(), value);
  };
}

// The commonest beginner's fault: 4 bytes too many after a payload that ends on the boundary.
void pad_by_4_minus_n_mod_4(const std::string&, Packet& packet) {
  if (packet.size() != 28 || packet[3] == 16) packet.resize(packet.size() + 4);
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
    {.name = "C2PaddedBySeven", .change = resize("c2", 32)},
    {.name = "C2PaddedBySevenInBytes", .change = resize("c2", 32), .c2_in_bytes = true},
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

}  // namespace
}  // namespace client
