// The web service: for each rule the exact bytes in, and the exact head out.
#include "server/web/web.hh"

#include "server/web/answers.hh"
#include "support/wait_until.hh"
#include "wire/http/date.hh"

namespace server {
namespace {

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

TEST_F(Web, AFileThatHidesItsSizeIsNotAnEmptyOne) {
  root_.emplace("/proc/self");
  if (status(get("/stat")) == "HTTP/1.1 404 Not Found") GTEST_SKIP() << "no /proc";
  EXPECT_EQ(get("/stat"), page("500 Internal Server Error", "", "This cannot be read."));
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

TEST_F(Web, AnEmptyFileIsItsOwnSuffix) {
  EXPECT_EQ(status(get("/empty", "Range: bytes=-5\r\n")), "HTTP/1.1 200 OK");
  EXPECT_EQ(status(get("/empty", "Range: bytes=-0\r\n")), "HTTP/1.1 416 Range Not Satisfiable");
  EXPECT_EQ(status(get("/empty", "Range: bytes=0-\r\n")), "HTTP/1.1 416 Range Not Satisfiable");
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

}  // namespace
}  // namespace server
