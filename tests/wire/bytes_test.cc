#include "wire/bytes.hh"

#include "support/prefixes.hh"

namespace wire {
namespace {

TEST(Bytes, ReaderReadsNetworkByteOrder) {
  const std::vector<std::uint8_t> packet{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xff};
  Reader in{packet};
  EXPECT_EQ(in.u32(), 0x01020304U);
  EXPECT_EQ(in.u16(), 0x0506);
  EXPECT_EQ(in.u8(), 7);
  EXPECT_EQ(in.u8(), 255);
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.rest().empty());
}

TEST(Bytes, ATextAndItsBytesAreTheSameMemory) {
  constexpr std::string_view text("a\0\xff", 3);
  EXPECT_EQ(text_of(bytes_of(text)), text);
  EXPECT_EQ(text_of(bytes_of(text)).data(), text.data());
}

TEST(Bytes, ReadingPastTheEndGivesZerosAndStaysNotOk) {
  const std::vector<std::uint8_t> packet{1, 2, 3};
  Reader in{packet};
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0) << "nothing is read after a failure, even if it would fit";
  EXPECT_FALSE(in.ok());
}

TEST(Bytes, EveryProperPrefixIsNotOk) {
  const auto packet = Writer().u32(1).u16(2).u8(3).fill(2, 4).done();
  expect_only_whole(packet, [](Bytes bytes) {
    Reader in{bytes};
    in.u32();
    in.u16();
    in.u8();
    in.take(2);
    return in.ok();
  });
}

TEST(Bytes, WriterWritesNetworkByteOrder) {
  const auto packet = Writer().u32(0x01020304).u16(0x0506).u8(7).fill(2, 9).done();
  EXPECT_EQ(packet, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 9, 9}));
}

}  // namespace
}  // namespace wire
