// The URLs that a client goes to.
#include <gtest/gtest.h>

#include <string>

#include "wire/http/url.hh"

namespace wire::http {
namespace {

TEST(Url, PartsAreTakenApart) {
  const auto url = parse_url("HTTP://example.com:8000/a b?q=\xc3\xa4#f");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 8000);
  EXPECT_EQ(url->target, "/a%20b?q=%C3%A4");
  EXPECT_EQ(url->authority(), "example.com:8000");
  EXPECT_EQ(parse_url("http://a")->target, "/");
  EXPECT_EQ(parse_url("http://a?b")->target, "/?b");
  EXPECT_EQ(parse_url("http://a:/")->port, 80);
  EXPECT_EQ(parse_url("http://[::1]:81/")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:81/")->text(), "http://[::1]:81/");
  for (const char* text :
       {"", "a", "http:/a", "http://", "http:///a", "http://a:b/", "http://a:70000/", "http://a:0/",
        "http://u:p@a/", "https://a/", "ftp://a/", "http://[::1/", "http://[a]/", "http://a b/",
        "http://:80/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

// Java's own server, for one, answers 400 to what is no URL.
TEST(Url, WhatNoUrlHoldsIsEncoded) {
  EXPECT_EQ(parse_url(R"(http://a/{"a[1]"}<b>|^\`?{"a[]"}<b>|^\`)")->target,
            "/%7B%22a%5B1%5D%22%7D%3Cb%3E%7C%5E%5C%60?%7B%22a%5B%5D%22%7D%3Cb%3E%7C%5E%5C%60");
  EXPECT_EQ(parse_url("http://a/%7b%/100%?%4g%41")->target, "/%7b%25/100%25?%254g%41");
  const std::string every = "/Az09-._~!$&'()*+,;=:@%20/?Az09-._~!$&'()*+,;=:@%20/?";
  EXPECT_EQ(parse_url("http://a" + every)->target, every);
  EXPECT_EQ(resolve_reference(*parse_url("http://a"), "/{b}")->target, "/%7Bb%7D");
}

TEST(Url, DotSegmentsGoAlsoWhereTheUrlIsWhole) {
  EXPECT_EQ(parse_url("http://a/../b/./c/../d?e/../f")->target, "/b/d?e/../f");
  EXPECT_EQ(parse_url("http://a/b/..")->target, "/");
  EXPECT_EQ(parse_url("http://a/b//../c")->target, "/b/c");
  EXPECT_EQ(parse_url("http://a/%2e%2e/b")->target, "/%2e%2e/b");
  const Url base = *parse_url("http://a/b/c");
  EXPECT_EQ(resolve_reference(base, "http://h/i/../../j")->text(), "http://h/j");
  EXPECT_EQ(resolve_reference(base, "//h/i/../j#k/..")->text(), "http://h/j");
}

TEST(Url, AHostIsDecodedAndAPortMayBeginWithZeros) {
  EXPECT_EQ(parse_url("http://127%2e0.0.1/")->authority(), "127.0.0.1");
  EXPECT_EQ(parse_url("http://%41%2D%7e:0000081/")->authority(), "A-~:81");
  for (const char* text : {"http://a%3a81/", "http://a%2fb/", "http://a%40b/", "http://%3a%3a1/",
                           "http://%5b::1%5d/", "http://a%00/", "http://a%0d%0aX/", "http://a%20b/",
                           "http://a%2541/", "http://%c3%a4/", "http://a:0065536/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, ReferencesAreResolved) {
  const Url base = *parse_url("http://a:81/b/c/d?q");
  const auto resolved = [&](const char* reference) {
    return resolve_reference(base, reference)->text();
  };
  // The examples of RFC 3986, section 5.4, as far as http goes.
  EXPECT_EQ(resolved("g"), "http://a:81/b/c/g");
  EXPECT_EQ(resolved("./g"), "http://a:81/b/c/g");
  EXPECT_EQ(resolved("g/"), "http://a:81/b/c/g/");
  EXPECT_EQ(resolved("/g"), "http://a:81/g");
  EXPECT_EQ(resolved("//g"), "http://g/");
  EXPECT_EQ(resolved("?y"), "http://a:81/b/c/d?y");
  EXPECT_EQ(resolved("g?y#s"), "http://a:81/b/c/g?y");
  EXPECT_EQ(resolved("#s"), "http://a:81/b/c/d?q");
  EXPECT_EQ(resolved(""), "http://a:81/b/c/d?q");
  EXPECT_EQ(resolved("."), "http://a:81/b/c/");
  EXPECT_EQ(resolved(".."), "http://a:81/b/");
  EXPECT_EQ(resolved("../g"), "http://a:81/b/g");
  EXPECT_EQ(resolved("../../../g"), "http://a:81/g");
  EXPECT_EQ(resolved("/./g"), "http://a:81/g");
  EXPECT_EQ(resolved("/../g"), "http://a:81/g");
  EXPECT_EQ(resolved("g;x=1/../y"), "http://a:81/b/c/y");
  EXPECT_EQ(resolved("g?y/../x"), "http://a:81/b/c/g?y/../x");
  EXPECT_EQ(resolved("/login?next=http://b/"), "http://a:81/login?next=http://b/");
  EXPECT_EQ(resolved("http://h:82/i"), "http://h:82/i");
  for (const char* other : {"https://h/", "//", "g:h", "mailto:a", "javascript:1", "http:g"}) {
    EXPECT_FALSE(resolve_reference(base, other)) << other;
  }
  EXPECT_EQ(resolved("./g:h"), "http://a:81/b/c/g:h");
  EXPECT_EQ(resolved("/g:h"), "http://a:81/g:h");
}

TEST(Url, AZoneIsForThisHostOnly) {
  for (const char* text : {"http://[fe80::1%25eth0]:81/a", "http://[fe80::1%eth0]:81/a"}) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->node(), "fe80::1%eth0");
    EXPECT_EQ(url->authority(), "[fe80::1]:81");
    EXPECT_EQ(url->text(), "http://[fe80::1%25eth0]:81/a");
    EXPECT_EQ(resolve_reference(*url, "/b")->node(), "fe80::1%eth0");
    EXPECT_EQ(resolve_reference(*url, "http://[fe80::1]/b")->node(), "fe80::1%eth0");
    EXPECT_EQ(resolve_reference(*url, "//[fe80::1%251]/b")->node(), "fe80::1%1");
    EXPECT_EQ(resolve_reference(*url, "http://[fe80::2]/b")->node(), "fe80::2");
  }
  EXPECT_EQ(parse_url("http://[::1]/")->node(), "::1");
  for (const char* text : {"http://[fe80::1%25]/", "http://[fe80::1%]/", "http://[fe80::1%25a%20]/",
                           "http://[fe80::1%25a%25b]/", "http://a%25b:c/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

}  // namespace
}  // namespace wire::http
