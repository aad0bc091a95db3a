// A part that contradicts itself is refused, and what was kept stays as it is.
#include <gtest/gtest.h>

#include "client/web/keep.hh"

namespace client {
namespace {

// What an answer to the request for bytes 5- leads to, and that "hello" is kept.
TEST_F(Keep, APartThatContradictsItselfIsRefused) {
  const std::string asked = "asked for bytes 5-, and a part came with Content-Range ";
  for (const auto& [answer, words] : std::vector<std::pair<std::string, std::string>>{
           {"Content-Range: bytes 2-8/9\r\n\r\nllo you", asked + "\"bytes 2-8/9\""},
           {"Content-Range: bytes 6-8/9\r\n\r\nyou", asked + "\"bytes 6-8/9\""},
           {"Content-Range: bytes 5-9/9\r\n\r\n you!", asked + "\"bytes 5-9/9\""},
           {"Content-Range: bytes 5-8\r\n\r\n you", asked + "\"bytes 5-8\""},
           {"Content-Length: 4\r\n\r\n you", asked + "\"none\""},
           {"Content-Range: bytes 5-8/9\r\nContent-Range: bytes 5-8/9\r\n\r\n you",
            asked + "\"bytes 5-8/9\""},
           {"Content-Type: multipart/byteranges; boundary=x\r\n\r\n--x--",
            asked + "\"none\" and type multipart/byteranges"},
           {"Content-Type: Multipart/ByteRanges;boundary=x\r\nContent-Range: bytes 5-8/9\r\n"
            "Content-Length: 4\r\n\r\n--x\r",
            asked + "\"bytes 5-8/9\" and type multipart/byteranges"},
           {"Content-Range: bytes 5-8/9\r\nContent-Length: 2\r\n\r\n y",
            asked + "\"bytes 5-8/9\" and Content-Length 2"},
           {"Content-Range: bytes 5-7/9\r\nContent-Length: 4\r\n\r\n you",
            asked + "\"bytes 5-7/9\" and Content-Length 4"},
           {"Content-Range: bytes 5-7/9\r\n\r\n you",
            "more came than the 3 bytes of its Content-Range"},
           {"Content-Range: bytes 5-8/9\r\nContent-Encoding: gzip\r\n\r\n you",
            "came with Content-Encoding \"gzip\", which was not asked for"}}) {
    const WebServer server({{cut}, {part + tag + answer}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), server.url("/") + ": " + words);
    EXPECT_EQ(content("got.part"), "hello") << answer;
    EXPECT_FALSE(exists("got"));
  }
}

// It would be taken for the whole.
TEST_F(Keep, APartWithTheStatusOfAWholePageIsRefused) {
  for (const char* range : {"bytes 5-8/9", "bytes 0-3/9", "bytes 0-3/*"}) {
    const std::string field = "Content-Range: " + std::string(range) + "\r\n";
    const WebServer server({{cut}, {ok + tag + field + "Content-Length: 4\r\n\r\n you"}, {rest}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    const std::string words = fetch(server.url("/"), true);
    EXPECT_TRUE(words.ends_with(": asked for bytes 5-, and status 200 came with Content-Range \"" +
                                std::string(range) + '"'))
        << words;
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "hello you");
  }
  for (const char* range : {"bytes 0-8/9", "items 5-8/9"}) {
    const std::string field = "Content-Range: " + std::string(range) + "\r\n";
    const WebServer server({{cut}, {ok + field + "Content-Length: 9\r\n\r\nhello you"}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "hello you");
  }
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

// The pieces come apart, so that the first ones are written before the last one shows the lie.
TEST_F(Keep, NothingIsKeptOfABodyThatIsNotItsRange) {
  const std::string range = "Content-Range: bytes 5-8/9\r\n";
  const std::string chunked = range + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string more = ": more came than the 4 bytes of its Content-Range";
  const std::string less = ": the body ended after 3 bytes of the 4 of its Content-Range";
  for (const auto& [answer, words] : std::vector<std::pair<std::string, std::string>>{
           {range + "\r\n<p>no", more},
           {chunked + "3\r\n<p>\r\n2\r\nno\r\n0\r\n\r\n", more},
           {chunked + "3\r\n<p>\r\n0\r\n\r\n", less}}) {
    const WebServer server({{cut}, {part + tag + answer, 1}, {rest}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), server.url("/") + words);
    EXPECT_EQ(content("got.part"), "hello") << answer;
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
