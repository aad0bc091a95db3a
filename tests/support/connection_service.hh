// A service of connections under test, and what its peers do.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/connect.hh"
#include "net/connection_server.hh"
#include "wire/bytes.hh"

using namespace std::chrono_literals;

// A service on a free port of 127.0.0.1.
class Service {
 public:
  explicit Service(std::size_t max, std::function<void(net::Stream&)> serve,
                   std::function<void(net::Stream&)> refuse = nullptr, bool resets = false)
      : listeners_(net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM})),
        pool_(net::ConnectionServer::pool_size(max, 1), 256 * 1024),
        connections_(
            pool_, {max, 30s, [serve](net::Stream& stream, const net::Address&) { serve(stream); },
                    refuse, net::report_on_stderr, resets}) {
    connections_.accept_from(listeners_.front());
  }
  ~Service() { pool_.stop(); }

  net::Stream connect() {
    return net::Stream(net::connect_tcp({listeners_.front().address}, net::Deadline::after(30s)));
  }

 private:
  std::vector<net::Listener> listeners_;
  net::ThreadPool pool_;
  net::ConnectionServer connections_;
};

// All that comes until the connection ends.
inline std::string receive_all(net::Stream& stream) {
  std::string all;
  std::uint8_t buffer[65536];
  while (true) {
    const auto got = stream.receive_some(buffer, net::Deadline::after(30s));
    if (got.ending == net::Ending::broken) return all + "(reset)";
    if (got.ending != net::Ending::full) return all;
    all.append(reinterpret_cast<const char*>(buffer), got.count);
  }
}

inline void send(net::Stream& stream, std::string_view text) {
  EXPECT_EQ(stream.send_all(wire::bytes_of(text), net::Deadline::after(30s)).ending,
            net::Ending::full);
}

inline void expect_echo(net::Stream& stream, const std::string& text) {
  send(stream, text);
  std::vector<std::uint8_t> back(text.size());
  EXPECT_EQ(stream.receive_exactly(back, net::Deadline::after(30s)).ending, net::Ending::full);
  EXPECT_EQ(std::string(back.begin(), back.end()), text);
}
