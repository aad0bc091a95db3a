// A directory to serve, and a peer for a handler, joined to it by a socketpair.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "net/stream.hh"
#include "wire/bytes.hh"

// A directory of its own, gone at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = testing::TempDir() + "sockhop-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return path_ + '/' + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  void directory(const std::string& name) const { std::filesystem::create_directory(path(name)); }
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_symlink(target, path(name));
  }
  // A file last changed at a fixed time: Sun, 06 Nov 1994 08:49:37 GMT.
  void file(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    const timespec when{784111777, 0};
    const timespec times[] = {when, when};
    utimensat(AT_FDCWD, path(name).c_str(), times, 0);
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_;
};

// Runs a handler against a scripted peer. What the peer sends is given in pieces; what comes back
// is all of it, up to the handler's close.
class Conversation {
 public:
  explicit Conversation(std::function<void(net::Stream&)> handler) {
    std::signal(SIGPIPE, SIG_IGN);  // as the server does
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    peer_ = net::Stream(net::FileDescriptor(pair[0]));
    thread_ = std::thread([handler = std::move(handler), fd = pair[1]] {
      net::Stream stream{net::FileDescriptor(fd)};
      handler(stream);
    });
  }
  ~Conversation() {
    peer_ = net::Stream(net::FileDescriptor());
    thread_.join();
  }

  // Whether the handler's side took it all: it may have closed.
  bool send(std::string_view bytes) {
    const auto sent = peer_.send_all(wire::bytes_of(bytes), net::Deadline::after(patience));
    return sent.ending == net::Ending::full;
  }
  void end() { peer_.half_close(); }
  // Up to the handler's close; `broken` tells of a reset.
  std::string receive_all() {
    std::string all;
    while (true) {
      const std::string some = receive_some();
      if (some.empty()) return all;
      all += some;
    }
  }
  std::string receive_some() {
    std::uint8_t buffer[65536];
    const auto got = peer_.receive_some(buffer, net::Deadline::after(patience));
    EXPECT_NE(got.ending, net::Ending::silent) << "the handler neither answers nor closes";
    return {reinterpret_cast<const char*>(buffer), got.count};
  }
  // How the stream ends, where nothing more is to come.
  net::Ending receive_ending() {
    std::uint8_t byte;
    return peer_.receive_some({&byte, 1}, net::Deadline::after(patience)).ending;
  }
  // Receives up to and with a text.
  std::string receive_until(std::string_view text) {
    std::string all;
    while (all.find(text) == std::string::npos) {
      const std::string some = receive_some();
      if (some.empty()) break;
      all += some;
    }
    return all;
  }

 private:
  static constexpr auto patience = std::chrono::seconds(30);
  net::Stream peer_{net::FileDescriptor()};
  std::thread thread_;
};
