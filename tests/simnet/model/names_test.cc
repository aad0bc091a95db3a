#include "simnet/model/names.hh"

#include <gtest/gtest.h>

#include "support/prefixes.hh"

namespace simnet {
namespace {

using namespace std::chrono_literals;

Packet query(const Labels& name, std::uint16_t type) {
  wire::Writer out;
  out.u16(0xbeef).u16(0x0100).u16(1).u16(0).u16(0).u16(0);
  for (const std::string& label : name) {
    out.u8(static_cast<std::uint8_t>(label.size())).bytes(wire::bytes_of(label));
  }
  return out.u8(0).u16(type).u16(1).done();
}

Labels labels(std::string text) {
  Labels split{""};
  for (const char c : text) c == '.' ? (void)split.emplace_back() : (void)(split.back() += c);
  return split;
}

const Description description = parse_description(
    "resolver delay 5\n"
    "txt AS64500.asn.cymru.com 64500 | ZZ | EXAMPLE, ZZ\n"
    "hop 10.0.0.1 2001:db8::1 name GW-%n.example.net namedelay 20 as 64500\n"
    "hop 10.0.0.2 namedead\n"
    "hop 10.0.0.3 name a\\x0ab\\.c.net\n"
    "hop 10.0.0.4\n"
    "target 192.0.2.0/24 name %a.example.org",
    "test");

// The answer's data as a text, "-" for no answer and "NX" for a name that is not there.
std::string ask(const std::string& name, std::uint16_t type) {
  const auto answer = answer_query(description, query(labels(name), type));
  if (!answer) return "-";
  wire::Reader in{answer->message};
  EXPECT_EQ(in.u16(), 0xbeef);
  const std::uint16_t flags = in.u16();
  in.u16();
  const std::uint16_t count = in.u16();
  in.take(4 + query(labels(name), type).size() - 12);
  if ((flags & 15) == 3) return "NX";
  std::string data;
  for (unsigned i = 0; i < count; ++i) {
    EXPECT_EQ(in.u16(), 0xc00c);
    EXPECT_EQ(in.u16(), type);
    in.take(6);
    const wire::Bytes bytes = in.take(in.u16());
    data.append(bytes.begin(), bytes.end());
  }
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.rest().empty());
  return data;
}

TEST(SimnetNames, ReverseNamesAreThoseOfTheDescription) {
  using namespace std::string_literals;
  EXPECT_EQ(ask("1.0.0.10.in-addr.arpa", 12), "\4GW-1\7example\3net\0"s);
  EXPECT_EQ(ask("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", 12),
            "\4GW-1\7example\3net\0"s);
  EXPECT_EQ(ask("3.0.0.10.in-addr.arpa", 12), "\5a\nb.c\3net\0"s);
  EXPECT_EQ(ask("77.2.0.192.in-addr.arpa", 12), "\012192-0-2-77\7example\3org\0"s);
  EXPECT_EQ(ask("4.0.0.10.in-addr.arpa", 12), "NX");
  EXPECT_EQ(ask("9.9.9.9.in-addr.arpa", 12), "NX");
  EXPECT_EQ(ask("256.0.0.10.in-addr.arpa", 12), "NX");
  EXPECT_EQ(ask("2.0.0.10.in-addr.arpa", 12), "-") << "never answered";
}

TEST(SimnetNames, ForwardNamesAndTexts) {
  EXPECT_EQ(ask("gw-1.EXAMPLE.net", 1), (std::string{10, 0, 0, 1}));
  EXPECT_EQ(ask("gw-1.example.net", 28).size(), 16U);
  EXPECT_EQ(ask("gw-1.example.net", 15), "") << "the name is there, a record of this type is not";
  EXPECT_EQ(ask("nosuch.example.net", 1), "NX");
  EXPECT_EQ(ask("as64500.asn.cymru.com", 16).substr(1), "64500 | ZZ | EXAMPLE, ZZ");
  EXPECT_EQ(ask("1.0.0.10.origin.asn.cymru.com", 16).substr(1),
            "64500 | 10.0.0.1/32 | ZZ | simnet | 2024-01-01");
  EXPECT_EQ(ask("3.0.0.10.origin.asn.cymru.com", 16), "NX");
}

TEST(SimnetNames, EachNameTakesItsTime) {
  const auto delay = [](const std::string& name) {
    return answer_query(description, query(labels(name), 12))->delay;
  };
  EXPECT_EQ(delay("1.0.0.10.in-addr.arpa"), 25ms);
  EXPECT_EQ(delay("3.0.0.10.in-addr.arpa"), 5ms);
}

TEST(SimnetNames, EveryProperPrefixOfAQueryIsRefused) {
  expect_only_whole(query(labels("1.0.0.10.in-addr.arpa"), 12),
                    [](wire::Bytes bytes) { return answer_query(description, bytes).has_value(); });
}

}  // namespace
}  // namespace simnet
