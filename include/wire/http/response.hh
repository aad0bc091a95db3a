// A response's head, and the body that follows it (RFC 9112).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/http/field.hh"

namespace wire::http {

struct Response {
  int minor_version = 1;  // of HTTP/1
  int status = 0;         // 100 to 999
  std::string_view reason;
  Fields fields;
};

// Replaces each folded line's break by spaces, as a user agent must (section 5.2), and each CR
// alone, as it may (section 2.2).
void unfold(std::string& head);

// Parses a head of which head_end() found the end, already unfolded. nullopt for what is not
// HTTP/1, or malformed.
std::optional<Response> parse_response(std::string_view head);

// What servers call a body that is not encoded. Old ones write "identity" (RFC 2616, section 3.6);
// by "none" scripts keep others from compressing or chunking it; the rest was meant for another
// field, or is done away with before it is sent (aws-chunked).
[[nodiscard]] bool is_no_coding(std::string_view coding);

// How the end of a response's body is known (section 6.3).
struct BodyEnd {
  enum class By {
    length,   // exactly `length` bytes, perhaps none
    chunked,  //
    close,    // all until the connection ends
    unknown,  // lengths that contradict each other, or a coding that was not asked for
  };
  By by = By::length;
  std::uint64_t length = 0;
};

// For the response to a GET.
BodyEnd body_end(const Response& response);

// Content-Range: bytes first-last/size.
struct ContentRange {
  std::uint64_t first = 0, last = 0;
  std::optional<std::uint64_t> size;  // unless it is "*"
};
std::optional<ContentRange> parse_content_range(std::string_view value);

}  // namespace wire::http
