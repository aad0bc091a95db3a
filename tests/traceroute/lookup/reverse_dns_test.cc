#include "traceroute/lookup/reverse_dns.hh"

#include <gtest/gtest.h>
#include <netdb.h>

#include <cstring>

namespace {

const char* name_of_all = "";  // as the resolver has it

}  // namespace

// The test's own resolver, which says what whoever owns an address likes.
extern "C" int getnameinfo(const sockaddr*, socklen_t, char* name, socklen_t size, char*, socklen_t,
                           int) {
  if (std::strlen(name_of_all) >= size) return EAI_OVERFLOW;
  std::strcpy(name, name_of_all);
  return 0;
}

namespace traceroute {
namespace {

net::Address parse(const char* text) { return net::resolve(text, 0, net::Family::any, {})[0]; }

TEST(Names, OnlyPlainOnesArePrintable) {
  for (const char* name :
       {"a", "xe-0-0-1.r1.example.net", "_x.example.", "xn--bcher-kva.example"}) {
    EXPECT_TRUE(is_printable_name(name)) << name;
  }
  for (const char* name :
       {"", "a b", "\x1b[2J", "a\n 9  fake (192.0.2.1)  1 ms", "a(b)", "b\xc3\xbc", "a;b", "*",
        "a\tb", "a/b", "\"", "a\\032b", "192.0.2.99", "10.0.0.1.", "."}) {
    EXPECT_FALSE(is_printable_name(name)) << name;
  }
  EXPECT_FALSE(is_printable_name(std::string(256, 'a')));
  EXPECT_FALSE(is_printable_name(std::string_view("a\0b", 3)));
}

TEST(Names, ThatAreNotPrintableAreNone) {
  name_of_all = "r1.example.net";
  EXPECT_EQ(reverse_name(parse("192.0.2.10")), "r1.example.net");
  for (const char* name : {"\x1b[2J", "a\n 9  fake (192.0.2.1)  1 ms", ""}) {
    name_of_all = name;
    EXPECT_EQ(reverse_name(parse("192.0.2.10")), "");
  }
}

TEST(Origins, AreAskedForByTheReversedAddress) {
  EXPECT_EQ(origin_query(parse("192.0.2.10")), "10.2.0.192.origin.asn.cymru.com");
  EXPECT_EQ(
      origin_query(parse("2001:db8::1a")),
      "a.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.origin6.asn.cymru.com");
}

TEST(Origins, AreTheNumbersBeforeTheFirstBar) {
  EXPECT_EQ(parse_origin("64500 | 192.0.2.0/24 | ZZ | other | 2001-01-01"), "AS64500");
  EXPECT_EQ(parse_origin("64500 64501 | 192.0.2.0/24"), "AS64500/AS64501");
  EXPECT_EQ(parse_origin("4294967295"), "AS4294967295");
  for (const char* text : {"", " ", "| 64500", "64500x | a", "64500 x | a", "AS64500", "-1",
                           "4294967296", "64500\n", "\x1b[2J | a"}) {
    EXPECT_EQ(parse_origin(text), "") << text;
  }
}

}  // namespace
}  // namespace traceroute
