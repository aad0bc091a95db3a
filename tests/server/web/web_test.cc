// The web service: for each rule the exact bytes in, and the exact head out.
#include "server/web/web.hh"

#include <future>
#include <regex>

#include "server/document_root.hh"
#include "support/wait_until.hh"
#include "support/web_site.hh"
#include "wire/http/date.hh"
#include "wire/http/field.hh"

namespace server {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr const char* described =
    "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "ETag: \"5-state\"\r\n"
    "Accept-Ranges: bytes\r\n";
const std::string whole_head = "HTTP/1.1 200 OK\r\n"s + described +
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "Content-Length: 5\r\n\r\n";
const std::string whole = whole_head + "hello";

const std::string close_field = "Connection: close\r\n";
constexpr const char* ambiguous = "This is not a request that can be understood in one way only.";
constexpr const char* missing = "There is no such file.";

TEST_F(Web, AFileIsAnsweredWhole) { EXPECT_EQ(get("/hello.txt"), whole); }

TEST_F(Web, TheDateIsNow) {
  Conversation conversation(handler());
  const std::int64_t before = time(nullptr);
  conversation.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = conversation.receive_until("hello");
  const auto begin = answer.find("Date: ") + 6;
  const auto date = wire::http::parse_date(answer.substr(begin, 29), before);
  ASSERT_TRUE(date) << answer;
  EXPECT_GE(*date, before);
  EXPECT_LE(*date, time(nullptr));
}

TEST_F(Web, HeadHasTheFieldsOfGetAndNoBody) {
  EXPECT_EQ(answer("HEAD /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n"), whole_head);
  const std::string refused = page("404 Not Found", "", missing);
  EXPECT_EQ(answer("HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n"),
            refused.substr(0, refused.find("\r\n\r\n") + 4));
}

TEST_F(Web, AnEmptyFileIsAnswered) {
  EXPECT_EQ(get("/empty"),
            "HTTP/1.1 200 OK\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "ETag: \"0-state\"\r\nAccept-Ranges: bytes\r\n"
            "Content-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(Web, ALargeFileIsAnsweredWhole) {
  std::string content;
  while (content.size() < 3'000'000) content += std::to_string(content.size()) + ' ';
  directory_.file("www/large", content);
  const std::string got = get("/large");
  EXPECT_NE(got.find("Content-Length: " + std::to_string(content.size())), std::string::npos);
  EXPECT_TRUE(got.ends_with("\r\n\r\n" + content));
}

TEST_F(Web, DirectoriesRedirectToTheirSlashAndShowTheirIndex) {
  EXPECT_EQ(get("/indexed"), page("301 Moved Permanently", "Location: /indexed/\r\n",
                                  "This is a directory; its name ends with a slash."));
  EXPECT_EQ(get("//indexed?a=/b").find("Location: /indexed/?a=/b\r\n"),
            "HTTP/1.1 301 Moved Permanently\r\n"s.size());
  EXPECT_TRUE(get("/indexed/").ends_with("Content-Length: 3\r\n\r\n<p>"));
  EXPECT_TRUE(get("/indexed/.").ends_with("Content-Length: 3\r\n\r\n<p>"));
  EXPECT_EQ(get("/dir/"), page("404 Not Found", "", missing));
  EXPECT_EQ(get("/"), page("404 Not Found", "", missing));
}

TEST_F(Web, ARedirectNeverNamesAnotherHost) {
  directory_.directory("www/evil.example");
  EXPECT_NE(get("//evil.example").find("\r\nLocation: /evil.example/\r\n"), std::string::npos);
  EXPECT_NE(get("/.//evil.example").find("\r\nLocation: /evil.example/\r\n"), std::string::npos);
}

// The body of a request is passed over behind its head, wherever in the buffer the head ends.
TEST_F(Web, ARequestIsAnsweredWhereverItsHeadEnds) {
  for (const std::size_t end : {20477U, 20478U, 20479U, 20480U, 20481U}) {
    const std::string last = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    std::string requests;
    while (requests.size() + 8000 < end - last.size()) {
      requests += "GET /empty HTTP/1.1\r\nHost: a\r\nX: " + std::string(7000, 'x') + "\r\n\r\n";
    }
    const std::string rest = "GET /empty HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
    const std::size_t fill = end - last.size() - requests.size() - rest.size();
    requests += "GET /empty HTTP/1.1\r\nHost: a\r\nX: " + std::string(fill, 'x') + "\r\n\r\n";
    const std::string all = answer(requests + last + "abc");
    EXPECT_NE(all.find("HTTP/1.1 405 "), std::string::npos) << end;
    EXPECT_EQ(all.find("HTTP/1.1 400 "), std::string::npos) << end;
  }
}

TEST_F(Web, AnEmptyFileIsItsOwnSuffix) {
  EXPECT_EQ(status(get("/empty", "Range: bytes=-5\r\n")), "HTTP/1.1 200 OK");
  EXPECT_EQ(status(get("/empty", "Range: bytes=-0\r\n")), "HTTP/1.1 416 Range Not Satisfiable");
  EXPECT_EQ(status(get("/empty", "Range: bytes=0-\r\n")), "HTTP/1.1 416 Range Not Satisfiable");
}

TEST_F(Web, LastModifiedIsNoLaterThanDate) {
  std::filesystem::last_write_time(directory_.path("www/hello.txt"),
                                   std::filesystem::file_time_type::clock::now() + 1h);
  Conversation conversation(handler());
  conversation.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string all = conversation.receive_all();
  const auto field = [&](const std::string& name) {
    const auto begin = all.find("\r\n" + name + ": ") + name.size() + 4;
    return wire::http::parse_date(all.substr(begin, all.find("\r\n", begin) - begin), 0);
  };
  ASSERT_TRUE(field("Date"));
  EXPECT_EQ(field("Last-Modified"), field("Date"));
}

TEST_F(Web, MethodsThatCannotBeServed) {
  const auto ask = [this](const std::string& method, const std::string& target = "/hello.txt") {
    return answer(method + ' ' + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  const std::string allow = "Allow: GET, HEAD, OPTIONS\r\n";
  for (const char* method : {"POST", "PUT", "DELETE", "TRACE", "PATCH"}) {
    EXPECT_EQ(ask(method),
              page("405 Method Not Allowed", allow, "Files can be read here, and nothing else."));
  }
  EXPECT_EQ(ask("CONNECT", "a:80"),
            page("405 Method Not Allowed", allow, "Files can be read here, and nothing else."));
  for (const char* method : {"BREW", "get", "G"}) {
    EXPECT_EQ(ask(method), page("501 Not Implemented", "",
                                "This server does not know the method, or the transfer coding."));
  }
  EXPECT_EQ(ask("OPTIONS", "*"), "HTTP/1.1 204 No Content\r\n" + allow + "\r\n");
  EXPECT_EQ(ask("OPTIONS"), "HTTP/1.1 204 No Content\r\n" + allow + "\r\n");
  EXPECT_EQ(status(get("*")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status(ask("OPTIONS", "hello.txt")), "HTTP/1.1 400 Bad Request");
}

// Whoever asked for no body takes one for the next answer (RFC 9110, section 9.3.2).
TEST_F(Web, ARefusalOfHeadHasNoBody) {
  for (const auto& [request, first] : std::vector<std::pair<std::string, std::string>>{
           {"HEAD / HTTP/1.1\r\n\r\n", "400 Bad Request"},
           {"\r\nHEAD / HTTP/1.1\r\nHost : a\r\n\r\n", "400 Bad Request"},
           {"HEAD / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", "417 Expectation Failed"},
           {"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n",
            "413 Content Too Large"},
           {"HEAD / HTTP/2.0\r\n\r\n", "505 HTTP Version Not Supported"},
           {"HEAD /" + std::string(50000, 'a'), "414 URI Too Long"}}) {
    const std::string refused = answer(request);
    EXPECT_EQ(status(refused), "HTTP/1.1 " + first);
    EXPECT_TRUE(refused.ends_with("\r\n\r\n")) << refused;
    EXPECT_NE(refused.find("\r\nContent-Length: "), std::string::npos) << refused;
  }
}

TEST_F(Web, WhatCannotBeUnderstoodInOneWayEndsTheConnection) {
  const std::string refused = page("400 Bad Request", close_field, ambiguous);
  const std::string next = "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n";
  for (
      const std::string& request : {
          "GET /\r\n\r\n"s,
          "GET / HTTP/1.1\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost : a\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"s,
          "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n"s,
          "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"s,
      }) {
    EXPECT_EQ(answer(request + next), refused) << request;
  }
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + next),
            page("501 Not Implemented", close_field,
                 "This server does not know the method, or the transfer coding."));
  EXPECT_EQ(answer("GET / HTTP/2.0\r\n\r\n" + next),
            page("505 HTTP Version Not Supported", close_field, "This server speaks HTTP/1.1."));
}

TEST_F(Web, HeadsAreBounded) {
  EXPECT_EQ(answer("GET /" + std::string(8200, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"),
            page("414 URI Too Long", close_field, "The request's target is too long."));
  EXPECT_EQ(answer("GET /" + std::string(50000, 'a')),
            page("414 URI Too Long", close_field, "The request's target is too long."));
  const std::string long_head =
      page("431 Request Header Fields Too Large", close_field, "The request's head is too long.");
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16384, 'a') + "\r\n\r\n"),
            long_head);
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(50000, 'a')), long_head);
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "X: a\r\n";
  EXPECT_EQ(get("/", fields), long_head);
  const std::string fits = "X: " + std::string(16384 - 58, 'a') + "\r\n";
  EXPECT_EQ(get("/hello.txt", fits), whole);
}

TEST_F(Web, BodiesArePassedOverAndNotTakenForRequests) {
  const std::string next = "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string with_length = "GET /hello.txt HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  EXPECT_EQ(answer(with_length + std::to_string(next.size()) + "\r\n\r\n" + next + next),
            whole + whole);
  EXPECT_EQ(answer("GET /hello.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "6;x=y\r\nGET / \r\n1\r\n\n\r\n0\r\nX: y\r\n\r\n" +
                   next),
            whole + whole);
  const std::string body(1024 * 1024, 'x');
  EXPECT_EQ(answer(with_length + std::to_string(body.size()) + "\r\n\r\n" + body + next),
            whole + whole);
  std::string chunks;
  for (int i = 0; i < 64; ++i) chunks += "4000\r\n" + body.substr(0, 0x4000) + "\r\n";
  const std::string chunked =
      "POST /hello.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status(answer(chunked + chunks + "0\r\n\r\n")), "HTTP/1.1 405 Method Not Allowed");
  const std::string too_long =
      page("413 Content Too Large", close_field, "The request's body is too long.");
  EXPECT_EQ(answer(with_length + "1048577\r\n\r\n"), too_long);
  EXPECT_EQ(answer(chunked + chunks + "1\r\nx\r\n0\r\n\r\n"), too_long);
  std::string framed;
  for (int i = 0; i < 160; ++i) framed += "1;" + std::string(16000, 'x') + "\r\nx\r\n";
  EXPECT_EQ(answer(chunked + framed + "0\r\n\r\n"), too_long);
  // One that ends in the middle.
  EXPECT_EQ(answer(with_length + "10\r\n\r\nabc"), page("400 Bad Request", close_field, ambiguous));
}

TEST_F(Web, AnExpectationIsMetOrRefused) {
  const std::string request = "GET /hello.txt HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n";
  Conversation conversation(handler());
  conversation.send(request + "Content-Length: 3\r\n\r\n");
  EXPECT_EQ(conversation.receive_some(), "HTTP/1.1 100 Continue\r\n\r\n");
  conversation.send("abc");
  conversation.end();
  EXPECT_EQ(without_dates(conversation.receive_all()), whole);
  EXPECT_EQ(answer(request + "\r\n"), whole);
  EXPECT_EQ(answer(request + "Content-Length: 3\r\n\r\nabc"), whole);
  EXPECT_EQ(answer(request + "Content-Length: 1048577\r\n\r\n"),
            page("413 Content Too Large", close_field, "The request's body is too long."));
  EXPECT_EQ(get("/hello.txt", "Expect: the best\r\n"),
            page("417 Expectation Failed", close_field, "Only 100-continue can be expected."));
  EXPECT_EQ(status(get("/hello.txt", "Expect: 100-continue, the best\r\n")),
            "HTTP/1.1 417 Expectation Failed");
  EXPECT_EQ(status(get("/hello.txt", "Expect: 100-continue\r\nExpect: the best\r\n")),
            "HTTP/1.1 417 Expectation Failed");
  EXPECT_EQ(get("/hello.txt", "Expect: 100-continue, 100-continue\r\n"), whole);
  EXPECT_EQ(get("/hello.txt", "Expect:\r\n"), whole);
  EXPECT_EQ(answer("GET /hello.txt HTTP/1.0\r\nExpect: the best\r\n\r\n"),
            "HTTP/1.1 200 OK\r\n" + close_field + whole.substr(17));
}

TEST_F(Web, Conditions) {
  const std::string unchanged = "HTTP/1.1 304 Not Modified\r\n"s + described + "\r\n";
  const std::string changed = page("412 Precondition Failed", "", "The file has changed.");
  EXPECT_EQ(get("/hello.txt", "If-None-Match: " + etag_of("/hello.txt") + "\r\n"), unchanged);
  EXPECT_EQ(get("/hello.txt", "If-None-Match: \"x\"\r\n"), whole);
  EXPECT_EQ(get("/hello.txt", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), unchanged);
  EXPECT_EQ(get("/hello.txt", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"), whole);
  EXPECT_EQ(get("/hello.txt", "If-Match: \"x\"\r\n"), changed);
  EXPECT_EQ(get("/hello.txt", "If-Match: *\r\n"), whole);
  EXPECT_EQ(get("/hello.txt", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"), changed);
  EXPECT_EQ(get("/hello.txt", "If-None-Match: *\r\nRange: bytes=0-1\r\n"), unchanged);
}

// Written in place, and replaced by another file: of the same size, with the same date set.
TEST_F(Web, AnotherContentHasAnotherETag) {
  const std::string first = etag_of("/hello.txt");
  EXPECT_EQ(etag_of("/hello.txt"), first);
  std::string in_place;
  EXPECT_TRUE(wait_until([&] {  // the file system's clock may stand still for some milliseconds
    directory_.file("www/hello.txt", "HELLO");
    return (in_place = etag_of("/hello.txt")) != first;
  }));
  directory_.file("www/other", "Hello");
  std::filesystem::rename(directory_.path("www/other"), directory_.path("www/hello.txt"));
  const std::string replaced = etag_of("/hello.txt");
  EXPECT_NE(replaced, in_place);
  EXPECT_NE(replaced, first);
  EXPECT_EQ(replaced.substr(0, 3), "\"5-");
}

TEST_F(Web, Ranges) {
  const auto part = [](const std::string& range, const std::string& content) {
    return "HTTP/1.1 206 Partial Content\r\n"s + described +
           "Content-Type: text/plain; charset=utf-8\r\nContent-Range: bytes " + range +
           "/5\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
  };
  EXPECT_EQ(get("/hello.txt", "Range: bytes=1-2\r\n"), part("1-2", "el"));
  EXPECT_EQ(get("/hello.txt", "Range: bytes=3-\r\n"), part("3-4", "lo"));
  EXPECT_EQ(get("/hello.txt", "Range: bytes=-1\r\n"), part("4-4", "o"));
  EXPECT_EQ(get("/hello.txt", "Range: bytes=0-1,9-\r\n"), part("0-1", "he"));
  EXPECT_EQ(get("/hello.txt", "Range: bytes=2-1\r\n"), whole);
  EXPECT_EQ(get("/hello.txt", "Range: lines=1-2\r\n"), whole);
  EXPECT_EQ(get("/hello.txt", "Range: bytes=5-\r\n"),
            page("416 Range Not Satisfiable", "Content-Range: bytes */5\r\n",
                 "The file is shorter than that."));
  EXPECT_EQ(get("/hello.txt", "Range: bytes=1-2\r\nIf-Range: " + etag_of("/hello.txt") + "\r\n"),
            part("1-2", "el"));
  EXPECT_EQ(get("/hello.txt", "Range: bytes=1-2\r\nIf-Range: \"x\"\r\n"), whole);
  EXPECT_EQ(answer("HEAD /hello.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\n\r\n"), whole_head);
}

TEST_F(Web, SeveralRangesAreSeveralParts) {
  const std::string got = get("/hello.txt", "Range: bytes=3-,0-0\r\n");
  const auto at = got.find("boundary=") + 9;
  const std::string boundary = got.substr(at, got.find("\r\n", at) - at);
  const std::string type = "Content-Type: text/plain; charset=utf-8\r\n";
  const std::string body = "\r\n--" + boundary + "\r\n" + type +
                           "Content-Range: bytes 3-4/5\r\n\r\nlo\r\n--" + boundary + "\r\n" + type +
                           "Content-Range: bytes 0-0/5\r\n\r\nh\r\n--" + boundary + "--\r\n";
  EXPECT_EQ(got, "HTTP/1.1 206 Partial Content\r\n"s + described +
                     "Content-Type: multipart/byteranges; boundary=" + boundary +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_F(Web, Persistence) {
  const std::string get_1_0 = "GET /hello.txt HTTP/1.0\r\n";
  const std::string get_1_1 = "GET /hello.txt HTTP/1.1\r\nHost: a\r\n";
  const std::string closing = "HTTP/1.1 200 OK\r\n" + close_field + whole.substr(17);
  const std::string kept = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n" + whole.substr(17);
  EXPECT_EQ(answer(get_1_1 + "\r\n" + get_1_1 + "\r\n" + get_1_1 + "\r\n"), whole + whole + whole);
  EXPECT_EQ(answer(get_1_0 + "\r\n" + get_1_0 + "\r\n"), closing);
  EXPECT_EQ(answer(get_1_0 + "Connection: keep-alive\r\n\r\n" + get_1_0 + "\r\n"), kept + closing);
  EXPECT_EQ(answer(get_1_1 + "Connection: close\r\n\r\n" + get_1_1 + "\r\n"), closing);
}

// A close with unread input would be a reset, which can destroy the answer on its way.
TEST_F(Web, WhoSendsOnBehindTheLastRequestStillGetsTheAnswerWhole) {
  const std::string closing = "HTTP/1.1 200 OK\r\n" + close_field + whole.substr(17);
  std::promise<void> all_is_sent;
  Conversation conversation([&](net::Stream& stream) {
    all_is_sent.get_future().wait();
    handler()(stream);
  });
  conversation.send("GET /hello.txt HTTP/1.0\r\n\r\n" + std::string(60'000, 'x'));
  conversation.end();
  all_is_sent.set_value();
  EXPECT_EQ(without_dates(conversation.receive_until("hello")), closing);
  EXPECT_EQ(conversation.receive_ending(), net::Ending::end);
}

TEST_F(Web, RequestsInPiecesOfAnySizeAreTheSame) {
  const std::string request =
      "\r\nGET /hello.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "GET http://b/hello.txt?q HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n0\r\n\r\n";
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 50u}) {
    Conversation conversation(handler());
    for (std::size_t at = 0; at < request.size(); at += piece) {
      conversation.send(std::string_view(request).substr(at, piece));
    }
    conversation.end();
    EXPECT_EQ(without_dates(conversation.receive_all()), whole + whole) << piece;
  }
}

TEST_F(Web, ManyPipelinedRequestsAreAnsweredInOrder) {
  std::string requests, expected;
  for (int i = 0; i < 2000; ++i) {
    const bool missed = i % 3 == 0;
    requests += "GET /"s + (missed ? "none" : "hello.txt") + " HTTP/1.1\r\nHost: a\r\n\r\n";
    expected += missed ? page("404 Not Found", "", missing) : whole;
  }
  Conversation conversation(handler());
  std::thread sender([&] {
    conversation.send(requests);
    conversation.end();
  });
  EXPECT_EQ(without_dates(conversation.receive_all()), expected);
  sender.join();
}

TEST_F(Web, SilenceInAHeadIsToldAndElsewhereCloses) {
  site_.silence = 50ms;
  const std::string late =
      page("408 Request Timeout", close_field, "The request did not end in time.");
  for (const char* begun : {"G", "GET / HTTP/1.1\r\nHost: a\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"}) {
    Conversation conversation(handler());
    conversation.send(begun);
    EXPECT_EQ(without_dates(conversation.receive_all()), late) << begun;
  }
  Conversation silent(handler());
  EXPECT_EQ(silent.receive_all(), "");
  Conversation idle(handler());
  idle.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(without_dates(idle.receive_all()), whole);
}

TEST_F(Web, ADripDoesNotHoldAHeadOpen) {
  site_.silence = 200ms;
  Conversation conversation(handler());
  std::atomic<bool> answered = false;
  std::thread drip([&] {
    conversation.send("GET / HTTP/1.1\r\nX: ");
    while (!answered) {
      conversation.send("a");
      std::this_thread::sleep_for(5ms);
    }
  });
  EXPECT_EQ(status(conversation.receive_until("</html>\n")), "HTTP/1.1 408 Request Timeout");
  answered = true;
  drip.join();
}

TEST_F(Web, AFileThatShrinksEndsItsConnectionOnly) {
  std::ofstream(directory_.path("www/shrinking")) << std::string(8 * 1024 * 1024, 'x');
  Conversation conversation(handler());
  conversation.send(
      "GET /shrinking HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string got = conversation.receive_until("\r\n\r\n");
  std::filesystem::resize_file(directory_.path("www/shrinking"), 1000);
  got += conversation.receive_all();
  EXPECT_NE(got.find("Content-Length: 8388608\r\n"), std::string::npos);
  EXPECT_LT(got.size(), 8u * 1024 * 1024);
  EXPECT_EQ(got.find("hello"), std::string::npos);
  EXPECT_EQ(get("/hello.txt"), whole);
}

TEST_F(Web, WhatIsNoRegularFileIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo(directory_.path("www/fifo").c_str(), 0644), 0);
  directory_.link("www/device", "/dev/zero");
  directory_.link("www/dangling", "nowhere");
  directory_.link("www/loop", "loop");
  EXPECT_EQ(get("/fifo"), page("403 Forbidden", "", "This file may not be read."));
  for (const char* target : {"/device", "/dangling", "/loop", "/hello.txt/x"}) {
    EXPECT_EQ(get(target), page("404 Not Found", "", missing)) << target;
  }
}

TEST_F(Web, ARefusalOfOneTooManyIsReadable) {
  Conversation conversation([](net::Stream& stream) { refuse_web(stream); });
  EXPECT_EQ(without_dates(conversation.receive_all()),
            page("503 Service Unavailable", close_field + "Retry-After: 5\r\n",
                 "As many are served as can be. Try again soon."));
}

}  // namespace
}  // namespace server
