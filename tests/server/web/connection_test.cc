// Several requests over one connection, and when it is closed.
#include <array>
#include <atomic>
#include <future>
#include <thread>

#include "net/connect.hh"
#include "net/listener.hh"
#include "server/web/answers.hh"

namespace server {
namespace {

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

TEST_F(Web, WhoSendsOnWhileALongAnswerIsOnItsWayStillGetsItWhole) {
  constexpr std::size_t size = 4'000'000;
  directory_.file("www/long", std::string(size, 'x'));
  Conversation conversation(handler());
  conversation.send("GET /long HTTP/1.0\r\n\r\n");
  const std::string first = conversation.receive_until("\r\n\r\n");
  conversation.send("\r\n");
  std::size_t left = first.find("\r\n\r\n") + 4 + size - first.size();
  while (left > 0) {
    const std::string some = conversation.receive_some();
    ASSERT_FALSE(some.empty());
    left -= some.size();
  }
  EXPECT_EQ(conversation.receive_ending(), net::Ending::end);
}

// For longer than a peer may take to read the end.
TEST_F(Web, AnUploadOfSecondsIsReadUntilItsSenderLooksForTheRefusal) {
  Conversation conversation(handler());
  conversation.send("PUT /hello.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
  EXPECT_EQ(status(conversation.receive_until("</html>\n")), "HTTP/1.1 413 Content Too Large");
  for (int i = 0; i < 25; ++i) {
    EXPECT_TRUE(conversation.send(std::string(1000, 'x'))) << i;
    std::this_thread::sleep_for(100ms);
  }
}

// The last answer waits for the end of the stream, to share its packet. The reset, for what is left
// unread behind a body that fills the buffer, must not throw it away.
TEST_F(Web, TheAnswerIsWholeThoughMoreCameThanWasRead) {
  const auto listeners = net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM});
  const auto deadline = net::Deadline::after(30s);
  const std::string port = std::to_string(listeners.front().address.port());
  net::Stream client = net::connect("127.0.0.1", port, deadline);
  client.send("GET /hello.txt HTTP/1.0\r\nContent-Length: 20430\r\n\r\n" + std::string(30'000, 'x'),
              deadline);
  {
    net::Stream stream(net::accept_tcp(listeners.front().socket.get()).socket);
    handler()(stream);
  }
  std::array<std::uint8_t, 4096> buffer;
  const auto got = client.receive_exactly(buffer, deadline);
  EXPECT_EQ(without_dates({reinterpret_cast<const char*>(buffer.data()), got.count}),
            "HTTP/1.1 200 OK\r\n" + close_field + whole.substr(17));
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
  Conversation without_words(handler());
  without_words.send("\r\n");
  EXPECT_EQ(without_words.receive_all(), "");
  Conversation idle(handler());
  idle.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n\r\n\r\n");
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

TEST_F(Web, ARefusalOfOneTooManyIsReadable) {
  Conversation conversation([](net::Stream& stream) { refuse_web(stream); });
  EXPECT_EQ(without_dates(conversation.receive_all()),
            page("503 Service Unavailable", close_field + "Retry-After: 5\r\n",
                 "As many are served as can be. Try again soon."));
}

}  // namespace
}  // namespace server
