// The extensions of ICMP errors: MPLS labels and interfaces.
#include "support/prefixes.hh"
#include "wire/icmp_captures.hh"

namespace wire {
namespace {

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
