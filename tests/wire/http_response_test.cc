// Responses and chunks: what a client has to understand.
#include <gtest/gtest.h>

#include <string>

#include "support/prefixes.hh"
#include "wire/http/chunked.hh"
#include "wire/http/response.hh"

namespace wire::http {
namespace {

using namespace std::string_literals;

TEST(Response, EveryProperPrefixOfAHeadIsWaitedFor) {
  const std::string text = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n";
  expect_only_whole(bytes_of(text), [](Bytes bytes) {
    const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto end = head_end(head);
    return end && parse_response(head.substr(0, *end));
  });
  const auto response = parse_response(text);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->reason, "Not Found");
  EXPECT_EQ(response->fields.find("content-length"), "5");
}

TEST(Response, OldAndTerseHeadsAreAccepted) {
  EXPECT_TRUE(parse_response("HTTP/1.0 200 OK\r\n\r\n"));
  EXPECT_TRUE(parse_response("HTTP/1.1 200\r\n\r\n"));
  EXPECT_TRUE(parse_response("HTTP/1.1 200 \r\n\r\n"));
  EXPECT_TRUE(parse_response("HTTP/1.1 200 OK\n\n"));
  std::string folded = "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n\tc\r\n\r\n";
  EXPECT_FALSE(parse_response(folded));
  unfold(folded);
  EXPECT_EQ(parse_response(folded)->fields.find("X"), "a    b  \tc");
}

// What has one meaning only is no reason to give up a page.
TEST(Response, WhatServersWriteByMistakeIsRead) {
  EXPECT_EQ(parse_response("HTTP/1.1   404  Not Found \r\n\r\n")->reason, "Not Found");
  EXPECT_EQ(parse_response("HTTP/1.1 200OK\r\n\r\n")->reason, "OK");
  EXPECT_EQ(parse_response("HTTP/1.1 404-N\x01t\r\n\r\n")->status, 404);
  for (const char* odd : {"Content Type: text/plain", "X(y): z", "<p>: y", ": a", "{\"X\": a}",
                          "a@b/c: d", "X-\xe9\x01: y", "\x7f:"}) {
    const std::string head =
        "HTTP/1.1 200 OK\r\n"s + odd + "\r\nX: a\x1b\x7f\r\nContent-Length\t : 5\r\n\r\n";
    const auto response = parse_response(head);
    ASSERT_TRUE(response) << odd;
    EXPECT_EQ(response->fields.find("X"), "a\x1b\x7f");
    EXPECT_EQ(body_end(*response).length, 5u);
  }
}

TEST(Response, ACarriageReturnAloneIsABlank) {
  std::string head = "HTTP/1.1 200 O\rK\r\r\nX: a\rb\r\n\tc\nContent-Length: 5\r\r\n\r\n";
  unfold(head);
  const auto response = parse_response(head);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->reason, "O K");
  EXPECT_EQ(response->fields.find("X"), "a b  \tc");
  EXPECT_EQ(body_end(*response).length, 5u);
}

TEST(Response, AThousandFieldsAreRead) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 1000; ++i) head += "X: " + std::to_string(i) + "\r\n";
  head += "Content-Length: 5\r\n\r\n";
  const auto response = parse_response(head);
  ASSERT_TRUE(response);
  EXPECT_EQ(body_end(*response).length, 5u);
}

TEST(Response, WhatIsNoHttpIsRefused) {
  for (const char* text :
       {"\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1       \r\n\r\n", "HTTP/1.x 200 OK\r\n\r\n",
        "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n"}) {
    EXPECT_FALSE(parse_response(text)) << text;
  }
}

TEST(Response, TheEndOfTheBodyFollowsFromTheHead) {
  using By = BodyEnd::By;
  const auto end = [](const std::string& status, const std::string& fields) {
    const std::string text = "HTTP/1.1 " + status + "\r\n" + fields + "\r\n";
    return body_end(*parse_response(text));
  };
  EXPECT_EQ(end("200 OK", "").by, By::close);
  EXPECT_EQ(end("200 OK", "Content-Length: 5\r\n").length, 5u);
  EXPECT_EQ(end("200 OK", "Content-Length: 5, 5\r\n").length, 5u);
  EXPECT_EQ(end("200 OK", "Content-Length: 5\r\nContent-Length: 5\r\n").by, By::length);
  EXPECT_EQ(end("200 OK", "Transfer-Encoding: chunked\r\n").by, By::chunked);
  EXPECT_EQ(end("200 OK", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n").by, By::chunked);
  for (const char* list : {"Transfer-Encoding: , Chunked,\r\n",
                           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                           "Transfer-Encoding: identity, chunked, chunked\r\n",
                           "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n"}) {
    EXPECT_EQ(end("200 OK", list).by, By::chunked) << list;
  }
  EXPECT_EQ(end("200 OK", "Transfer-Encoding: Identity\r\nContent-Length: 5\r\n").length, 5u);
  EXPECT_EQ(end("200 OK", "Transfer-Encoding: none\r\nContent-Length: 5\r\n").length, 5u);
  EXPECT_EQ(end("200 OK", "Transfer-Encoding: identity\r\n").by, By::close);
  for (const char* list : {"Transfer-Encoding: identity, gzip\r\n",
                           "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n"}) {
    EXPECT_EQ(end("200 OK", list).by, By::unknown) << list;
  }
  EXPECT_EQ(end("304 Not Modified", "Content-Length: 5\r\n").length, 0u);
  EXPECT_EQ(end("204 No Content", "").by, By::length);
  EXPECT_EQ(end("200 OK", "Content-Length: 5\r\nContent-Length: 6\r\n").by, By::unknown);
  EXPECT_EQ(end("200 OK", "Content-Length: -1\r\n").by, By::unknown);
  EXPECT_EQ(end("200 OK", "Content-Length:\r\n").by, By::unknown);
  EXPECT_EQ(end("200 OK", "Transfer-Encoding: gzip, chunked\r\n").by, By::unknown);
}

TEST(Response, ContentRangesAreRead) {
  const auto range = parse_content_range("bytes 3-9/10");
  EXPECT_EQ(range->first, 3u);
  EXPECT_EQ(range->last, 9u);
  EXPECT_EQ(range->size, 10u);
  EXPECT_EQ(parse_content_range("bytes 3-9/*")->size, std::nullopt);
  for (const char* text : {"", "bytes", "bytes */10", "bytes 9-3/10", "bytes 3-10/10", "3-9/10",
                           "bytes 3-9", "bytes a-9/10", "bytes 3-9/x", "bytes /3-9"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

// The content of a chunked body fed in pieces of a size, and whether it was whole.
struct Decoded {
  std::string content;
  bool done = false, bad = false;
  std::size_t consumed = 0;

  bool operator==(const Decoded&) const = default;
};
void PrintTo(const Decoded& decoded, std::ostream* out) {
  *out << '"' << decoded.content << "\" done " << decoded.done << " bad " << decoded.bad
       << " after " << decoded.consumed;
}

Decoded decode(std::string_view body, std::size_t piece, From from = From::client) {
  ChunkedDecoder decoder(from);
  Decoded decoded;
  while (decoded.consumed < body.size() && !decoder.done() && !decoder.bad()) {
    // A copy, so that AddressSanitizer sees a read past its end.
    const std::string part(body.substr(decoded.consumed, piece));
    const auto step = decoder.step(part);
    decoded.content += step.content;
    decoded.consumed += step.consumed;
  }
  decoded.done = decoder.done();
  decoded.bad = decoder.bad();
  return decoded;
}

TEST(Chunked, PiecesOfAnySizeGiveTheSameContent) {
  const std::string body =
      "5\r\nhello\r\n007;ext=\"a;b\"\r\n, world\r\nA \r\n0123456789\r\n0\r\nX: y\r\nZ: \r\n\r\n";
  for (std::size_t piece = 1; piece <= body.size() + 4; ++piece) {
    EXPECT_EQ(decode(body + "GET ", piece),
              (Decoded{"hello, world0123456789", true, false, body.size()}))
        << piece;
  }
}

TEST(Chunked, AClientMayTakeBareLineFeeds) {
  const std::string body = "5\nhello\n007;ext=\"a;b\"\n, world\r\n3\r\n\n\r\n\n0\nX: y\nZ: \r\n\n";
  for (std::size_t piece = 1; piece <= body.size() + 4; ++piece) {
    EXPECT_EQ(decode(body + "GET ", piece, From::server),
              (Decoded{"hello, world\n\r\n", true, false, body.size()}))
        << piece;
  }
  for (const std::string& text : {"\n"s, "1\nab\n"s, "1\na\n\n"s, "1\r\r\na"s, "1;\0\n"s}) {
    EXPECT_TRUE(decode(text, 7, From::server).bad) << text;
  }
  const std::string odd = "1;\x01\na\n0\nX\x02: \x7f\n\n";
  EXPECT_EQ(decode(odd, 7, From::server), (Decoded{"a", true, false, odd.size()}));
}

// As of servers that write it by "%016lx".
TEST(Chunked, ASizeMayBeginWithZeros) {
  const std::string body = "0000000000000005\r\nhello\r\n" + std::string(32, '0') + "\r\n\r\n";
  EXPECT_EQ(decode(body, 7), (Decoded{"hello", true, false, body.size()}));
  const std::string most = "fffffffffffffff\r\n";  // 2^60 - 1
  EXPECT_EQ(decode(most, 7), (Decoded{"", false, false, most.size()}));
}

TEST(Chunked, EveryProperPrefixIsWaitedFor) {
  const std::string body = "3;a\r\nabc\r\nff\r\n" + std::string(255, 'x') + "\r\n0\r\nX: y\r\n\r\n";
  expect_only_whole(bytes_of(body), [](Bytes bytes) {
    const auto decoded =
        decode({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, bytes.size());
    EXPECT_FALSE(decoded.bad);
    return decoded.done;
  });
}

// As of servers that sign each chunk.
TEST(Chunked, ExtensionsAreBoundedInEachChunkOnly) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "1;signature=" + std::string(64, 'f') + "\r\nx\r\n";
  body += "0\r\n\r\n";
  EXPECT_EQ(decode(body, 1000), (Decoded{std::string(1000, 'x'), true, false, body.size()}));
}

TEST(Chunked, MalformedBodiesAreBad) {
  for (const std::string& body : {"\r\n"s,
                                  "g\r\n"s,
                                  "-1\r\n"s,
                                  "0x1\r\na\r\n"s,
                                  " 1\r\na\r\n"s,
                                  "1\na\r\n"s,
                                  "1\r\nab\r\n"s,
                                  "1\r\na\n0\r\n\r\n"s,
                                  "1\r\na\rX0\r\n\r\n"s,
                                  "1\rXa\r\n"s,
                                  "1000000000000000\r\n"s,
                                  "ffffffffffffffffffff\r\n"s,
                                  std::string(33, '0') + "\r\n",
                                  "1;a\nb\r\n"s,
                                  "1;\0\r\n"s,
                                  "1;\x01\r\n"s,
                                  "0\r\nX: \0y\r\n\r\n"s,
                                  "0\r\n\rX"s,
                                  "0\r\nX: y\rZ"s,
                                  "0;" + std::string(20000, 'x'),
                                  "0\r\n" + std::string(20000, 'x')}) {
    EXPECT_TRUE(decode(body, 7).bad) << body.substr(0, 40);
  }
}

}  // namespace
}  // namespace wire::http
