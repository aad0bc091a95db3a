// The client's downloads, against servers that answer in every way there is.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <deque>
#include <mutex>
#include <regex>

#include "cli/program.hh"
#include "client/services.hh"
#include "net/listener.hh"
#include "support/site.hh"

namespace client {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// What a scripted server does with one connection.
struct Script {
  std::string answer;          // sent after the request's head has come; PORT becomes its own port
  std::size_t piece = 100000;  // bytes a call
  bool reset = false;          // at the end, instead of a close
  bool keep_open = false;      // until the client closes
};

class ScriptedServer {
 public:
  explicit ScriptedServer(std::deque<Script> scripts, const std::string& host = "127.0.0.1")
      : listener_(std::move(
            net::listen_on({net::resolve(host, 0, net::Family::any, net::Deadline()).front()},
                           {SOCK_STREAM})
                .front())),
        thread_([this, scripts = std::move(scripts)] {
          for (const Script& script : scripts) play(script);
        }) {}
  // Ends when the scripts are played, or nobody comes for them.
  ~ScriptedServer() {
    shutdown(listener_.socket.get(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://" + listener_.address.text() + path;
  }
  // The heads of the requests, as they came.
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void play(const Script& script) {
    net::Address peer;
    net::FileDescriptor accepted = net::accept_tcp(listener_.socket.get(), peer);
    if (!accepted) return;
    net::Stream stream(std::move(accepted));
    std::string head;
    std::uint8_t buffer[4096];
    while (head.find("\r\n\r\n") == std::string::npos) {
      const auto got = stream.receive_some(buffer, net::Deadline::after(30s));
      if (got.count == 0) return;
      head.append(reinterpret_cast<const char*>(buffer), got.count);
    }
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(head);
    }
    const std::string answer = std::regex_replace(script.answer, std::regex("PORT"),
                                                  std::to_string(listener_.address.port()));
    for (std::size_t at = 0; at < answer.size(); at += script.piece) {
      const auto piece = std::string_view(answer).substr(at, script.piece);
      (void)stream.send_all(wire::bytes_of(piece), net::Deadline::after(30s));
    }
    if (script.reset) stream.reset_on_close();
    if (script.keep_open) (void)stream.receive_some(buffer, net::Deadline::after(30s));
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
  net::Listener listener_;
  std::thread thread_;
};

class WebClient : public testing::Test {
 protected:
  // Downloads to the file "got"; returns the failure's words, or nothing.
  std::string fetch(const std::string& url, bool keep = false) {
    Options options;
    options.host = url;
    options.output = directory_.path("got");
    options.keep = keep;
    options.time = time_;
    try {
      get_web(options);
      return "";
    } catch (const cli::Failure& failure) {
      return failure.what();
    }
  }
  std::string answer(const std::string& head_and_body, std::size_t piece = 100000) {
    const ScriptedServer server({{head_and_body, piece}});
    return fetch(server.url("/"));
  }
  std::string content(const std::string& name = "got") {
    std::ifstream file(directory_.path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool exists(const std::string& name) { return std::filesystem::exists(directory_.path(name)); }
  std::size_t files() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory_.path()),
                      std::filesystem::directory_iterator()));
  }

  TemporaryDirectory directory_;
  std::chrono::milliseconds time_ = 30s;
};

const std::string ok = "HTTP/1.1 200 OK\r\n";

TEST_F(WebClient, TakesABodyOfEveryKindInPiecesOfAnySize) {
  for (const std::size_t piece : {1u, 2u, 5u, 1000u}) {
    for (const std::string& response :
         {ok + "Content-Length: 5\r\n\r\nhello", ok + "Content-Length: 5\r\n\r\nhello and more",
          ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nX: y\r\n\r\n",
          ok + "\r\nhello", "HTTP/1.0 200 OK\r\n\r\nhello"s,
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok +
              "Content-Length: 5\r\n\r\nhello",
          "HTTP/1.1 200\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello"s}) {
      EXPECT_EQ(answer(response, piece), "") << response;
      EXPECT_EQ(content(), "hello") << response;
    }
  }
  EXPECT_EQ(files(), 1u);
}

TEST_F(WebClient, AsksForNothingItCannotRead) {
  ScriptedServer server({{ok + "Content-Length: 0\r\n\r\n"}});
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
  ScriptedServer server({to("/b", 301),
                         to("http://127.0.0.1:PORT/d/c?x", 303),
                         to("../e", 307),
                         to("?y", 308),
                         {ok + "Content-Length: 5\r\n\r\nhello"}});
  EXPECT_EQ(fetch(server.url("/a")), "");
  EXPECT_EQ(content(), "hello");
  ASSERT_EQ(server.requests().size(), 5u);
  EXPECT_TRUE(server.requests()[1].starts_with("GET /b "));
  EXPECT_TRUE(server.requests()[2].starts_with("GET /d/c?x "));
  EXPECT_TRUE(server.requests()[3].starts_with("GET /e "));
  EXPECT_TRUE(server.requests()[4].starts_with("GET /e?y "));
}

TEST_F(WebClient, RefusesRedirectsWithoutEndAndToOtherSchemes) {
  const std::string head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
  {
    const ScriptedServer server(std::deque<Script>(11, {head + "/\r\n\r\n"}));
    EXPECT_EQ(fetch(server.url("/")), server.url("/") + ": more than 10 redirects");
  }
  EXPECT_TRUE(answer(head + "https://a/\r\n\r\n").ends_with("https://a/: https is not supported"));
  EXPECT_TRUE(
      answer(head + "ftp://a/\r\n\r\n").ends_with("ftp://a/: no http URL without a user name"));
  EXPECT_TRUE(answer(head + "http://a:b/\r\n\r\n").ends_with("no http URL without a user name"));
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
  ScriptedServer server({{ok + "Content-Length: 5\r\n\r\nhello"}}, "::1");
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
            "the body ended after 5 bytes, before its last chunk"},
           {ok + "Transfer-Encoding: chunked\r\n\r\nhello", "the body's chunks are malformed"},
           {ok + "Transfer-Encoding: gzip\r\n\r\nhello", "the end of the body cannot be known"},
           {ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "the end of the body cannot be known"},
           {ok + "Content-Le", "closed after 27 bytes, a response awaited"},
           {"", "closed after 0 bytes, a response awaited"},
           {"SSH-2.0-x\r\n\r\n", "no right HTTP/1 response: \"SSH-2.0-x\""},
           {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "switches to another protocol"},
           {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/9\r\n\r\nhello",
            "a part came that was not asked for"},
           {ok + "X: " + std::string(80000, 'x'), "the response's head exceeds 65536 bytes"},
           {ok + "Content-Length: 5\r\nX\r\n\r\nhello",
            "no right HTTP/1 response: \"HTTP/1.1 200 OK\""},
       }) {
    const std::string words = answer(bad.answer);
    EXPECT_TRUE(words.ends_with(": " + bad.words)) << words;
    EXPECT_EQ(files(), 0u);
  }
  std::string interim;
  for (int i = 0; i < 40; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_TRUE(answer(interim).ends_with("sent 32 interim responses"));
}

TEST_F(WebClient, AResetAndSilenceAreFailures) {
  {
    const ScriptedServer server({{ok + "\r\nhello", 100000, true}});
    const std::string words = fetch(server.url("/"));
    EXPECT_TRUE(words.ends_with(": the connection broke")) << words;
  }
  time_ = 50ms;
  const ScriptedServer server({{ok + "Content-Length: 9\r\n\r\nhello", 100000, false, true}});
  const std::string words = fetch(server.url("/"));
  EXPECT_TRUE(words.ends_with(": nothing came for 0.05 s")) << words;
  EXPECT_EQ(files(), 0u);
}

TEST_F(WebClient, AnErrorPageGoesToStandardOutputAndNotToTheFile) {
  testing::internal::CaptureStdout();
  const std::string words = answer("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "gone");
  EXPECT_TRUE(words.ends_with("/: 404 Not Found")) << words;
  EXPECT_EQ(files(), 0u);
}

TEST_F(WebClient, AnEarlierFileStaysUntilTheNewOneIsWhole) {
  directory_.file("got", "earlier");
  EXPECT_NE(answer(ok + "Content-Length: 9\r\n\r\nhello"), "");
  EXPECT_EQ(content(), "earlier");
  EXPECT_EQ(answer(ok + "Content-Length: 5\r\n\r\nhello"), "");
  EXPECT_EQ(content(), "hello");
}

const std::string dated = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

TEST_F(WebClient, AKeptFileIsGoneOnWith) {
  ScriptedServer server({{ok + dated + "Content-Length: 9\r\n\r\nhello"},
                         {"HTTP/1.1 206 Partial Content\r\n" + dated +
                          "Content-Range: bytes 5-8/9\r\nContent-Length: 4\r\n\r\n you"}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(content("got.part"), "hello");
  EXPECT_FALSE(exists("got"));
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
  EXPECT_FALSE(exists("got.part"));
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.requests()[0].find("Range"), std::string::npos);
  EXPECT_NE(
      server.requests()[1].find("Range: bytes=5-\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
      std::string::npos);
}

TEST_F(WebClient, AKeptFileThatChangedIsFetchedAnew) {
  directory_.file("got.part", "old");
  const ScriptedServer server({{ok + "Content-Length: 5\r\n\r\nhello"}});
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello");
}

TEST_F(WebClient, AKeptFileThatIsWholeAlreadyNeedsNoMore) {
  directory_.file("got.part", "hello");
  const ScriptedServer server(
      {{"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */5\r\nContent-Length: "
        "0\r\n\r\n"}});
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello");
}

TEST_F(WebClient, AKeptFileThatIsTooLongIsFetchedAnew) {
  directory_.file("got.part", "hello and more");
  const ScriptedServer server({{"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes "
                                "*/5\r\nContent-Length: 0\r\n\r\n"},
                               {ok + "Content-Length: 5\r\n\r\nhello"}});
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello");
}

TEST_F(WebClient, APartFromAnotherPlaceIsRefused) {
  directory_.file("got.part", "hel");
  const ScriptedServer server(
      {{"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/5\r\n\r\nllo"}});
  EXPECT_TRUE(fetch(server.url("/"), true).ends_with("a part came that was not asked for"));
  EXPECT_EQ(content("got.part"), "hel");
}

TEST_F(WebClient, AKeptFileWithoutADateIsFetchedAnew) {
  ScriptedServer server(
      {{ok + "Content-Length: 9\r\n\r\nhello"}, {ok + "Content-Length: 9\r\n\r\nhello you"}});
  EXPECT_NE(fetch(server.url("/"), true), "");
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(content(), "hello you");
  EXPECT_EQ(server.requests()[1].find("Range"), std::string::npos);
}

}  // namespace
}  // namespace client
