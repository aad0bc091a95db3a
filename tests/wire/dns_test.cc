// Answers of name servers.
#include "wire/dns.hh"

#include "support/prefixes.hh"

namespace wire {
namespace {

// A message with one question and the answers given.
std::vector<std::uint8_t> message(std::uint16_t answers, Bytes records) {
  const auto head = Writer().u16(1).u16(0x8180).u16(1).u16(answers).u32(0).done();
  const auto question = Writer().u8(1).u8('a').u8(0).u16(dns_type_txt).u16(1).done();
  return Writer().bytes(head).bytes(question).bytes(records).done();
}

// A TXT record of the root, whose text says that it has `length` bytes.
std::vector<std::uint8_t> txt(std::string_view text, std::uint8_t length) {
  const auto size = static_cast<std::uint16_t>(1 + text.size());
  const auto head = Writer().u8(0).u16(dns_type_txt).u16(1).u32(60).u16(size).done();
  return Writer().bytes(head).u8(length).bytes(bytes_of(text)).done();
}

TEST(Dns, TextIsTakenFromTheFirstTxtRecord) {
  const auto alias = Writer().u16(0xc00c).u16(5).u16(1).u32(60).u16(3).u8(1).u8('b').u8(0).done();
  const auto both = Writer().bytes(alias).bytes(txt("64500", 5)).done();
  EXPECT_EQ(first_txt(message(2, both)), "64500");
  EXPECT_FALSE(first_txt(message(1, alias)));
  EXPECT_FALSE(first_txt(message(0, txt("64500", 5))));
  expect_only_whole(message(2, both), [](Bytes bytes) { return first_txt(bytes).has_value(); });
}

TEST(Dns, TextThatLeavesItsRecordIsRefused) {
  const auto more = Writer().bytes(txt("64500", 6)).bytes(bytes_of("!")).done();
  EXPECT_FALSE(first_txt(message(1, more)));
}

}  // namespace
}  // namespace wire
