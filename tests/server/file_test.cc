// The file service, over loopback.
#include "server/handlers.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "support/connection_service.hh"
#include "support/site.hh"
#include "support/wait_until.hh"

namespace server {
namespace {

class Files : public testing::Test {
 protected:
  Files() {
    directory_.file("hello", "hello");
    directory_.file("empty", "");
    directory_.file("large", std::string(20'000'000, 'x'));
    std::signal(SIGPIPE, SIG_IGN);
  }
  std::function<void(net::Stream&)> handler(std::chrono::milliseconds silence = 30s) {
    return [this, silence](net::Stream& stream) {
      serve_file(stream, net::Address(), root_, silence, false);
    };
  }
  std::string get(Service& service, const std::string& name) {
    net::Stream client = service.connect();
    send(client, name + '\0');
    return receive_all(client);
  }

  TemporaryDirectory directory_;
  DocumentRoot root_{directory_.path()};
};

TEST_F(Files, ComeWholeAndThenTheClose) {
  Service service(10, handler());
  EXPECT_EQ(get(service, "hello"), "hello");
  EXPECT_EQ(get(service, "empty"), "");
  EXPECT_EQ(get(service, "large"), std::string(20'000'000, 'x'));
}

TEST_F(Files, ThatAreNotGivenEndInAReset) {
  directory_.directory("dir");
  mkfifo(directory_.path("fifo").c_str(), 0644);
  Service service(10, handler());
  for (const char* name : {"none", "dir", "fifo", "/etc/passwd", "../x", ""}) {
    EXPECT_EQ(get(service, name), "(reset)") << name;
  }
  EXPECT_EQ(get(service, std::string(4096, 'a')), "(reset)");
}

TEST_F(Files, ThatHideTheirSizeAreNotEmpty) {
  if (access("/proc/self/stat", R_OK) != 0) GTEST_SKIP() << "no /proc";
  DocumentRoot proc("/proc/self");
  Service service(
      10, [&](net::Stream& stream) { serve_file(stream, net::Address(), proc, 30s, false); });
  EXPECT_EQ(get(service, "stat"), "(reset)");
}

TEST_F(Files, ANameInPiecesIsTheSame) {
  std::atomic<int> socket = -1;
  Service service(10, [&](net::Stream& stream) {
    socket = stream.get();
    handler()(stream);
  });
  net::Stream client = service.connect();
  for (const char c : {'h', 'e', 'l', 'l', 'o', '\0'}) {
    send(client, {&c, 1});
    // Until it is taken, so that the next one comes alone.
    int waiting = 0;
    ASSERT_TRUE(wait_until(
        [&] { return socket >= 0 && (ioctl(socket, FIONREAD, &waiting) != 0 || waiting == 0); }));
  }
  EXPECT_EQ(receive_all(client), "hello");
}

TEST_F(Files, ANameThatNeverEndsIsGivenUp) {
  Service service(10, handler(50ms));
  net::Stream client = service.connect();
  send(client, "hello");
  EXPECT_EQ(receive_all(client), "(reset)");
}

// So that a kill of the server in the middle is not taken for the end of the file.
TEST_F(Files, OnlyTheEndOfAWholeOneIsAClose) {
  std::atomic<int> socket = -1;
  Service service(10, [&](net::Stream& stream) {
    socket = stream.get();
    handler()(stream);
  });
  net::Stream client = service.connect();
  send(client, std::string("large") + '\0');
  std::uint8_t byte[1];
  EXPECT_EQ(client.receive_exactly(byte, net::Deadline::after(30s)).ending, net::Ending::full);
  linger at_close{};
  socklen_t size = sizeof at_close;
  ASSERT_EQ(getsockopt(socket, SOL_SOCKET, SO_LINGER, &at_close, &size), 0);
  EXPECT_NE(at_close.l_onoff, 0);
  EXPECT_EQ(at_close.l_linger, 0);
  EXPECT_EQ(receive_all(client).size(), 20'000'000u - 1);
}

TEST_F(Files, OneThatShrinksEndsInAReset) {
  Service service(10, handler());
  net::Stream client = service.connect();
  send(client, std::string("large") + '\0');
  std::uint8_t byte[1];
  EXPECT_EQ(client.receive_exactly(byte, net::Deadline::after(30s)).ending, net::Ending::full);
  std::filesystem::resize_file(directory_.path("large"), 10);
  const std::string got = receive_all(client);
  EXPECT_LT(got.size(), 20'000'000u);
  EXPECT_TRUE(got.ends_with("(reset)"));
  EXPECT_EQ(get(service, "hello"), "hello");
}

}  // namespace
}  // namespace server
