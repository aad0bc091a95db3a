// The file client, against servers that give what they like.
#include <gtest/gtest.h>

#include <exception>

#include "client/services.hh"
#include "support/scripted/web_server.hh"
#include "support/site.hh"

namespace client {
namespace {

using namespace std::string_literals;

class FileClient : public testing::Test {
 protected:
  // Asks for "name" into the file "got", which holds "old"; returns the failure's words.
  std::string fetch(const scripted::Script& script, bool empty = false) {
    directory_.file("got", "old");
    scripted::WebServer server({script}, "127.0.0.1", std::string(1, '\0'));
    Options options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.file = "name";
    options.output = directory_.path("got");
    options.empty = empty;
    std::string words;
    try {
      get_file(options);
    } catch (const std::exception& failure) {
      words = failure.what();
    }
    EXPECT_EQ(server.requests(), std::vector{"name\0"s});
    const std::string what = "\"name\" from 127.0.0.1 port " + std::to_string(options.port);
    return words.starts_with(what) ? words.substr(what.size()) : words;
  }
  std::string content() { return directory_.content("got"); }

  TemporaryDirectory directory_;
};

TEST_F(FileClient, AFileReplacesTheOldOneWhenItIsWhole) {
  EXPECT_EQ(fetch({"new\0bytes"s}), "");
  EXPECT_EQ(content(), "new\0bytes"s);
  EXPECT_EQ(fetch({"new", 100000, true}), ": the connection broke after 3 bytes");
  EXPECT_EQ(content(), "old");
}

TEST_F(FileClient, NothingAtAllIsNoFileUnlessToldSo) {
  EXPECT_EQ(fetch({""}), ": 0 bytes, no such file or an empty one (see --empty)");
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(fetch({""}, true), "");
  EXPECT_EQ(content(), "");
}

// One that answers what is no request of HTTP.
TEST_F(FileClient, ARefusalOfAWebServerIsNoFile) {
  for (const char* line : {"HTTP/1.1 400 Bad Request", "HTTP/1.0 501 Not Implemented"}) {
    const std::string answer = line + "\r\nContent-Length: 3\r\n\r\nbad"s;
    for (const std::size_t piece : {std::size_t{1}, answer.size()}) {
      EXPECT_EQ(fetch({answer, piece}), ": a web server is there: \""s + line + '"');
      EXPECT_EQ(content(), "old");
    }
  }
  for (const std::string& file :
       {"HTTP/1.1 200 OK\r\n\r\nsaved"s, "HTTP/1.1 404 Not Found\r\n\r\nsaved"s, "HTTP/1.1 400 "s,
        "HTTP/1.1 400" + std::string(200, 'x') + '\n'}) {
    EXPECT_EQ(fetch({file}), "");
    EXPECT_EQ(content(), file);
  }
}

}  // namespace
}  // namespace client
