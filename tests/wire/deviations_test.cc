// The well-known faults of servers, and what is no message: the words for them.
#include "wire/diagnosis.hh"

#include <gtest/gtest.h>

#include "wire/packets.hh"

namespace wire {
namespace {

TEST(Diagnosis, OfAcks) {
  EXPECT_FALSE(judge_ack(3, 3));
  EXPECT_EQ(judge_ack(1, 0)->text(), "packet_id 1, 0 expected: counted from 1?");
  EXPECT_EQ(judge_ack(0x03000000, 3)->text(),
            "packet_id 50331648, 3 expected: 3 in little-endian byte order?");
  EXPECT_EQ(judge_ack(3 << 16, 3)->text(), "packet_id 196608, 3 expected: 3 as 16 bits (htons)?");
  EXPECT_EQ(judge_ack(0xffffffff, 0)->text(), "packet_id 4294967295, 0 expected: -1?");
  EXPECT_EQ(judge_ack(9, 3)->text(), "packet_id 9, 3 expected");
  EXPECT_EQ(stage_b_size_fault(4).text(), "4 bytes, 16 (ack) or 20 (b2) expected: no header?");
  EXPECT_EQ(stage_b_size_fault(8).text(), "8 bytes, 16 (ack) or 20 (b2) expected: no header?");
  EXPECT_EQ(stage_b_size_fault(11).text(), "11 bytes, 16 (ack) or 20 (b2) expected");
}

TEST(Diagnosis, AMessageIsNoTextAndATextNoMessage) {
  const auto quoted = [](const std::string& text) { return quoted_text(bytes_of(text)); };
  EXPECT_EQ(quoted("wrong\tpsecret \r\n"), "\"wrong\\x09psecret\"");
  EXPECT_EQ(quoted(std::string("wrong psecret\0\0\0", 16)), "\"wrong psecret\"");
  EXPECT_EQ(quoted("übel: psecret"), "\"übel: psecret\"");
  EXPECT_EQ(quoted(std::string(81, 'x')), '"' + std::string(80, 'x') + "...\"");
  EXPECT_EQ(quoted("too short"), "");
  EXPECT_EQ(quoted("an escape: \x1b[2J"), "");
  EXPECT_EQ(quoted_text(encode(D2{0x61626364}, 0x61626364, 0x6162)), "");
  EXPECT_EQ(quoted_text(encode(C2{7, 7, 0x61626364, 'c'}, 0x61626364, 0x6162)), "");
}

std::string first_words(const Packet& packet, const Header& expected) {
  const auto faults = deviations(packet, expected);
  return faults.empty() ? "" : faults.front().text();
}

TEST(Diagnosis, OfTheServersMessages) {
  const Packet a2 = encode(task_a, 461), ack = encode(Ack{3}, 1001, 461);
  const Packet b2 = encode(B2{4000, 2002}, 1001, 461), c2 = encode(task_c, 2002, 461);
  const Packet d2 = encode(D2{4004}, 3003, 461);
  const Header of_a2{16, 0, 2, 461}, of_ack{4, 1001, 2, 461}, of_b2{8, 1001, 2, 461},
      of_c2{13, 2002, 2, 461}, of_d2{4, 3003, 2, 461};
  EXPECT_EQ(first_words(resized(ack, 20), of_ack),
            "20 bytes, 16 expected: 4 padding bytes although the payload ends on the boundary");
  EXPECT_EQ(first_words(cut(ack, 12), of_ack),
            "4 bytes, 16 expected (payload_len 4, padded to 4): no header?");
  EXPECT_EQ(first_words(cut(a2, 12), of_a2),
            "16 bytes, 28 expected (payload_len 16, padded to 16): no header?");
  EXPECT_EQ(first_words(resized(c2, 25), of_c2),
            "25 bytes, 28 expected (payload_len 13, padded to 16): the padding missing?");
  EXPECT_EQ(first_words(with(c2, 0, 16), of_c2),
            "payload_len 16, 13 expected: the padding counted?");
  EXPECT_EQ(first_words(with(resized(c2, 28), 0, 14), of_c2),
            "payload_len 14, 13 expected: c written as two bytes?");
  EXPECT_EQ(first_words(with(with(c2, 0, 16), 24, 0xe3), of_c2),
            "payload_len 16, 13 expected: c written as four bytes?");
  EXPECT_EQ(first_words(with(resized(c2, 32), 0, 16), of_c2),
            "32 bytes, 28 expected (payload_len 13, padded to 16): 4 padding bytes although the "
            "payload ends on the boundary");
  EXPECT_EQ(first_words(with(resized(a2, 32), 8, 2), of_a2),
            "32 bytes, 28 expected: step written as 4 bytes?");
  EXPECT_EQ(first_words(with(resized(a2, 30), 8, 2 << 16), of_a2),
            "30 bytes, 28 expected (payload_len 16, padded to 16): student_id written as 4 bytes?");
  EXPECT_EQ(first_words(with(resized(a2, 32), 0, 20), of_a2), "32 bytes, 28 expected");
  EXPECT_EQ(first_words(with(a2, 8, 461 << 16 | 2), of_a2),
            "step 461, 2 expected: step and student_id exchanged?");
  EXPECT_EQ(first_words(with(a2, 4, 1001), of_a2),
            "psecret 1001, 0 expected: the message's own secret?");
  EXPECT_EQ(first_words(with(b2, 4, 2002), of_b2),
            "psecret 2002, 1001 expected: the message's own secret?");
  EXPECT_EQ(first_words(with(d2, 4, 4004), of_d2),
            "psecret 4004, 3003 expected: the message's own secret?");
  EXPECT_EQ(first_words(with(with(ack, 12, 0), 4, 0), of_ack),
            "psecret 0, 1001 expected: 0 is for stage a only?");
  EXPECT_EQ(first_words(with(ack, 8, 1, 2), of_ack), "step 1, 2 expected: the client's step?");
  EXPECT_EQ(first_words(with(ack, 10, 0xcd01, 2), of_ack),
            "student_id 52481, 461 expected: 461 in little-endian byte order?");
  EXPECT_EQ(first_words(with(ack, 10, 0, 2), of_ack),
            "student_id 0, 461 expected: not set, or htonl in place of htons?");
  EXPECT_EQ(first_words(with(a2, 12, 0x07000000), of_a2),
            "num 117440512: 7 in little-endian byte order?");
  EXPECT_EQ(first_words(with(b2, 12, 0xa00f0000), of_b2),
            "tcp_port 2685337600: 4000 in little-endian byte order, or 40975 as 16 bits (htons)?");
  EXPECT_EQ(first_words(with(c2, 16, 0x09000000), of_c2),
            "len2 150994944: 9 in little-endian byte order?");
  // These may be meant.
  for (const std::uint32_t number : {65536U, 100'000U, 1U << 20, 1U << 23}) {
    EXPECT_EQ(first_words(with(a2, 12, number), of_a2), "") << number;
  }
  EXPECT_EQ(first_words(with(a2, 12, 7 << 16), of_a2), "num 458752: 7 as 16 bits (htons)?");
  EXPECT_EQ(first_words(with(a2, 0, 14), of_a2),
            "payload_len 14, 16 expected: the port as 16 bits?");
  EXPECT_EQ(judge_port(A2{7, 5, 65536, 1001})->text(), "udp_port 65536, 1 to 65535 expected");
  EXPECT_EQ(
      judge_port(A2{7, 5, 0x92100000, 1001})->text(),
      "udp_port 2450522112, 1 to 65535 expected: 4242 in little-endian byte order, or 37392 as "
      "16 bits (htons)?");
  EXPECT_EQ(judge_port(A2{7, 5, 0, 4242})->text(), "udp_port 0, 1 to 65535 expected");
  EXPECT_EQ(judge_port(B2{70'001, 4242})->text(),
            "tcp_port 70001, 1 to 65535 expected: tcp_port and secretB exchanged?");
  EXPECT_FALSE(judge_port(B2{65535, 4242}));
}

}  // namespace
}  // namespace wire
