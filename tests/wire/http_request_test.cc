// Heads, framing and targets of requests.
#include <gtest/gtest.h>

#include <string>

#include "support/prefixes.hh"
#include "wire/http/request.hh"
#include "wire/http/target.hh"

namespace wire::http {
namespace {

using namespace std::string_literals;
using S = Status;

int code(const std::optional<Status>& refusal) { return refusal ? number(*refusal) : 0; }

struct Judged {
  const char* rule;
  std::string text;
  int status;  // 0: accepted
};
void PrintTo(const Judged& judged, std::ostream* out) { *out << judged.rule; }
class RequestLineTable : public testing::TestWithParam<Judged> {};
class RequestTable : public testing::TestWithParam<Judged> {};
class FramingTable : public testing::TestWithParam<Judged> {};

TEST_P(RequestLineTable, IsJudged) {
  EXPECT_EQ(code(parse_request_line(GetParam().text).refusal), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    , RequestLineTable,
    testing::Values(
        Judged{"get", "GET / HTTP/1.1", 0}, Judged{"version 1.0", "GET / HTTP/1.0", 0},
        Judged{"a later minor version", "GET / HTTP/1.9", 0},
        Judged{"an unknown method is well formed", "BREW /pot HTTP/1.1", 0},
        Judged{"bytes above ASCII", "GET /\xc3\xa4 HTTP/1.1", 0},
        Judged{"a target of the greatest length",
               "GET /" + std::string(max_request_line - 14, 'a') + " HTTP/1.1", 0},
        Judged{"a target too long", "GET /" + std::string(max_request_line - 13, 'a') + " HTTP/1.1",
               414},
        Judged{"empty", "", 400}, Judged{"no target", "GET HTTP/1.1", 400},
        Judged{"HTTP/0.9", "GET /", 400}, Judged{"one word", "GET", 400},
        Judged{"two spaces", "GET  / HTTP/1.1", 400},
        Judged{"two spaces before the version", "GET /  HTTP/1.1", 400},
        Judged{"a space behind", "GET / HTTP/1.1 ", 400},
        Judged{"a space before", " GET / HTTP/1.1", 400}, Judged{"a tab", "GET\t/\tHTTP/1.1", 400},
        Judged{"a space in the target", "GET /a b HTTP/1.1", 400},
        Judged{"a fragment", "GET /#a HTTP/1.1", 400},
        Judged{"a NUL in the target", "GET /a\0b HTTP/1.1"s, 400},
        Judged{"a CR in the target", "GET /a\rb HTTP/1.1", 400},
        Judged{"a delete in the target", "GET /a\x7f HTTP/1.1", 400},
        Judged{"a method that is no token", "G@T / HTTP/1.1", 400},
        Judged{"lower-case HTTP", "GET / http/1.1", 400},
        Judged{"a version of two digits", "GET / HTTP/1.10", 400},
        Judged{"a version without a dot", "GET / HTTP/11.", 400},
        Judged{"a version in letters", "GET / HTTP/a.b", 400},
        Judged{"another protocol", "GET / RTSP/1.0", 400}, Judged{"HTTP/2", "PRI * HTTP/2.0", 505},
        Judged{"HTTP/0", "GET / HTTP/0.9", 505}, Judged{"HTTP/3", "GET / HTTP/3.0", 505}));

std::string head(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }

TEST_P(RequestTable, IsJudged) {
  ASSERT_EQ(head_end(GetParam().text), GetParam().text.size());
  EXPECT_EQ(code(parse_request(GetParam().text).refusal), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    , RequestTable,
    testing::Values(
        Judged{"a host", head("Host: a\r\n"), 0},
        Judged{"lines that end in LF alone", "GET / HTTP/1.1\nHost: a\n\n", 0},
        Judged{"empty lines before", "\r\n\r\n" + head("Host: a\r\n"), 0},
        Judged{"no space after the colon", head("Host:a\r\n"), 0},
        Judged{"much space around the value", head("Host: \t a \t \r\n"), 0},
        Judged{"a tab in a value", head("Host: a\r\nX: a\tb\r\n"), 0},
        Judged{"bytes above ASCII in a value", head("Host: a\r\nX: \xe4\r\n"), 0},
        Judged{"an empty value", head("Host: a\r\nX:\r\n"), 0},
        Judged{"an empty host", head("Host:\r\n"), 400},
        Judged{"an empty host for all of a server", "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", 0},
        Judged{"an empty host beside an http target", "GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n",
               400},
        Judged{"a host with a port", head("Host: a.example:8000\r\n"), 0},
        Judged{"an IPv6 host", head("Host: [::1]:80\r\n"), 0},
        Judged{"HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n", 0},
        Judged{"HTTP/1.1 without a host", head(""), 400},
        Judged{"brackets around a name", head("Host: [a]\r\n"), 400},
        Judged{"two hosts", head("Host: a\r\nHost: a\r\n"), 400},
        Judged{"two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Judged{"a list of hosts", head("Host: a, b\r\n"), 400},
        Judged{"a host with a path", head("Host: a/b\r\n"), 400},
        Judged{"a host with a user", head("Host: u@a\r\n"), 400},
        Judged{"a host with a bad port", head("Host: a:b\r\n"), 400},
        Judged{"a host with a port too great", head("Host: a:65536\r\n"), 400},
        Judged{"an IPv6 host without its end", head("Host: [::1\r\n"), 400},
        Judged{"a host with a bad percent", head("Host: a%2\r\n"), 400},
        Judged{"whitespace before the colon", head("Host : a\r\n"), 400},
        Judged{"a length with whitespace before it", head("Host: a\r\nContent-Length : 5\r\n"),
               400},
        Judged{"a name of two words", head("Host: a\r\nX Y: a\r\n"), 400},
        Judged{"a folded line", head("Host: a\r\nX: a\r\n b\r\n"), 400},
        Judged{"a first line that is folded", head(" Host: a\r\n"), 400},
        Judged{"a CR alone in a value", head("Host: a\r\nX: a\rb\r\n"), 400},
        Judged{"two CR before the LF", head("Host: a\r\nX: a\r\r\n"), 400},
        Judged{"a NUL in a value", head("Host: a\r\nX: a\0b\r\n"s), 400},
        Judged{"a NUL in a name", head("Host: a\r\nX\0: a\r\n"s), 400},
        Judged{"a control character in a value", head("Host: a\r\nX: a\x01\r\n"), 400},
        Judged{"no colon", head("Host: a\r\nX\r\n"), 400},
        Judged{"an empty name", head("Host: a\r\n: a\r\n"), 400},
        Judged{"a name that is no token", head("Host: a\r\nX(): a\r\n"), 400},
        Judged{"an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", 505},
        Judged{"as many fields as may be",
               [] {
                 std::string fields = "Host: a\r\n";
                 for (std::size_t i = 1; i < max_fields; ++i) fields += "X: a\r\n";
                 return head(fields);
               }(),
               0},
        Judged{"a field too many",
               [] {
                 std::string fields = "Host: a\r\n";
                 for (std::size_t i = 0; i < max_fields; ++i) fields += "X: a\r\n";
                 return head(fields);
               }(),
               431}));

TEST(Request, EveryProperPrefixOfAHeadIsWaitedFor) {
  const std::string text =
      "\r\nGET /a?b HTTP/1.1\r\nHost: example.com:80\r\nConnection: close, x\r\n\r\n";
  expect_only_whole(bytes_of(text), [](Bytes bytes) {
    const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_FALSE(refuse_early(head));
    const auto end = head_end(head);
    return end && !parse_request(head.substr(0, *end)).refusal;
  });
  const auto request = parse_request(text).value;
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/a?b");
  EXPECT_EQ(request.minor_version, 1);
  EXPECT_EQ(request.fields.find("host"), "example.com:80");
  EXPECT_FALSE(wants_persistence(request));
}

TEST(Request, TheEndOfTheHeadIsTheFirstEmptyLine) {
  const std::string first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(head_end(first + "GET /b HTTP/1.1\r\n\r\n"), first.size());
  EXPECT_EQ(head_end("\r\n\r\n"), std::nullopt);
  EXPECT_EQ(head_end("GET / HTTP/1.1\r\n\r"), std::nullopt);
}

TEST(Request, ABadFirstLineIsRefusedBeforeTheHeadEnds) {
  EXPECT_EQ(code(refuse_early("GET /\r\n")), 400);
  EXPECT_EQ(code(refuse_early("PRI * HTTP/2.0\r\n")), 505);
  EXPECT_EQ(code(refuse_early("\x16\x03\x01")), 400);  // TLS
  EXPECT_EQ(code(refuse_early("GET /" + std::string(max_request_line, 'a'))), 414);
  EXPECT_EQ(code(refuse_early("")), 0);
  EXPECT_EQ(code(refuse_early("\r")), 0);
  EXPECT_EQ(code(refuse_early("GET / HTTP/1.1\r\nHo")), 0);
}

std::string post(const std::string& fields, const char* version = "1.1") {
  return std::string("POST / HTTP/") + version + "\r\nHost: a\r\n" + fields + "\r\n";
}

TEST_P(FramingTable, IsJudged) {
  const auto request = parse_request(GetParam().text);
  ASSERT_FALSE(request.refusal);
  EXPECT_EQ(code(request_framing(request.value).refusal), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    , FramingTable,
    testing::Values(
        Judged{"nothing", post(""), 0}, Judged{"a length", post("Content-Length: 5\r\n"), 0},
        Judged{"the same length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n"), 0},
        Judged{"the same length in a list", post("Content-Length: 5, 5\r\n"), 0},
        Judged{"the greatest length", post("Content-Length: 18446744073709551615\r\n"), 0},
        Judged{"chunked", post("Transfer-Encoding: chunked\r\n"), 0},
        Judged{"chunked in another case", post("Transfer-Encoding: Chunked\r\n"), 0},
        Judged{"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        Judged{"two lengths in a list", post("Content-Length: 5, 6\r\n"), 400},
        Judged{"an empty length", post("Content-Length:\r\n"), 400},
        Judged{"an empty element", post("Content-Length: 5,,5\r\n"), 400},
        Judged{"an empty element at the end", post("Content-Length: 5,\r\n"), 400},
        Judged{"an empty element at the beginning", post("Content-Length: ,5\r\n"), 400},
        Judged{"a length overflowing", post("Content-Length: 18446744073709551616\r\n"), 400},
        Judged{"a negative length", post("Content-Length: -5\r\n"), 400},
        Judged{"a signed length", post("Content-Length: +5\r\n"), 400},
        Judged{"a length in hex", post("Content-Length: 0x5\r\n"), 400},
        Judged{"a length in words", post("Content-Length: five\r\n"), 400},
        Judged{"a length with a point", post("Content-Length: 5.0\r\n"), 400},
        Judged{"a length with a space in it", post("Content-Length: 5 5\r\n"), 400},
        Judged{"both", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        Judged{"chunked in HTTP/1.0", post("Transfer-Encoding: chunked\r\n", "1.0"), 400},
        Judged{"chunked twice", post("Transfer-Encoding: chunked, chunked\r\n"), 400},
        Judged{"chunked twice in two fields",
               post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        Judged{"chunked not last", post("Transfer-Encoding: chunked, gzip\r\n"), 400},
        Judged{"identity", post("Transfer-Encoding: identity\r\n"), 400},
        Judged{"an empty coding", post("Transfer-Encoding:\r\n"), 400},
        Judged{"chunked with a parameter", post("Transfer-Encoding: chunked;a=b\r\n"), 400},
        Judged{"chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n"), 400},
        Judged{"gzip and chunked", post("Transfer-Encoding: gzip, chunked\r\n"), 501}));

TEST(Request, PersistenceFollowsVersionAndConnection) {
  const auto persistent = [](const std::string& text) {
    return wants_persistence(parse_request(text).value);
  };
  EXPECT_TRUE(persistent("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(persistent("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n"));
  EXPECT_FALSE(
      persistent("GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: y,close\r\n\r\n"));
  EXPECT_FALSE(persistent("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(persistent("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
  EXPECT_FALSE(persistent("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
}

TEST(Target, FormsLeadToAPath) {
  EXPECT_EQ(origin_of("/a?b").value, "/a?b");
  EXPECT_EQ(origin_of("http://example.com/a?b").value, "/a?b");
  EXPECT_EQ(origin_of("HTTPS://example.com:8000").value, "");
  EXPECT_EQ(origin_of("http://example.com?b").value, "?b");
  for (const char* target : {"*", "a", "example.com:80", "ftp://example.com/", "http:///a",
                             "http://u@example.com/", "http://a b/", "://a/"}) {
    EXPECT_EQ(code(origin_of(target).refusal), 400) << target;
  }
}

struct Decoded {
  const char* target;
  const char* path;
  bool directory;
};

TEST(Target, PathsAreDecodedAndStayBelowTheRoot) {
  for (const Decoded& expected : {
           Decoded{"/", "", true},
           Decoded{"/a", "a", false},
           Decoded{"/a/", "a", true},
           Decoded{"/a/b.html?q=/../", "a/b.html", false},
           Decoded{"//a///b", "a/b", false},
           Decoded{"/a%20b", "a b", false},
           Decoded{"/%61", "a", false},
           Decoded{"/%2561", "%61", false},
           Decoded{"/a+b", "a+b", false},
           Decoded{"/\xc3\xa4%C3%A4", "\xc3\xa4\xc3\xa4", false},
           Decoded{"/%c0%ae%c0%ae/a", "\xc0\xae\xc0\xae/a", false},
           Decoded{"/a/./b", "a/b", false},
           Decoded{"/a/../b", "b", false},
           Decoded{"/a/b/..", "a", true},
           Decoded{"/a/.", "a", true},
           Decoded{"/..", "", true},
           Decoded{"/../../../etc/passwd", "etc/passwd", false},
           Decoded{"/%2e%2e/%2E./.%2e/a", "a", false},
           Decoded{"/...", "...", false},
           Decoded{"/..a", "..a", false},
           Decoded{"/.. /a", ".. /a", false},
           Decoded{"/a\\..\\b", "a\\..\\b", false},
       }) {
    const auto decoded = decode_path(expected.target);
    EXPECT_FALSE(decoded.refusal) << expected.target;
    EXPECT_EQ(decoded.value.text, expected.path) << expected.target;
    EXPECT_EQ(decoded.value.directory, expected.directory) << expected.target;
  }
  for (const char* target : {"/%", "/%2", "/%zz", "/%2g", "/a%", "/%00", "/a%00.html", "/%u0041"}) {
    EXPECT_EQ(code(decode_path(target).refusal), 400) << target;
  }
  for (const char* target : {"/%2f", "/a%2Fb", "/..%2f..%2fetc/passwd"}) {
    EXPECT_EQ(code(decode_path(target).refusal), 404) << target;
  }
}

TEST(Target, EncodingIsUndoneByDecoding) {
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  every.erase(every.find('/'), 1);
  const std::string encoded = encode_path(every);
  for (const char c : encoded) EXPECT_TRUE(c > ' ' && c < '\x7f' && c != '"' && c != '<');
  EXPECT_EQ(decode_path('/' + encoded).value.text, every);
}

}  // namespace
}  // namespace wire::http
