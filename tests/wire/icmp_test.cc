#include "wire/icmp.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "support/prefixes.hh"
#include "wire/checksum.hh"

namespace wire {
namespace {

using Packet = std::vector<std::uint8_t>;

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// The bytes of a capture; blanks between them do not count.
Packet from_hex(std::string_view text) {
  Packet packet;
  int upper = -1;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    if (upper < 0) {
      upper = hex_digit(c);
    } else {
      packet.push_back(static_cast<std::uint8_t>(upper * 16 + hex_digit(c)));
      upper = -1;
    }
  }
  return packet;
}

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

// Errors as routers sent them, from the ICMP header on. Only the first `needed` bytes are needed to
// know the probe.
struct Capture {
  const char* what;
  const IcmpFamily* family;
  std::string_view hex;
  std::size_t needed;
  int type;
  int code;
  int quoted_ttl;
  std::uint16_t id;
  std::uint16_t sequence;
  std::size_t extensions;
};

const Capture captures[] = {
    {"time exceeded, all that RFC 792 promises", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4500 003c a7fa 0000 0101 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004",
     36, 11, 0, 1, 0x2d37, 4, 0},
    {"time exceeded, 40 bytes of options in the quoted header", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4f00 0064 a7fa 0000 0101 45bb 0a00 0002 c000 020a"
     "9404 0000 0101 0101 0101 0101 0101 0101 0101 0101"
     "0101 0101 0101 0101 0101 0101 0101 0101 0101 0100"
     "0800 50c8 2d37 0004",
     76, 11, 0, 1, 0x2d37, 4, 0},
    {"time exceeded, the quote begins with another source (a translator)", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4500 003c a7fa 0000 0101 45bb cb00 714d c000 020a"
     "0800 50c8 2d37 0004",
     36, 11, 0, 1, 0x2d37, 4, 0},
    {"time exceeded, the hop before forwarded TTL 0", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4500 003c a7fa 0000 0001 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004",
     36, 11, 0, 0, 0x2d37, 4, 0},
    {"time exceeded with MPLS at offset 128, no length told", &icmp_v4,
     "0b00 f4ff 0000 0000 4500 003c"
     "a7fa 0000 0101 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004 8b1f d8b8 7f80 4e4f"
     "5051 5253 5455 5657 5859 5a5b 5c5d 5e5f"
     "6061 6263 6465 6667 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 2000 e818"
     "0008 0101 05dc f101",
     36, 11, 0, 1, 0x2d37, 4, 1},
    {"prohibited", &icmp_v4,
     "030d 0000 0000 0000"
     "4500 003c a7fa 0000 0c01 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004",
     36, 3, 13, 12, 0x2d37, 4, 0},
    {"IPv6 time exceeded", &icmp_v6,
     "0300 0000 0000 0000"
     "6000 0000 0028 3a01 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "8000 50c8 beef 0011",
     56, 3, 0, 1, 0xbeef, 17, 0},
    {"IPv6 time exceeded, a hop-by-hop header and a fragment header in the quote", &icmp_v6,
     "0300 0000 0000 0000"
     "6000 0000 0038 0001 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "2c00 0104 0000 0000"
     "3a00 0000 0000 0001"
     "8000 50c8 beef 0011",
     72, 3, 0, 1, 0xbeef, 17, 0},
    {"IPv6 no route", &icmp_v6,
     "0100 0000 0000 0000"
     "6000 0000 0028 3a05 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "8000 50c8 beef 0011",
     56, 1, 0, 5, 0xbeef, 17, 0},
};

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

TEST(Extensions, ArriveWithALengthFieldInUnitsOfTheFamily) {
  const Packet structure = from_hex("2000 e818 0008 0101 05dc f101");
  const struct {
    const Capture& capture;
    std::size_t octet;
    std::uint8_t words;
  } cases[] = {{captures[0], 5, 32}, {captures[0], 5, 40}, {captures[6], 4, 16}};
  for (const auto& each : cases) {
    Packet packet = from_hex(each.capture.hex);
    packet[each.octet] = each.words;
    packet.resize(8 + each.words * each.capture.family->length_unit);
    packet.insert(packet.end(), structure.begin(), structure.end());
    const auto error = parse_icmp_error(*each.capture.family, packet);
    ASSERT_TRUE(error);
    ASSERT_EQ(error->extensions.size(), 1U) << int{each.words};
    const auto labels = mpls_labels(error->extensions[0]);
    ASSERT_EQ(labels.size(), 1U);
    EXPECT_EQ(labels[0].label, 24015U);
    EXPECT_TRUE(labels[0].bottom);
    EXPECT_EQ(labels[0].ttl, 1);
  }
}

// As live routers do: 132 for a quote of 132 bytes, or of 160 where 128 was meant.
TEST(Extensions, ArriveWithALengthFieldInBytesToo) {
  const Packet structure = from_hex("2000 e818 0008 0101 05dc f101");
  const struct {
    const Capture& capture;
    std::size_t octet;
    std::uint8_t field;
    std::size_t quote;
  } cases[] = {{captures[0], 5, 132, 132}, {captures[0], 5, 128, 128}, {captures[0], 5, 160, 128},
               {captures[6], 4, 136, 136}, {captures[6], 4, 34, 136},  {captures[6], 4, 128, 128}};
  for (const auto& each : cases) {
    Packet packet = from_hex(each.capture.hex);
    packet[each.octet] = each.field;
    packet.resize(8 + each.quote);
    packet.insert(packet.end(), structure.begin(), structure.end());
    const auto error = parse_icmp_error(*each.capture.family, packet);
    ASSERT_TRUE(error);
    ASSERT_EQ(error->extensions.size(), 1U) << int{each.field};
    EXPECT_EQ(mpls_labels(error->extensions[0])[0].label, 24015U);
  }
}

TEST(Extensions, MalformedOnesLeaveTheErrorAsItIs) {
  Packet packet = from_hex(captures[4].hex);
  packet[5] = 255;                   // a quote longer than the packet,
  packet.resize(packet.size() - 4);  // and nothing whole where old routers have it
  const auto error = parse_icmp_error(icmp_v4, packet);
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->extensions.empty());
}

TEST(Extensions, OnlyTheWholeStructureIsBelieved) {
  // Two labels, then an interface: index 5, name "xe-0".
  const Packet structure = from_hex(
      "2000 0000 000c 0101 05dc e6fe 03e8 4101"
      "0010 020a 0000 0005 0878 652d 3000 0000");
  expect_only_whole(structure, [](Bytes bytes) {
    const auto objects = parse_extensions(bytes);
    return objects && objects->size() == 2;
  });
  const auto objects = parse_extensions(structure);
  const auto labels = mpls_labels(objects->at(0));
  ASSERT_EQ(labels.size(), 2U);
  EXPECT_EQ(labels[0].label, 24014U);
  EXPECT_EQ(labels[0].experimental, 3);
  EXPECT_FALSE(labels[0].bottom);
  EXPECT_EQ(labels[0].ttl, 254);
  EXPECT_EQ(labels[1].label, 16004U);
  EXPECT_TRUE(labels[1].bottom);
  const auto interface = interface_info(objects->at(1));
  ASSERT_TRUE(interface);
  EXPECT_EQ(interface->index, 5U);
  EXPECT_EQ(interface->name, "xe-0");
  EXPECT_FALSE(interface->mtu);
  EXPECT_FALSE(interface_info(objects->at(0)));
  EXPECT_TRUE(mpls_labels(objects->at(1)).empty());
}

TEST(Extensions, AnotherVersionChecksumOrObjectLengthIsRefused) {
  const Packet good = from_hex("2000 e818 0008 0101 05dc f101");
  ASSERT_TRUE(parse_extensions(good));
  for (const auto& [at, value] : {std::pair{0, 0x10}, {3, 0x19}, {5, 7}, {5, 3}, {5, 0}, {5, 12}}) {
    Packet bad = good;
    bad[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(value);
    if (at == 5) bad[2] = bad[3] = 0;  // no checksum, so that the length decides
    EXPECT_FALSE(parse_extensions(bad)) << at << ' ' << value;
  }
  EXPECT_TRUE(parse_extensions(from_hex("2000 0000 0008 0101 05dc f101")));
  EXPECT_FALSE(parse_extensions(from_hex("2000 0000 0006 0101 05dc"))) << "no whole words";
}

TEST(InterfaceInfo, EveryFieldIsReadAndEveryProperPrefixRefused) {
  const Packet all = from_hex("0000 0007 0001 0000 c000 0201 0865 7468 3000 0000 0000 05dc");
  expect_only_whole(all, [](Bytes bytes) {
    return interface_info({2, 0x8f, Packet(bytes.begin(), bytes.end())}).has_value();
  });
  const auto info = interface_info({2, 0x8f, all});
  EXPECT_EQ(info->role, 2);
  EXPECT_EQ(info->index, 7U);
  EXPECT_EQ(info->address, from_hex("c000 0201"));
  EXPECT_EQ(info->name, "eth0");
  EXPECT_EQ(info->mtu, 1500U);
}

}  // namespace
}  // namespace wire
