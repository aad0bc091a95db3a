// The echo client over UDP.
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "client/echo_run.hh"
#include "net/datagram.hh"
#include "net/wait.hh"
#include "support/needs_ipv6.hh"
#include "wire/bytes.hh"

namespace {

// How many milliseconds the second read of standard input takes, as from a disk that sleeps.
int slow_read = 0;
int reads = 0;

}  // namespace

// The test's own body of what the client calls.
extern "C" ssize_t read(int fd, void* buffer, std::size_t size) {
  if (slow_read > 0 && fd == STDIN_FILENO && ++reads == 2) {
    std::this_thread::sleep_for(std::chrono::milliseconds(slow_read));
  }
  const iovec place{buffer, size};
  return readv(fd, &place, 1);
}

namespace client {
namespace {

// Answers each datagram by what `answers` makes of it.
EchoResult datagrams(const std::string& host, const std::string& input, std::size_t count,
                     const std::function<std::vector<std::string>(std::string)>& answers) {
  return run_echo(SOCK_DGRAM, host, input, [&](int socket) {
    std::vector<std::uint8_t> buffer(65536);
    for (std::size_t i = 0; i < count; ++i) {
      std::optional<net::Datagram> datagram;
      do {
        (void)net::wait_readable({socket}, net::Deadline::after(30s));
      } while (!(datagram = net::receive_datagram(socket, buffer)));
      const std::string text(buffer.begin(),
                             buffer.begin() + static_cast<std::ptrdiff_t>(datagram->size));
      for (const std::string& answer : answers(text)) {
        (void)net::send_datagram(socket, wire::bytes_of(answer), datagram->from);
      }
    }
  });
}

TEST(EchoDatagrams, AnAlteredOneIsNamed) {
  NEEDS_IPV6();
  const std::string differs = "what came differs from what was sent at byte ";
  using Answers = std::vector<std::string>;
  for (const char* host : {"127.0.0.1", "::1"}) {
    const auto altered = [&](const std::string& to) {
      return datagrams(host, "one\n", 1, [&](const std::string&) { return Answers{to}; }).words;
    };
    EXPECT_EQ(altered("one"), "");
    EXPECT_EQ(altered("onE"), "line 1: " + differs + "3: 0x45 came, 0x65 was sent");
    EXPECT_EQ(altered("ones"), "line 1: " + differs + "4: 0x73 came, nothing was sent");
    EXPECT_EQ(altered("on"), "line 1: what came ends after 2 bytes of 3");
    EXPECT_EQ(altered(""), "line 1: what came ends after 0 bytes of 3");
    const auto cut = datagrams(host, "one\nxy\n", 2, [](const std::string& text) {
      return text == "one" ? Answers{"on"} : Answers{};
    });
    EXPECT_EQ(cut.words, "line 1: what came ends after 2 bytes of 3") << "xy has its size";
    const auto twice = datagrams(host, "one\ntwo\n", 2, [](const std::string& text) {
      return Answers{text, text};
    });
    EXPECT_EQ(twice.words, "") << "a duplicate is no fault";
    EXPECT_EQ(twice.output, "one\ntwo\n");
  }
}

// Whoever guesses the port may send there, and must neither be believed nor held against the
// server.
TEST(EchoDatagrams, AStrangersIsNobodys) {
  const auto result = run_echo(SOCK_DGRAM, "127.0.0.1", "one\n", [](int socket) {
    std::vector<std::uint8_t> buffer(65536);
    (void)net::wait_readable({socket}, net::Deadline::after(30s));
    const auto datagram = net::receive_datagram(socket, buffer);
    ASSERT_TRUE(datagram);
    const net::FileDescriptor stranger = net::open_udp(net::Family::ipv4, net::LocalPort::any);
    for (const char* text : {"onE", "one"}) {
      EXPECT_FALSE(net::send_datagram(stranger.get(), wire::bytes_of(text), datagram->from));
    }
    EXPECT_FALSE(net::send_datagram(socket, wire::bytes_of("one"), datagram->from));
  });
  EXPECT_EQ(result.words, "");
  EXPECT_EQ(result.output, "one\n");
}

// 0.0.0.0 is this host, by its loopback address.
TEST(EchoDatagrams, WhomTheSystemChoosesIsTheServer) {
  NEEDS_IPV6();
  for (const char* host : {"0.0.0.0", "::"}) {
    const auto echo = [](const std::string& text) { return std::vector<std::string>{text}; };
    const auto result = datagrams(host, "one\ntwo\n", 2, echo);
    EXPECT_EQ(result.words, "");
    EXPECT_EQ(result.output, "one\ntwo\n");
  }
}

// The answer comes while the input is read: after the wait, and before the line would be lost.
TEST(EchoDatagrams, WhatCameWhileTheInputWasReadIsNotLost) {
  slow_read = 1200;
  const auto result = run_echo(SOCK_DGRAM, "127.0.0.1", "one\n", [](int socket) {
    std::vector<std::uint8_t> buffer(100);
    (void)net::wait_readable({socket}, net::Deadline::after(30s));
    const auto datagram = net::receive_datagram(socket, buffer);
    ASSERT_TRUE(datagram);
    std::this_thread::sleep_for(100ms);
    EXPECT_FALSE(net::send_datagram(socket, wire::bytes_of("one"), datagram->from));
  });
  slow_read = 0;
  EXPECT_EQ(result.words, "");
  EXPECT_EQ(result.output, "one\n");
}

TEST(EchoDatagrams, LinesThatDoNotComeBackAreNamedAFewOfThem) {
  std::string input, named;
  for (int line = 1; line <= 25; ++line) {
    input += "line " + std::to_string(line) + '\n';
    if (line <= 20) named += ' ' + std::to_string(line);
  }
  const auto result = run_echo(
      SOCK_DGRAM, "127.0.0.1", input, [](int) {}, 0, 100ms);
  EXPECT_TRUE(result.words.starts_with("25 of 25 datagrams to ")) << result.words;
  EXPECT_TRUE(result.words.ends_with(" did not come back: line" + named + " …")) << result.words;
}

TEST(EchoDatagrams, AServerThatIsGoneIsNotSentAllThatThereIs) {
  std::string input, named;
  for (int line = 1; line <= 200; ++line) {
    input += "line " + std::to_string(line) + '\n';
    if (line <= 20) named += ' ' + std::to_string(line);
  }
  const auto result = run_echo(
      SOCK_DGRAM, "127.0.0.1", input, [](int) {}, 0, 100ms);
  EXPECT_FALSE(result.words.starts_with("200 of 200 ")) << result.words;
  EXPECT_TRUE(result.words.ends_with(": line" + named + " …; no more was sent")) << result.words;
}

TEST(EchoDatagrams, AServerThatAnswersNowAndThenIsNotGone) {
  std::string input;
  for (int line = 1; line <= 150; ++line) input += "line " + std::to_string(line) + '\n';
  const auto serve = [](int socket) {
    std::vector<std::uint8_t> buffer(100);
    for (int line = 1; line <= 150;) {
      if (!net::wait_readable({socket}, net::Deadline::after(3s))) return;
      const auto datagram = net::receive_datagram(socket, buffer);
      if (!datagram || line++ % 25 != 0) continue;
      const auto bytes = std::span(buffer).first(datagram->size);
      EXPECT_FALSE(net::send_datagram(socket, bytes, datagram->from));
    }
  };
  const auto result = run_echo(SOCK_DGRAM, "127.0.0.1", input, serve, 0, 100ms);
  EXPECT_NE(result.words.find(" of 150 datagrams to "), std::string::npos) << result.words;
  EXPECT_TRUE(result.words.ends_with(" …")) << result.words;
}

// A server takes what has come before it answers, as one does whose machine is busy. Its receive
// buffer is as large as a usual one.
TEST(EchoDatagrams, LongLinesLeaveEachOtherRoom) {
  std::string input;
  constexpr int lines = 10;
  for (int line = 0; line < lines; ++line) {
    input += std::string(60'000, static_cast<char>('a' + line)) + '\n';
  }
  const auto result = run_echo(SOCK_DGRAM, "127.0.0.1", input, [](int socket) {
    constexpr int size = 212'992 / 2;  // which Linux doubles
    ASSERT_EQ(setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    std::vector<std::uint8_t> buffer(65536);
    for (int answered = 0; answered < lines;) {
      if (!net::wait_readable({socket}, net::Deadline::after(3s))) return;
      std::this_thread::sleep_for(20ms);
      while (const auto datagram = net::receive_datagram(socket, buffer)) {
        const auto bytes = std::span(buffer).first(datagram->size);
        EXPECT_FALSE(net::send_datagram(socket, bytes, datagram->from));
        ++answered;
      }
    }
  });
  EXPECT_EQ(result.words, "");
  EXPECT_EQ(result.output, input);
}

TEST(EchoDatagrams, ALineMayBeAsLongAsADatagramOfItsFamily) {
  NEEDS_IPV6();
  for (const auto& [host, most] : {std::pair("127.0.0.1", 65507), std::pair("::1", 65527)}) {
    const auto echo = [](const std::string& text) { return std::vector<std::string>{text}; };
    const std::string line(static_cast<std::size_t>(most), 'x');
    const auto result = datagrams(host, line, 1, echo);
    EXPECT_EQ(result.words, "");
    EXPECT_EQ(result.output, line + '\n');
    EXPECT_EQ(datagrams(host, line + 'x', 0, echo).words,
              "line 1 has more than the " + std::to_string(most) + " bytes that a datagram holds");
  }
}

TEST(EchoDatagrams, ALineThatNoDatagramHoldsIsRefusedBeforeItsEnd) {
  constexpr std::uintmax_t large = std::uintmax_t{1} << 33;
  for (const std::uintmax_t zeros : {std::uintmax_t{65508}, large}) {
    EXPECT_EQ(run_echo(
                  SOCK_DGRAM, "127.0.0.1", "a\n", [](int) {}, zeros)
                  .words,
              "line 2 has more than the 65507 bytes that a datagram holds");
  }
}

}  // namespace
}  // namespace client
