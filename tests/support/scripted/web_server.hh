// A web server that answers as it is told, connection after connection.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <deque>
#include <mutex>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "net/listener.hh"
#include "net/stream.hh"
#include "wire/bytes.hh"

namespace scripted {

using namespace std::chrono_literals;

// What a scripted server does with one connection.
struct Script {
  std::string answer;          // sent after the request's head has come; PORT becomes its own port
  std::size_t piece = 100000;  // bytes a call
  bool reset = false;          // at the end, instead of a close
  bool keep_open = false;      // until the client closes
  std::chrono::milliseconds pause{0};  // before each call but the first
};

class WebServer {
 public:
  // `request_end` ends a request.
  explicit WebServer(std::deque<Script> scripts, const std::string& host = "127.0.0.1",
                     std::string request_end = "\r\n\r\n")
      : listener_(std::move(net::listen_on({*net::Address::parse(host)}, {SOCK_STREAM}).front())),
        request_end_(std::move(request_end)),
        thread_([this, scripts = std::move(scripts)] {
          for (const Script& script : scripts) play(script);
        }) {}
  // Ends when the scripts are played, or nobody comes for them.
  ~WebServer() {
    shutdown(listener_.socket.get(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return listener_.address.port(); }
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
    net::FileDescriptor accepted = net::accept_tcp(listener_.socket.get()).socket;
    if (!accepted) return;
    net::Stream stream(std::move(accepted));
    std::string head;
    std::uint8_t buffer[4096];
    while (head.find(request_end_) == std::string::npos) {
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
      if (at > 0) std::this_thread::sleep_for(script.pause);
      (void)stream.send_all(wire::bytes_of(piece), net::Deadline::after(30s));
    }
    if (script.reset) stream.reset_on_close();
    if (script.keep_open) (void)stream.receive_some(buffer, net::Deadline::after(30s));
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
  net::Listener listener_;
  const std::string request_end_;
  std::thread thread_;
};

}  // namespace scripted
