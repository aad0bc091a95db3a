// The client's downloads, against servers that answer in every way there is.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>

#include "support/needs_ipv6.hh"
#include "support/web_client.hh"

namespace client {
namespace {

TEST_F(WebClient, TakesABodyOfEveryKindInPiecesOfAnySize) {
  NEEDS_IPV6();
  for (const std::size_t piece : {1u, 2u, 5u, 1000u}) {
    for (const std::string& response :
         {ok + "Content-Length: 5\r\n\r\nhello", ok + "Content-Length: 5\r\n\r\nhello and more",
          ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nX: y\r\n\r\n",
          "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhe\n3\nllo\n0\n\n"s,
          "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/5\r\n\r\nhello"s,
          ok + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello", ok + "\r\nhello",
          "HTTP/1.0 200 OK\r\n\r\nhello"s,
          ok + "X Y(Z): a\rb\r\r\nContent-Length : 5\r\n\r\nhello and more",
          ok + "Transfer-Encoding: chunked\r\n\r\n5;\x01\r\nhello\r\n0\r\nX: \x02\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok +
              "Content-Length: 5\r\n\r\nhello",
          "HTTP/1.1 200\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello"s}) {
      for (const char* host : {"127.0.0.1", "::1"}) {
        EXPECT_EQ(answer(response, piece, host), "") << response;
        EXPECT_EQ(content(), "hello") << response;
        std::filesystem::remove(directory_.path("got"));
      }
    }
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(WebClient, AsksForNothingItCannotRead) {
  WebServer server({{ok + "Content-Length: 0\r\n\r\n"}});
  EXPECT_EQ(fetch(server.url("/a b?c#d")), "");
  ASSERT_EQ(server.requests().size(), 1u);
  const std::string host = server.url("").substr(7);
  EXPECT_EQ(server.requests()[0], "GET /a%20b?c HTTP/1.1\r\nHost: " + host +
                                      "\r\nUser-Agent: sockhop-client\r\nAccept: */*\r\n"
                                      "Accept-Encoding: identity\r\nConnection: close\r\n\r\n");
}

TEST_F(WebClient, FollowsRedirects) {
  const auto to = [](const std::string& location, int status = 302) {
    return Script{"HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + location +
                  "\r\nContent-Length: 3\r\n\r\nold"};
  };
  WebServer server({to("/b", 301),
                    to("http://127.0.0.1:PORT/d/c?x", 303),
                    to("../e", 307),
                    to("?y", 308),
                    to("f", 300),
                    {ok + "Content-Length: 5\r\n\r\nhello"}});
  EXPECT_EQ(fetch(server.url("/a")), "");
  EXPECT_EQ(content(), "hello");
  ASSERT_EQ(server.requests().size(), 6u);
  EXPECT_TRUE(server.requests()[1].starts_with("GET /b "));
  EXPECT_TRUE(server.requests()[2].starts_with("GET /d/c?x "));
  EXPECT_TRUE(server.requests()[3].starts_with("GET /e "));
  EXPECT_TRUE(server.requests()[4].starts_with("GET /e?y "));
  EXPECT_TRUE(server.requests()[5].starts_with("GET /f "));
}

TEST_F(WebClient, RefusesRedirectsWithoutEndAndToOtherSchemes) {
  const std::string head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
  {
    const WebServer server(std::deque<Script>(21, {head + "/a\r\n\r\n"}));
    EXPECT_EQ(fetch(server.url("/")),
              server.url("/") + ": more than 20 redirects, the last one to " + server.url("/a"));
  }
  EXPECT_TRUE(answer(head + "https://a/\r\n\r\n").ends_with("https://a/: https is not supported"));
  for (const char* other : {"ftp://a/", "http://a:b/", "http://u@a/", "http://b\xc3\xbc/"}) {
    const std::string words = answer(head + other + "\r\n\r\n");
    EXPECT_TRUE(words.ends_with(other + ": no http URL with a host in ASCII and no user name"s))
        << words;
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(WebClient, ARedirectToThePageItselfEndsThere) {
  for (const char* location : {"", "#top", "  "}) {
    testing::internal::CaptureStdout();
    const std::string words = answer("HTTP/1.1 302 Found\r\nContent-Length: 4\r\nLocation: "s +
                                     location + "\r\n\r\nmenu");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "menu");
    EXPECT_TRUE(words.ends_with("/: 302 Found")) << words;
    EXPECT_EQ(files(), 0u);
  }
}

TEST_F(WebClient, AnInterfaceIsNoPartOfTheHost) {
  NEEDS_IPV6();
  WebServer server({{ok + "Content-Length: 5\r\n\r\nhello"}}, "::1");
  std::string url = server.url("/");
  const std::string host = url.substr(7, url.size() - 8);
  url.insert(url.find(']'), "%251");  // the number of lo
  EXPECT_EQ(fetch(url), "");
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_NE(server.requests()[0].find("\r\nHost: " + host + "\r\n"), std::string::npos);
}

TEST_F(WebClient, AShortOrMalformedAnswerLeavesNothingAndSaysWhy) {
  struct Bad {
    std::string answer, words;
  };
  for (const Bad& bad : std::vector<Bad>{
           {ok + "Content-Length: 9\r\n\r\nhello", "the body ended after 5 bytes of 9"},
           {ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "the body ended after 5 bytes, before the end of its chunks"},
           {ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
            "the body ended after 5 bytes, before the end of its chunks"},
           {ok + "Transfer-Encoding: chunked\r\n\r\nhello", "the body's chunks are malformed"},
           {ok + "Transfer-Encoding: gzip\r\n\r\nhello",
            "the end of the body cannot be known by \"Transfer-Encoding: gzip\""},
           {ok + "Content-Length: 5\r\nX: y\r\nContent-Length: 6\r\n\r\nhello",
            "the end of the body cannot be known by \"Content-Length: 5, Content-Length: 6\""},
           {ok + "Content-Length: 5 bytes" + std::string(90, ' ') + "x\r\n\r\nhello",
            "the end of the body cannot be known by \"Content-Length: 5 bytes" +
                std::string(57, ' ') + '"'},
           {ok + "Content-Le", "closed after 27 bytes, the empty line awaited that ends a head"},
           {"", "closed after 0 bytes, a response awaited"},
           {"HTTP/1.1 100 Continue\r\n\r\n",
            "closed after 1 interim responses, the final one awaited"},
           {"HTTP", "closed after 4 bytes, the empty line awaited that ends a head"},
           {"hello", "no right HTTP/1 response: \"hello\""},
           {"\x15\x03\x01\0\2\2("s,
            "no right HTTP/1 response: \"\\x15\\x03\\x01\\x00\\x02\\x02(\""},
           {"SSH-2.0-x\r\n\r\n", "no right HTTP/1 response: \"SSH-2.0-x\""},
           {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "switches to another protocol"},
           {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/9\r\n\r\nhello",
            "a part came that was not asked for"},
           {ok + "X: " + std::string(80000, 'x'), "the response's head exceeds 65536 bytes"},
           {ok + "X: " + std::string(65520, 'x') + "\r\nContent-Length: 5\r\n\r\nhello",
            "the response's head exceeds 65536 bytes"},
           {"HTTP/1.1 200 O\0K\r\nContent-Length: 5\r\n\r\nhello"s,
            "no right HTTP/1 response: \"HTTP/1.1 200 O\\x00K\""},
           {ok + "Content-Length: 5\r\nX\r\n\r\nhello", "no right HTTP/1 response: \"X\""},
           {ok + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            "came with Content-Encoding \"gzip\", which was not asked for"},
           {"HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; "
            "boundary=x\r\nContent-Length: 5\r\n\r\n--x--",
            "a part came that was not asked for"},
           {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/5\r\nContent-Length: 4\r\n"
            "\r\nhell",
            "a part came that was not asked for"},
           {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/5\r\n\r\nhell",
            "the body ended after 4 bytes of a page of 5"},
           {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/*\r\n\r\nhello",
            "a part came that was not asked for"},
           {"HTTP/1.1 304 Not Modified\r\n\r\n", "304 Not Modified"},
           {"HTTP/1.1 204 No Content\r\n\r\n", "204 No Content"},
           {"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "205 Reset Content"},
       }) {
    const std::string words = answer(bad.answer);
    EXPECT_TRUE(words.ends_with(": " + bad.words)) << words;
    EXPECT_EQ(files(), 0u);
  }
  std::string interim;
  for (int i = 0; i < 1100; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_TRUE(answer(interim).ends_with("sent 1000 interim responses"));
}

TEST_F(WebClient, AResetAndSilenceAreFailures) {
  {
    const WebServer server({{ok + "\r\nhello", 100000, true}});
    const std::string words = fetch(server.url("/"));
    EXPECT_TRUE(words.ends_with("/: 5 bytes of the body so far: the connection broke")) << words;
  }
  time_ = 500ms;
  for (const auto& [sent, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "0 bytes of a response so far"},
           {"HTTP/1.1 102 Processing\r\n\r\n", "1 interim responses so far"},
           {ok, "17 bytes of a response so far"}}) {
    const WebServer server({{sent, 100000, false, true}});
    EXPECT_EQ(fetch(server.url("/")), server.url("/") + ": " + words + ": nothing came for 0.5 s");
  }
  const WebServer server({{ok + "Content-Length: 9\r\n\r\nhello", 100000, false, true}});
  const std::string words = fetch(server.url("/"));
  EXPECT_TRUE(words.ends_with("/: 5 bytes of the body of 9 so far: nothing came for 0.5 s"))
      << words;
  EXPECT_EQ(files(), 0u);
}

TEST_F(WebClient, AServerOfAnotherProtocolIsNotWaitedFor) {
  const WebServer server({{"220 ready\r\n", 100000, false, true}});
  EXPECT_EQ(fetch(server.url("/")), server.url("/") + ": no right HTTP/1 response: \"220 ready\"");
}

TEST_F(WebClient, AnInterimResponseIsNoSilence) {
  time_ = 1s;
  const std::string interim = "HTTP/1.1 102 Processing\r\n\r\n";
  const std::string page = ok + "Content-Length: 5\r\n\r\n";
  Script script{interim + interim + interim + interim + interim + page + "hello", interim.size()};
  script.pause = 300ms;
  const WebServer server({script});
  EXPECT_EQ(fetch(server.url("/")), "");
  EXPECT_EQ(content(), "hello");
}

TEST_F(WebClient, AFileThatIsCompressedItselfIsTaken) {
  for (const auto& [path, coding] :
       std::vector<std::pair<std::string, std::string>>{{"/a.tar.gz?b", "x-gzip"},
                                                        {"/A.SVGZ", "GZIP"},
                                                        {"/a.Z", "x-compress"},
                                                        {"/a.tar.bz2", "x-bzip2"},
                                                        {"/a.tbz2", "bzip2"},
                                                        {"/a.js.br", "br"},
                                                        {"/a.tar.xz", "xz"},
                                                        {"/a.txz", "x-xz"},
                                                        {"/a.zst", "zstd"}}) {
    const WebServer server(
        {{ok + "Content-Encoding: " + coding + "\r\nContent-Length: 5\r\n\r\nhello"}});
    EXPECT_EQ(fetch(server.url(path)), "");
    EXPECT_EQ(content(), "hello");
    std::filesystem::remove(directory_.path("got"));
  }
  for (const char* path : {"/a.gz", "/gz", "/", "/a?b.br", "/a.br.txt"}) {
    const WebServer server({{ok + "Content-Encoding: br\r\nContent-Length: 5\r\n\r\nhello"}});
    EXPECT_NE(fetch(server.url(path)), "") << path;
  }
}

TEST_F(WebClient, EveryCodingOfEveryFieldCounts) {
  const std::string page = "Content-Length: 5\r\n\r\nhello";
  const auto coded = [&](const std::string& first, const std::string& second) {
    return answer(ok + "Content-Encoding: " + first + "\r\nContent-Encoding: " + second + "\r\n" +
                  page);
  };
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
           {"identity", "gzip"}, {"", "gzip"}, {"identity, gzip", "identity"}}) {
    const std::string words = coded(first, second);
    EXPECT_TRUE(words.ends_with("with Content-Encoding \"gzip\", which was not asked for"))
        << words;
    EXPECT_EQ(files(), 0u);
  }
  const WebServer twice({{ok + "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n" + page}});
  EXPECT_NE(fetch(twice.url("/a.gz")), "");
  EXPECT_EQ(coded("none", "UTF-8"), "");
  EXPECT_EQ(coded("iso-8859-1, 8Bit", "aws-chunked"), "");
  EXPECT_EQ(coded("", "Identity, ,"), "");
  EXPECT_EQ(content(), "hello");
}

TEST_F(WebClient, TheWordsForANulAreWhole) {
  const std::string words = answer(ok + "X: a\0b\r\n\r\n"s);
  EXPECT_TRUE(words.ends_with(": no right HTTP/1 response: \"X: a\\x00b\"")) << words;
}

TEST_F(WebClient, AnErrorPageGoesToStandardOutputAndNotToTheFile) {
  testing::internal::CaptureStdout();
  const std::string words = answer("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "gone");
  EXPECT_TRUE(words.ends_with("/: 404 Not Found")) << words;
  EXPECT_EQ(files(), 0u);
}

TEST_F(WebClient, TheStatusIsToldWhateverBecomesOfItsPage) {
  const std::string gone = "HTTP/1.1 404 Not Found\r\n";
  time_ = 1s;
  for (const std::string& page :
       {"Content-Length: 9\r\n\r\ngone"s, "Transfer-Encoding: gzip\r\n\r\ngone"s,
        "Transfer-Encoding: chunked\r\n\r\n4\r\ngoneX"s, "Content-Length: x\r\n\r\n"s}) {
    testing::internal::CaptureStdout();
    const std::string words = answer(gone + page);
    (void)testing::internal::GetCapturedStdout();
    EXPECT_TRUE(words.ends_with("/: 404 Not Found")) << words;
    EXPECT_EQ(files(), 0u);
  }
  {
    const int before = dup(STDOUT_FILENO);
    const net::FileDescriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
    dup2(full.get(), STDOUT_FILENO);
    const std::string words = answer(gone + "Content-Length: 4\r\n\r\ngone");
    dup2(before, STDOUT_FILENO);
    close(before);
    EXPECT_TRUE(words.ends_with("/: 404 Not Found")) << words;
  }
}

TEST_F(WebClient, WhatAServerSendsMakesNoLongMessage) {
  const std::string text(50000, 'x');
  const std::string moved = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
  for (const std::string& head :
       {moved + "ftp://" + text, ok + "Content-Encoding: " + text, "HTTP/1.1 404 " + text}) {
    EXPECT_LT(answer(head + "\r\n\r\n").size(), 300u);
  }
  const WebServer server({{moved + "/" + text + "\r\n\r\n"}, {"HTTP/1.1 404 Not Found\r\n\r\n"}});
  const std::string words = fetch(server.url("/"));
  EXPECT_TRUE(words.ends_with("xxx...: 404 Not Found")) << words;
}

TEST_F(WebClient, AnEarlierFileStaysUntilTheNewOneIsWhole) {
  directory_.file("got", "earlier");
  EXPECT_NE(answer(ok + "Content-Length: 9\r\n\r\nhello"), "");
  EXPECT_EQ(content(), "earlier");
  EXPECT_EQ(answer(ok + "Content-Length: 5\r\n\r\nhello"), "");
  EXPECT_EQ(content(), "hello");
}

}  // namespace
}  // namespace client
