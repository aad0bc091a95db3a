// Echo requests, their replies and their checksum.
#include "support/prefixes.hh"
#include "wire/checksum.hh"
#include "wire/icmp_captures.hh"

namespace wire {
namespace {

std::uint16_t checksum_of(const Packet& packet) {
  return static_cast<std::uint16_t>(packet[2] << 8 | packet[3]);
}

TEST(Checksum, SumsWordsInOnesComplement) {
  // RFC 1071, section 3.
  EXPECT_EQ(ones_complement_sum(from_hex("0001 f203 f4f5 f6f7")), 0xddf2);
  EXPECT_EQ(ones_complement_sum(from_hex("0001 f203 f4f5 f6")), 0xdcfb);
  EXPECT_EQ(ones_complement_sum({}), 0);
}

TEST(EchoRequest, EachSequenceNumberLeavesTheChecksumAsItIs) {
  for (const auto wanted : std::initializer_list<std::uint16_t>{0x0000, 0x0001, 0x50c8, 0xfffe}) {
    for (std::uint32_t sequence = 0; sequence <= 0xffff; ++sequence) {
      const Packet packet = echo_request(
          icmp_v4, {0x1234, static_cast<std::uint16_t>(sequence), 0xdeadbeef, wanted, 40});
      ASSERT_EQ(checksum_of(packet), wanted) << sequence;
      ASSERT_EQ(ones_complement_sum(packet), 0xffff) << sequence;
    }
  }
}

TEST(EchoRequest, EachChecksumButTheImpossibleOneCanBeHad) {
  for (std::uint32_t wanted = 0; wanted <= 0xfffe; ++wanted) {
    const auto packet = echo_request(icmp_v6, {7, 9, 1, static_cast<std::uint16_t>(wanted), 40});
    ASSERT_EQ(checksum_of(packet), wanted);
  }
  EXPECT_EQ(checksum_of(echo_request(icmp_v4, {7, 9, 1, 0xffff, 40})), 0);
}

TEST(EchoRequest, HasTheSizeAskedForAndAValidChecksumEvenWithoutRoomForABalance) {
  for (std::size_t size = icmp_header_size; size < 100; ++size) {
    const Packet packet = echo_request(icmp_v4, {1, 2, 3, 4, size});
    EXPECT_EQ(packet.size(), size);
    EXPECT_EQ(ones_complement_sum(packet), 0xffff) << size;
  }
}

TEST(EchoReply, IsTheRequestWithAnotherType) {
  for (const IcmpFamily* family : {&icmp_v4, &icmp_v6}) {
    Packet packet = echo_request(*family, {0xabcd, 0x1234, 0xdeadbeef, 0x50c8, 14});
    EXPECT_FALSE(parse_echo_reply(*family, packet)) << "our own request is no reply";
    packet[0] = family->echo_reply;
    const auto reply = parse_echo_reply(*family, packet);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->id, 0xabcd);
    EXPECT_EQ(reply->sequence, 0x1234);
    EXPECT_EQ(reply->nonce, 0xdeadbeef);
    expect_only_whole(packet, [&](Bytes bytes) {
      const auto shorter = parse_echo_reply(*family, bytes);
      return shorter && shorter->nonce;
    });
    packet[1] = 1;
    EXPECT_TRUE(parse_echo_reply(*family, packet)) << "a code that nobody knows is no silence";
  }
}

}  // namespace
}  // namespace wire
