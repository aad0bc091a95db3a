// What a signal leaves of a download.
#include <gtest/gtest.h>

#include <cstring>
#include <system_error>

#include "support/spawned.hh"
#include "support/wait_until.hh"
#include "support/web_client.hh"

namespace client {
namespace {

std::vector<int> fatal_signals() {
  std::vector<int> signals = {SIGHUP,  SIGINT, SIGQUIT, SIGABRT, SIGTERM, SIGPIPE, SIGALRM,
                              SIGTRAP, SIGSYS, SIGPROF, SIGXCPU, SIGUSR1, SIGUSR2, SIGVTALRM};
#ifdef __linux__
  signals.insert(signals.end(), {SIGIO, SIGPWR, SIGRTMIN, SIGRTMAX});
#endif
  return signals;
}

class Signals : public WebClient {
 protected:
  // Whether a file other than "got" and "got.from" has the five bytes that the server sent.
  bool has_begun() {
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      const auto name = entry.path().filename();
      std::error_code gone;  // files come and go meanwhile
      if (name != "got" && name != "got.from" && entry.file_size(gone) == 5) return true;
    }
    return false;
  }
  std::string got() { return directory_.path("got"); }

  const Script half_{"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\nhello", 100000,
                     false, true};
};

TEST_F(Signals, EachFatalOneRemovesTheTemporaryFile) {
  for (const int signal : fatal_signals()) {
    directory_.file("got", "earlier");
    const WebServer server({half_});
    spawned::Client client({"-o", got(), server.url("/")});
    ASSERT_TRUE(wait_until([&] { return has_begun(); }));
    client.kill(signal);
    const int status = client.status();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << strsignal(signal);
    EXPECT_EQ(files(), 1u) << strsignal(signal);
    EXPECT_EQ(content(), "earlier");
  }
}

TEST_F(Signals, EachFatalOneKeepsThePart) {
  for (const int signal : fatal_signals()) {
    const WebServer server({half_});
    spawned::Client client({"-k", "-o", got(), server.url("/")});
    ASSERT_TRUE(wait_until([&] { return has_begun(); }));
    client.kill(signal);
    const int status = client.status();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << strsignal(signal);
    EXPECT_EQ(content("got.part"), "hello") << strsignal(signal);
    EXPECT_EQ(files(), 2u) << strsignal(signal);
    std::filesystem::remove(directory_.path("got.part"));
    std::filesystem::remove(directory_.path("got.from"));
  }
}

TEST_F(Signals, NothingIsKeptOfNothing) {
  WebServer server({{"", 1, false, true}});
  spawned::Client client({"-k", "-o", got(), server.url("/")});
  ASSERT_TRUE(wait_until([&] { return !server.requests().empty(); }));
  client.kill(SIGTERM);
  EXPECT_TRUE(WIFSIGNALED(client.status()));
  EXPECT_EQ(files(), 0u);
}

TEST_F(Signals, OneThatIsIgnoredStaysIgnored) {
  const WebServer server({half_});
  spawned::Nohup client({"-o", got(), server.url("/")});
  ASSERT_TRUE(wait_until([&] { return has_begun(); }));
  client.kill(SIGHUP);  // taken before SIGTERM, whose number is higher
  client.kill(SIGTERM);
  const int status = client.status();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  EXPECT_EQ(files(), 0u);
}

}  // namespace
}  // namespace client
