// What -k goes on with, and what it fetches anew: never two states of a page in one file.
#include "client/web/keep.hh"

#include <gtest/gtest.h>

#include "client/web/partial.hh"
#include "support/needs_ipv6.hh"

namespace client {
namespace {

TEST_F(Keep, ThePageIsGoneOnWithByItsETag) {
  NEEDS_IPV6();
  WebServer server({{cut}, {rest}}, "::1");
  EXPECT_TRUE(fetch(server.url("/"), true).ends_with(": the body ended after 5 bytes of 9"));
  EXPECT_EQ(content("got.part"), "hello");
  EXPECT_EQ(content("got.from"),
            "sockhop part 1\nurl " + server.url("/") + "\nvalidator \"a\"\ntotal 9\nend\n");
  EXPECT_FALSE(exists("got"));
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
  EXPECT_EQ(files(), 1u);
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(range_of(server.requests()[0]), "");
  EXPECT_EQ(range_of(server.requests()[1]), "Range: bytes=5-\r\nIf-Range: \"a\"");
}

TEST_F(Keep, ADateIsNamedOnlyWhenItIsStrongAndThereIsNoETag) {
  const std::string modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  const std::string date = "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
  for (const auto& [fields, range] : std::vector<std::pair<std::string, std::string>>{
           {modified + date, "Range: bytes=5-\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT"},
           {tag + modified + date, "Range: bytes=5-\r\nIf-Range: \"a\""},
           {modified, ""},
           {modified + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", ""},
           {"ETag: W/\"a\"\r\n" + modified + date, ""},
           {"", ""}}) {
    WebServer server({{ok + fields + "Content-Length: 9\r\n\r\nhello"}, {whole}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(content("got.part"), "hello");
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "hello you");
    EXPECT_EQ(range_of(server.requests().at(1)), range) << fields;
    EXPECT_EQ(files(), 1u);
  }
}

// As nginx has it: of two states of the same second and size both have this ETag.
TEST_F(Keep, AnETagMadeOfADateIsNoStrongerThanIt) {
  const std::string state =
      "ETag: \"2ebc98a1-9\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  const std::string same_second = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  const std::string later = "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
  for (const auto& [date, range] : std::vector<std::pair<std::string, std::string>>{
           {same_second, ""}, {later, "Range: bytes=5-\r\nIf-Range: \"2ebc98a1-9\""}}) {
    WebServer server({{ok + state + date + "Content-Length: 9\r\n\r\nhello"},
                      {ok + state + date + "Content-Length: 9\r\n\r\nHELLO YOU"}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "HELLO YOU");
    EXPECT_EQ(range_of(server.requests().at(1)), range);
  }
}

TEST_F(Keep, WhatNoServerVouchedForIsFetchedAnew) {
  directory_.file("got.part", "hel");
  WebServer server({{whole}});
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(range_of(server.requests().at(0)), "");
  EXPECT_EQ(content(), "hello you");
}

TEST_F(Keep, AShortPartIsGoneOnWithInTheSameRun) {
  WebServer server({{cut},
                    {part + tag + "Content-Range: bytes 5-5/9\r\nContent-Length: 1\r\n\r\n "},
                    {part + tag + "Content-Range: bytes 6-7/9\r\n\r\nyo"},
                    {part + tag +
                     "Content-Range: bytes 8-8/9\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n1\r\nu\r\n0\r\n\r\n"}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
  ASSERT_EQ(server.requests().size(), 4u);
  EXPECT_EQ(range_of(server.requests()[3]), "Range: bytes=8-\r\nIf-Range: \"a\"");
}

TEST_F(Keep, APartThatIsCutIsGoneOnWithInTheNextRun) {
  WebServer server(
      {{cut}, {part + tag + "Content-Range: bytes 5-8/9\r\nContent-Length: 4\r\n\r\n y"}, {rest}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_TRUE(fetch(server.url("/"), true).ends_with(": the body ended after 2 bytes of 4"));
  EXPECT_EQ(content("got.part"), "hello y");
}

TEST_F(Keep, APageThatHasChangedIsFetchedAnew) {
  const std::string range = "Content-Range: bytes 5-8/9\r\nContent-Length: 4\r\n\r\n you";
  for (const std::string& answer : {
           part + "ETag: \"b\"\r\n" + range,
           part + "ETag: W/\"a\"\r\n" + range,
           part + range,
           part + tag + "Content-Range: bytes 5-8/10\r\nContent-Length: 4\r\n\r\n you",
           "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */5\r\n\r\n"s,
           "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */4\r\n\r\n"s,
           "HTTP/1.1 416 Range Not Satisfiable\r\n\r\n"s,
       }) {
    WebServer server({{cut}, {answer}, {anew}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "") << answer;
    EXPECT_EQ(content(), "bye, you");
    EXPECT_EQ(range_of(server.requests().at(2)), "");
    EXPECT_EQ(files(), 1u);
  }
  const WebServer server({{cut}, {anew}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "bye, you");
}

// A server may compare If-Range's date by "not later than", and then say what it sends; or not know
// If-Range, and say nothing.
TEST_F(Keep, APartWithAnotherDateIsOfAnotherPage) {
  const std::string modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  const std::string date = "Date: Sun, 06 Nov 1994 08:49:40 GMT\r\n";
  for (const char* other : {"Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT\r\n", ""}) {
    const WebServer server({{ok + modified + date + "Content-Length: 9\r\n\r\nhello"},
                            {part + other + "Content-Range: bytes 5-8/9\r\n\r\n you"},
                            {anew}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "bye, you") << other;
  }
}

TEST_F(Keep, TheTotalMayBecomeKnownLater) {
  const std::string chunked = ok + tag + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  {
    const WebServer server(
        {{chunked}, {part + tag + "Content-Range: bytes 5-6/9\r\n\r\n y"}, {""}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(parse_partial(content("got.from")), (Partial{server.url("/"), "\"a\"", 9}));
  }
  const WebServer server(
      {{chunked}, {part + tag + "Content-Range: bytes 5-8/*\r\n\r\n you"}, {anew}});
  std::filesystem::remove(directory_.path("got.part"));
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "bye, you");
}

TEST_F(Keep, APageThatIsThereAsAWholeNeedsNoMore) {
  const std::string no_more =
      "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */9\r\n\r\n";
  const WebServer server({{no_more}});
  directory_.file("got.part", "hello you");
  write_note(directory_.path("got.from"), {server.url("/"), "\"a\"", 9});
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
  EXPECT_EQ(files(), 1u);
}

// A server may not know If-Range, and yet say that it speaks of another state; or not know 416.
TEST_F(Keep, AWholeThatIsNotConfirmedIsFetchedAnew) {
  const std::string no_more = "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */9\r\n";
  for (const std::string& answer :
       {no_more + "ETag: \"b\"\r\n\r\n", no_more + "ETag: W/\"a\"\r\n\r\n",
        no_more + "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
        part + tag + "Content-Range: bytes 9-8/9\r\nContent-Length: 0\r\n\r\n"}) {
    const WebServer server({{answer}, {anew}});
    directory_.file("got.part", "hello you");
    write_note(directory_.path("got.from"), {server.url("/"), "\"a\"", 9});
    EXPECT_EQ(fetch(server.url("/"), true), "");
    EXPECT_EQ(content(), "bye, you") << answer;
  }
}

TEST_F(Keep, AnotherPageIsNotGoneOnWith) {
  WebServer server({{cut}, {whole}});
  EXPECT_NE(fetch(server.url("/a"), true), "");
  EXPECT_EQ(fetch(server.url("/b"), true), "");
  EXPECT_EQ(range_of(server.requests().at(1)), "");
}

TEST_F(Keep, TheRangeIsAskedForWhereTheBeginningCameFrom) {
  const std::string to_b = "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n";
  const std::string to_c = "HTTP/1.1 302 Found\r\nLocation: /c\r\n\r\n";
  WebServer server({{to_b}, {cut}, {to_b}, {rest}, {to_b}, {cut}, {to_c}, {anew}});
  EXPECT_NE(fetch(server.url("/a"), true), "");
  EXPECT_EQ(fetch(server.url("/a"), true), "");
  EXPECT_EQ(content(), "hello you");
  EXPECT_NE(fetch(server.url("/a"), true), "");
  EXPECT_EQ(fetch(server.url("/a"), true), "");
  EXPECT_EQ(content(), "bye, you");
  std::string ranges;
  for (const std::string& request : server.requests())
    ranges += range_of(request).empty() ? '-' : 'r';
  EXPECT_EQ(ranges, "---r----");
}

TEST_F(Keep, AnErrorLeavesWhatIsThere) {
  const WebServer server(
      {{cut}, {"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n"}, {rest}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_TRUE(fetch(server.url("/"), true).ends_with(": 503 Unavailable"));
  EXPECT_EQ(content("got.part"), "hello");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
}

}  // namespace
}  // namespace client
