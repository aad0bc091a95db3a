// The form of every answer of the web service, and of its log.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/log.hh"
#include "net/address.hh"
#include "net/stream.hh"
#include "wire/http/status.hh"

namespace server {

// What a server has to say to one peer. Gathers small pieces, so that an answer, or several answers
// to pipelined requests, go out in one call. After a failure the rest is swallowed, and ok() stays
// false.
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

// One answer, written straight into a ResponseBuffer: begin(), field() as often as needed, then
// exactly one of body(), no_body(), page() or html().
class Response {
 public:
  enum class Connection { persistent, persistent_1_0, close };

  // `date` is the Date field's value; without_body is for HEAD, whose fields are those of GET.
  Response(ResponseBuffer& out, std::string_view date, Connection connection, bool without_body)
      : out_(out), date_(date), connection_(connection), without_body_(without_body) {}

  Response& begin(wire::http::Status status);
  Response& field(std::string_view name, const auto& value) {
    out_ << name << ": " << value << "\r\n";
    return *this;
  }

  // Ends the head with the Content-Length; true when the caller is to send that many bytes.
  [[nodiscard]] bool body(std::uint64_t length);
  // Ends the head of a 204 or 304, which have neither a body nor a length.
  void no_body();
  // Ends the head, and says the status in a small page with a word of explanation, by default the
  // usual one.
  void page(std::string_view explanation = "");
  // A whole page of HTML.
  void html(std::string_view page);

  [[nodiscard]] ResponseBuffer& out() { return out_; }
  [[nodiscard]] wire::http::Status status() const { return status_; }
  // Of the body, as far as the system has taken it: less than its length when the peer left.
  [[nodiscard]] std::uint64_t sent() const {
    return out_.ok() ? length_ : std::min(length_, out_.taken() - std::min(out_.taken(), begin_));
  }

 private:
  ResponseBuffer& out_;
  const std::string_view date_;
  const Connection connection_;
  const bool without_body_;
  wire::http::Status status_ = wire::http::Status::server_error;
  std::uint64_t length_ = 0;  // of the body
  std::uint64_t begin_ = 0;   // where in the buffer's bytes it begins
};

// A line of the log, in the common log format. The request line comes from a stranger: quotes,
// backslashes and control characters in it are escaped.
void log_request(cli::LogWriter& log, const net::Address& peer, std::int64_t now,
                 std::string_view request_line, wire::http::Status status,
                 std::uint64_t body_length);

// The text with what HTML gives a meaning to escaped.
std::string escape_html(std::string_view text);

}  // namespace server
