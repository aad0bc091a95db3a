// ICMP errors, and what they quote.
#include "wire/icmp.hh"

#include "support/prefixes.hh"
#include "wire/icmp_captures.hh"

namespace wire {
namespace {

TEST(IcmpError, IsReadAsCaptured) {
  for (const Capture& capture : captures) {
    const auto error = parse_icmp_error(*capture.family, from_hex(capture.hex));
    ASSERT_TRUE(error) << capture.what;
    EXPECT_EQ(error->type, capture.type) << capture.what;
    EXPECT_EQ(error->code, capture.code) << capture.what;
    EXPECT_EQ(error->quote.ttl, capture.quoted_ttl) << capture.what;
    EXPECT_EQ(error->quote.id, capture.id) << capture.what;
    EXPECT_EQ(error->quote.sequence, capture.sequence) << capture.what;
    EXPECT_EQ(error->extensions.size(), capture.extensions) << capture.what;
    EXPECT_FALSE(error->mtu) << capture.what;
  }
}

TEST(IcmpError, IsRefusedWhenCutBeforeTheProbeIsKnown) {
  for (const Capture& capture : captures) {
    SCOPED_TRACE(capture.what);
    Packet packet = from_hex(capture.hex);
    packet.resize(capture.needed);
    expect_only_whole(
        packet, [&](Bytes bytes) { return parse_icmp_error(*capture.family, bytes).has_value(); });
  }
}

TEST(IcmpError, OfAnotherProtocolTypeOrVersionIsAStrangers) {
  const struct {
    std::size_t at;
    std::uint8_t value;
    const char* what;
  } changes[] = {{0, 8, "an echo request"},
                 {0, 0, "an echo reply"},
                 {0, 5, "a redirect"},
                 {8, 0x65, "version 6"},
                 {8, 0x44, "a header of 16 bytes"},
                 {8, 0x4f, "more options than there are bytes"},
                 {17, 17, "about UDP"},
                 {28, 0, "about an echo reply"}};
  const Packet packet = from_hex(captures[0].hex);
  for (const auto& change : changes) {
    Packet changed = packet;
    changed[change.at] = change.value;
    EXPECT_FALSE(parse_icmp_error(icmp_v4, changed)) << change.what;
  }
  Packet other = from_hex(captures[6].hex);
  other[8 + 6] = 6;
  EXPECT_FALSE(parse_icmp_error(icmp_v6, other)) << "about TCP";
  EXPECT_FALSE(parse_icmp_error(icmp_v6, packet)) << "IPv4 where IPv6 belongs";
}

// RFC 4443, section 2.4: an error of an unknown type is for who sent the packet that it quotes.
TEST(IcmpError, OfIpv6MayBeOfATypeThatNobodyKnows) {
  Packet packet = from_hex(captures[6].hex);
  for (const int type : {5, 100, 127}) {
    packet[0] = static_cast<std::uint8_t>(type);
    EXPECT_TRUE(parse_icmp_error(icmp_v6, packet)) << type;
    EXPECT_FALSE(ends_packet(icmp_v6, packet[0])) << type;
  }
  for (const int type : {0, 128, 137}) {
    packet[0] = static_cast<std::uint8_t>(type);
    EXPECT_FALSE(parse_icmp_error(icmp_v6, packet)) << type;
  }
}

TEST(IcmpError, TellsTheMtuOfTheNextLink) {
  Packet v4 = from_hex(captures[0].hex);
  v4[0] = 3;
  v4[1] = 4;
  v4[5] = 17;  // RFC 4884's length does not belong to it
  v4[6] = 0x05;
  v4[7] = 0x78;
  EXPECT_EQ(parse_icmp_error(icmp_v4, v4)->mtu, 1400U);
  Packet v6 = from_hex(captures[6].hex);
  v6[0] = 2;
  v6[4] = 0;
  v6[6] = 0x05;
  v6[7] = 0x14;
  EXPECT_EQ(parse_icmp_error(icmp_v6, v6)->mtu, 1300U);
}

TEST(Ipv4, HeaderIsReadOptionsAndAll) {
  const Packet packet =
      from_hex("4600 0020 0000 0000 3301 0000 c000 020a 0a00 0002 9404 0000 0000 aaaa 0001 0002");
  const auto parsed = parse_ipv4(packet);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->ttl, 0x33);
  EXPECT_EQ(parsed->protocol, 1);
  EXPECT_EQ(parsed->payload.size(), 8U);
  expect_only_whole(Bytes(packet).first(24),
                    [](Bytes bytes) { return parse_ipv4(bytes).has_value(); });
}

TEST(Quotes, TellWhatMayHaveBeenRewritten) {
  Packet v4 = from_hex(captures[0].hex);
  v4[9] = 0xb8;  // the quoted type of service
  const auto error = parse_icmp_error(icmp_v4, v4);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->quote.traffic_class, 0xb8);
  EXPECT_EQ(error->quote.checksum, 0x50c8);
  EXPECT_EQ(error->quote.source, from_hex("0a00 0002"));
  EXPECT_EQ(error->quote.destination, from_hex("c000 020a"));
  Packet v6 = from_hex(captures[6].hex);
  v6[8] = 0x6b;
  v6[9] = 0x80;
  const auto other = parse_icmp_error(icmp_v6, v6);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->quote.traffic_class, 0xb8);
  EXPECT_EQ(other->quote.source.size(), 16U);
  EXPECT_EQ(other->quote.source[0], 0xfd);
  EXPECT_EQ(other->quote.destination[0], 0x20);
}

}  // namespace
}  // namespace wire
