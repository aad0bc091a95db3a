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

// The first content coding of a response that was not asked for; nullopt when there is none.
std::optional<std::string_view> unasked_coding(const Fields& fields, std::string_view target);

// Content-Range: bytes first-last/size.
struct ContentRange {
  std::uint64_t first = 0, last = 0;
  std::optional<std::uint64_t> size;  // unless it is "*"
};
std::optional<ContentRange> parse_content_range(std::string_view value);
// Of a 206 that holds one range. Several have a head each in the body (RFC 9110, section 14.6).
std::optional<ContentRange> only_range(const Fields& fields);

}  // namespace wire::http
