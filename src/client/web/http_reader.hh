// A web server's answer, from the connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/stream.hh"
#include "wire/http/response.hh"

namespace client {

// Says the lines of a head on stderr, each with the mark before it: for -v.
void say_head(const std::string& mark, std::string_view head);

// Reads one response. Everything it throws is cli::Failure, telling what was awaited from whom.
class HttpReader {
 public:
  // `silence` is allowed to the server between any two pieces; `server` names it.
  HttpReader(net::Stream& stream, std::string server, std::chrono::milliseconds silence,
             bool verbose)
      : stream_(stream), server_(std::move(server)), silence_(silence), verbose_(verbose) {}

  // The head of the final response; interim ones (1xx) before it are passed over. It stays valid
  // as long as this.
  wire::http::Response head();

  // Gives the body to the sink in pieces, as they come, until the sink wants no more and returns
  // false. Throws also when it is shorter than it should be.
  void body(wire::http::BodyEnd end,
            const std::function<bool(std::span<const std::uint8_t>)>& sink);

 private:
  static constexpr std::size_t max_head = 65536;
  static constexpr std::size_t max_at_once = 65536;

  [[noreturn]] void fail(const std::string& what) const;
  bool receive();
  std::size_t await_head();
  // How far the response has come, in words.
  std::string so_far() const;
  std::string_view pending() const { return {&bytes_[begin_], end_ - begin_}; }

  net::Stream& stream_;
  const std::string server_;
  const std::chrono::milliseconds silence_;
  const bool verbose_;
  std::string head_;
  // What was received; from begin_ to end_ it is not yet used. It is not cleared: pages that nobody
  // touches need no memory.
  const std::unique_ptr<char[]> bytes_ =
      std::make_unique_for_overwrite<char[]>(max_head + max_at_once);
  std::size_t begin_ = 0, end_ = 0;
  int interim_ = 0;                        // responses passed over
  wire::http::BodyEnd body_end_;           // once the body has begun
  std::optional<std::uint64_t> received_;  // of the body
};

}  // namespace client
