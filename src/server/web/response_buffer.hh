// What a server has to say to one peer.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "net/stream.hh"

namespace server {

// Gathers small pieces, so that an answer, or several answers to pipelined requests, go out in one
// call. After a failure the rest is swallowed, and ok() stays false.
class ResponseBuffer {
 public:
  // The peer may let `stall` pass without taking anything.
  ResponseBuffer(net::Stream& stream, std::chrono::milliseconds stall)
      : stream_(stream), stall_(stall) {}

  ResponseBuffer& operator<<(std::string_view text);
  ResponseBuffer& operator<<(std::uint64_t number);

  // A part of a file: a small one is gathered too, a large one goes by sendfile. If the file has
  // become shorter than that, the connection cannot go on: not ok.
  void send_file(int file, std::uint64_t offset, std::uint64_t count);

  void flush() { flush(0); }
  // The end of the stream must follow at once, and shares the last packet.
  void flush_before_end();
  [[nodiscard]] bool ok() const { return ok_; }
  // How many bytes the system has taken so far, and how many are gathered for it.
  [[nodiscard]] std::uint64_t taken() const { return sent_ + size_; }

 private:
  void flush(int flags);
  void send(std::string_view bytes, int flags);

  net::Stream& stream_;
  const std::chrono::milliseconds stall_;
  bool ok_ = true;
  std::uint64_t sent_ = 0;
  std::size_t size_ = 0;
  std::array<char, 16384> gathered_;
};

}  // namespace server
