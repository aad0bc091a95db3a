// The echo client, run against a server that does not just echo.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <exception>
#include <functional>
#include <string>

#include "client/services.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "support/standard_io.hh"

namespace client {

using namespace std::chrono_literals;

struct EchoResult {
  std::string output, words;  // the failure's, after the server's name
};

// Runs the client with this input against a server of a type and family.
inline EchoResult run_echo(int type, const std::string& host, const std::string& input,
                           const std::function<void(int listener)>& serve, std::uintmax_t zeros = 0,
                           std::chrono::milliseconds time = 30s) {
  const net::Listener listener =
      std::move(net::listen_on({*net::Address::parse(host)}, {type}).front());
  Options options;
  options.host = host;
  options.port = listener.address.port();
  options.time = time;
  EchoResult result;
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

}  // namespace client
