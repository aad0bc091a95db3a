// The echo client over a connection.
#include <atomic>
#include <thread>

#include "cli/program.hh"
#include "client/echo_check.hh"
#include "client/echo_run.hh"
#include "net/stream.hh"
#include "support/descriptors.hh"
#include "wire/bytes.hh"

namespace client {
namespace {

using namespace std::string_literals;

// A server that reads to the end of what is sent, and returns what it likes.
EchoResult stream(const std::string& input, const std::string& reply) {
  return run_echo(SOCK_STREAM, "127.0.0.1", input, [&](int listener) {
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
    const EchoResult result = stream("hello", reply);
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
