// What -k keeps, and what it goes on with: never two pages, or two states of one, in one file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "client/web/partial.hh"
#include "support/prefixes.hh"
#include "support/web_client.hh"

namespace client {
namespace {

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string part = "HTTP/1.1 206 Partial Content\r\n";
const std::string tag = "ETag: \"a\"\r\n";
const std::string cut = ok + tag + "Content-Length: 9\r\n\r\nhello";  // 5 bytes of 9
const std::string rest = part + tag + "Content-Range: bytes 5-8/9\r\nContent-Length: 4\r\n\r\n you";
const std::string whole = ok + tag + "Content-Length: 9\r\n\r\nhello you";
const std::string anew = ok + "ETag: \"b\"\r\nContent-Length: 8\r\n\r\nbye, you";

class Keep : public WebClient {
 protected:
  static std::string range_of(const std::string& request) {
    const auto begin = request.find("Range: ");
    return begin == std::string::npos ? "" : request.substr(begin, request.size() - begin - 4);
  }
};

TEST_F(Keep, ThePageIsGoneOnWithByItsETag) {
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

// The pieces come apart, so that the first ones are written before the last one shows the lie.
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

// A server may compare If-Range's date by "not later than", and then say what it sends.
TEST_F(Keep, APartWithAnotherDateIsOfAnotherPage) {
  const std::string modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  const std::string date = "Date: Sun, 06 Nov 1994 08:49:40 GMT\r\n";
  const WebServer server({{ok + modified + date + "Content-Length: 9\r\n\r\nhello"},
                          {part + "Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT\r\n" +
                           "Content-Range: bytes 5-8/9\r\n\r\n you"},
                          {anew}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "bye, you");
}

TEST_F(Keep, TheTotalMayBecomeKnownLater) {
  const std::string chunked = ok + tag + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  {
    const WebServer server(
        {{chunked},
         {part + tag + "Content-Range: bytes 5-6/9\r\nContent-Length: 4\r\n\r\n"},
         {part + tag + "Content-Range: bytes 5-6/9\r\n\r\n y"},
         {rest}});
    EXPECT_NE(fetch(server.url("/"), true), "");
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

TEST_F(Keep, NothingIsKeptOfNothing) {
  for (const std::string& answer : {ok + tag + "Content-Length: 9\r\n\r\n", ""s,
                                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"s}) {
    const WebServer server({{answer}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(files(), 0u) << answer;
  }
}

TEST_F(Keep, APartIsThisUsersOwnWhateverTheWholeWillBe) {
  directory_.file("got", "earlier");
  ASSERT_EQ(chmod(directory_.path("got").c_str(), 0222), 0);
  const WebServer server({{cut}, {rest}});
  const mode_t mask = umask(0777);
  const std::string words = fetch(server.url("/"), true);
  umask(mask);
  EXPECT_NE(words, "");
  const auto mode = [this](const char* name) {
    return static_cast<int>(std::filesystem::status(directory_.path(name)).permissions());
  };
  EXPECT_EQ(mode("got.part"), 0600);
  EXPECT_EQ(mode("got.from"), 0600);
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(mode("got"), 0222);
}

TEST_F(Keep, OnlyARegularFileIsGoneOnWith) {
  const std::string path = directory_.path("got.part");
  const std::string words = path + ": is no regular file";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true), words);
  std::filesystem::remove(path);
  directory_.directory("got.part");
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true), words);
  std::filesystem::remove(path);
  directory_.file("other", "precious");
  directory_.link("got.part", "other");
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true), words);
  EXPECT_EQ(content("other"), "precious");
  std::filesystem::remove(path);
  directory_.file("got.from", "a letter");
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true),
            directory_.path("got.from") + ": is a file that -k did not write");
  EXPECT_EQ(content("got.from"), "a letter");
  EXPECT_EQ(files(), 2u);
}

TEST_F(Keep, TwoAtOnceDoNotMix) {
  const net::FileDescriptor other = open_part(directory_.path("got.part"));
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true),
            directory_.path("got.part") + ": another process is writing to it");
}

TEST(Partial, EveryProperPrefixOfANoteIsRefused) {
  for (const Partial& partial :
       {Partial{"http://a/", "\"x\"", 9}, Partial{"http://a/", "\"\"", {}}}) {
    const std::string text = to_text(partial);
    EXPECT_EQ(parse_partial(text), partial);
    expect_only_whole(wire::bytes_of(text), [](wire::Bytes bytes) {
      return parse_partial({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).has_value();
    });
  }
  EXPECT_FALSE(parse_partial("sockhop part 2\nurl a\nvalidator b\nend\n"));
  EXPECT_FALSE(parse_partial("sockhop part 1\nurl a\nvalidator b\ntotal x\nend\n"));
}

}  // namespace
}  // namespace client
