// Parts that contradict themselves, or are not what was asked for.
#include <gtest/gtest.h>

#include "client/web/keep.hh"

namespace client {
namespace {

// The page is asked for as a whole, in the same run, when a part
// - is not what was asked for, or contradicts itself, or
// - has the status of a whole page, for which it would be taken.
// What is kept stays until that comes. The pieces come apart, so that the first ones are written
// before the last one shows the lie.
TEST_F(Keep, APartThatCannotBeUsedIsLeftForTheWhole) {
  const std::string range = "Content-Range: bytes 5-8/9\r\n";
  const std::string chunked = range + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& answer :
       {part + tag + "Content-Range: bytes 2-8/9\r\n\r\nllo you",
        part + tag + "Content-Range: bytes 6-8/9\r\n\r\nyou",
        part + tag + "Content-Range: bytes 5-9/9\r\nContent-Length: 4\r\n\r\n you",
        part + tag + "Content-Range: bytes 5-9/*\r\nContent-Length: 5\r\n\r\n you!",
        part + tag + "Content-Range: bytes 5-8\r\n\r\n you",
        part + tag + "Content-Range: bytes=5-8/9\r\n\r\n you",
        part + tag + "Content-Length: 4\r\n\r\n you", part + tag + range + range + "\r\n you",
        part + tag + "Content-Type: multipart/byteranges; boundary=x\r\n\r\n--x--",
        part + tag + "Content-Type: Multipart/ByteRanges;boundary=x\r\n" + range +
            "Content-Length: 4\r\n\r\n--x\r",
        part + tag + range + "Content-Length: 2\r\n\r\n y", part + tag + range + "\r\n<p>no",
        part + tag + chunked + "3\r\n<p>\r\n2\r\nno\r\n0\r\n\r\n",
        part + tag + chunked + "3\r\n<p>\r\n0\r\n\r\n",
        part + tag + "Content-Range: bytes 5-7/9\r\nContent-Length: 4\r\n\r\n you",
        ok + tag + range + "Content-Length: 4\r\n\r\n you",
        ok + "Content-Range: bytes=5-8/9\r\nContent-Length: 4\r\n\r\n you",
        ok + "Content-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\nhell"}) {
    WebServer server({{cut}, {answer, 1}, {unavailable}, {answer, 1}, {whole}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), server.url("/") + ": 503 Unavailable");
    EXPECT_EQ(content("got.part"), "hello") << answer;
    EXPECT_EQ(fetch(server.url("/"), true), "") << answer;
    EXPECT_EQ(content(), "hello you") << answer;
    EXPECT_EQ(range_of(server.requests().at(4)), "");
    EXPECT_EQ(files(), 1u);
  }
}

// Without a request for a part the field means nothing.
TEST_F(Keep, AWholePageMaySayItsRange) {
  const std::string range = "Content-Range: bytes 0-8/9\r\n";
  const WebServer server({{ok + range + "Content-Length: 9\r\n\r\nhello you"}});
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
}

TEST_F(Keep, ACompressedPartIsRefused) {
  const std::string coded = "Content-Range: bytes 5-8/9\r\nContent-Encoding: gzip\r\n\r\n you";
  const WebServer server({{cut}, {part + tag + coded}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_TRUE(fetch(server.url("/"), true)
                  .ends_with("with Content-Encoding \"gzip\", which was not asked for"));
  EXPECT_EQ(content("got.part"), "hello");
}

// The ETag is that of a page of 9 bytes.
TEST_F(Keep, TheRestAloneIsNotTheWhole) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n4\r\n you\r\n0\r\n\r\n";
  {
    WebServer server({{cut}, {ok + tag + "Content-Length: 4\r\n\r\n you"}, {whole}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "hello you");
    EXPECT_EQ(range_of(server.requests().at(2)), "");
  }
  for (const std::string& body : {chunked, "\r\n you"s}) {
    const WebServer server({{cut}, {ok + tag + body}, {whole}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true),
              server.url("/") + ": the body ended after 4 bytes of a page of 9");
    EXPECT_EQ(files(), 1u);
    EXPECT_EQ(content(), "hello you");  // of before
    EXPECT_EQ(fetch(server.url("/"), true), "");
  }
  const WebServer server({{cut}, {ok + "ETag: \"b\"\r\n" + chunked}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), " you");
}

// Of other failures a later run makes the best.
TEST_F(Keep, WhoRefusesARangeIsAskedForTheWhole) {
  for (const char* status : {"304 Not Modified", "400 Bad Request", "403 Forbidden",
                             "412 Precondition Failed", "501 Not Implemented"}) {
    const WebServer server(
        {{cut}, {"HTTP/1.1 "s + status + "\r\nContent-Length: 0\r\n\r\n"}, {whole}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "") << status;
    EXPECT_EQ(content(), "hello you");
  }
  for (const std::string& failure :
       {unavailable, "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"s}) {
    const WebServer server({{cut}, {failure}, {rest}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "hello you");
  }
}

TEST_F(Keep, ABodyShorterThanItsRangeIsNoEnd) {
  const WebServer server({{cut}, {part + tag + "Content-Range: bytes 5-8/9\r\n\r\n y"}, {rest}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_TRUE(fetch(server.url("/"), true)
                  .ends_with(": the body ended after 2 bytes of the 4 of its Content-Range"));
  EXPECT_EQ(content("got.part"), "hello y");
}

}  // namespace
}  // namespace client
