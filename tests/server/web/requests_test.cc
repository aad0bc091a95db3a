// Which requests are understood, and where in the stream each one ends.
#include "server/web/answers.hh"

namespace server {
namespace {

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

}  // namespace
}  // namespace server
