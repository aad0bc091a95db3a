// The echo client, against servers that do not just echo.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <thread>

#include "cli/program.hh"
#include "client/echo_check.hh"
#include "client/services.hh"
#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "net/wait.hh"
#include "support/descriptors.hh"
#include "support/needs_ipv6.hh"
#include "support/standard_io.hh"

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

using namespace std::chrono_literals;
using namespace std::string_literals;

struct Result {
  std::string output, words;  // the failure's, after the server's name
};

// Runs the client with this input against a server of a type and family.
Result run(int type, const std::string& host, const std::string& input,
           const std::function<void(int listener)>& serve, std::uintmax_t zeros = 0,
           std::chrono::milliseconds time = 30s) {
  const net::Listener listener =
      std::move(net::listen_on({*net::Address::parse(host)}, {type}).front());
  Options options;
  options.host = host;
  options.port = listener.address.port();
  options.time = time;
  Result result;
  net::JoiningThread server([&] { serve(listener.socket.get()); });
  StandardIo io(input, zeros);
  try {
    type == SOCK_DGRAM ? echo_datagrams(options) : echo_stream(options);
  } catch (const std::exception& failure) {
    result.words = failure.what();
    for (const std::string& name :
         {host + " port " + std::to_string(options.port) + ": ",
          host + " port " + std::to_string(options.port) + ' ', listener.address.text() + ": "}) {
      if (result.words.starts_with(name)) result.words.erase(0, name.size());
    }
  }
  result.output = io.output();
  return result;
}

// A server that reads to the end of what is sent, and returns what it likes.
Result stream(const std::string& input, const std::string& reply) {
  return run(SOCK_STREAM, "127.0.0.1", input, [&](int listener) {
    net::Stream connection(net::accept_tcp(listener).socket);
    std::vector<std::uint8_t> read(input.size() + 1);
    (void)connection.receive_exactly(read, net::Deadline::after(30s));
    (void)connection.send_all(wire::bytes_of(reply), net::Deadline::after(30s));
    connection.finish(net::Deadline::after(30s));
  });
}

TEST(EchoStream, WhatCameIsComparedWithWhatWasSent) {
  EXPECT_EQ(stream("hello", "hello").words, "");
  EXPECT_EQ(stream("", "").words, "");
  const std::string differs = "what came differs from what was sent at byte ";
  for (const auto& [reply, words] : std::vector<std::pair<std::string, std::string>>{
           {"hellO", differs + "5: 0x4f came, 0x6f was sent"},
           {"\0ello"s, differs + "1: 0x00 came, 0x68 was sent"},
           {"hello!", differs + "6: 0x21 came, nothing was sent"},
           {"ello", differs + "1: 0x65 came, 0x68 was sent"},
       }) {
    const Result result = stream("hello", reply);
    EXPECT_EQ(result.words, words);
    EXPECT_EQ(result.output, reply);
  }
  EXPECT_EQ(stream("hello", "hell").words, "closed the connection after 4 bytes of 5");
  EXPECT_EQ(stream("", "x").words, differs + "1: 0x78 came, nothing was sent");
}

// However much is typed meanwhile.
TEST(EchoStream, AServerThatOnlyReadsIsSilent) {
  const net::Listener listener =
      std::move(net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM}).front());
  Options options;
  options.host = "127.0.0.1";
  options.port = listener.address.port();
  options.time = 500ms;
  const StandardIo io("");
  Pipe pipe;
  dup2(pipe.read_end.get(), STDIN_FILENO);
  pipe.read_end.reset();
  std::atomic<bool> over = false;
  net::JoiningThread typist([&, typing = std::move(pipe.write_end)] {
    const auto end = net::Deadline::after(10s);
    while (!over && !end.passed() && write(typing.get(), "x", 1) == 1) {
      std::this_thread::sleep_for(20ms);
    }
    over = true;
  });
  EXPECT_THROW(echo_stream(options), cli::Failure);
  EXPECT_FALSE(over) << "it ended with the input";
  over = true;
}

// Answers each datagram by what `answers` makes of it.
Result datagrams(const std::string& host, const std::string& input, std::size_t count,
                 const std::function<std::vector<std::string>(std::string)>& answers) {
  return run(SOCK_DGRAM, host, input, [&](int socket) {
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
  const auto result = run(SOCK_DGRAM, "127.0.0.1", "one\n", [](int socket) {
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
  const auto result = run(SOCK_DGRAM, "127.0.0.1", "one\n", [](int socket) {
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
  const auto result = run(
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
  const auto result = run(
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
  const auto result = run(SOCK_DGRAM, "127.0.0.1", input, serve, 0, 100ms);
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
  const auto result = run(SOCK_DGRAM, "127.0.0.1", input, [](int socket) {
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
    EXPECT_EQ(run(
                  SOCK_DGRAM, "127.0.0.1", "a\n", [](int) {}, zeros)
                  .words,
              "line 2 has more than the 65507 bytes that a datagram holds");
  }
}

TEST(Owed, IsComparedInPiecesOfAnySize) {
  std::vector<std::uint8_t> bytes(1000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  for (const std::size_t piece : {1u, 3u, 64u, 1000u}) {
    Owed owed;
    const auto returned = [&] { return static_cast<std::size_t>(owed.returned()); };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const std::size_t size = std::min(piece, bytes.size() - at);
      owed.add(std::span(bytes).subspan(at, size));
      if (at < 5) continue;
      EXPECT_EQ(owed.take(std::span(bytes).subspan(returned(), size)), std::nullopt);
    }
    EXPECT_EQ(owed.take(std::span(bytes).subspan(returned())), std::nullopt);
    EXPECT_EQ(owed.size(), 0u);
    EXPECT_EQ(owed.take(wire::bytes_of("a")),
              "what came differs from what was sent at byte 1001: 0x61 came, nothing was sent");
  }
}

}  // namespace
}  // namespace client
