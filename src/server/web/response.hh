// The form of every answer of the web service.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/web/response_buffer.hh"
#include "wire/http/status.hh"

namespace server {

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
  // Ends the head, and says the status in a small page with a word of explanation.
  void page(std::string_view explanation);
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

// The text with what HTML gives a meaning to escaped.
std::string escape_html(std::string_view text);

}  // namespace server
