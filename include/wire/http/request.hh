// A request's head: its line, its fields, and what they say about the body and the connection
// (RFC 9112). Whatever two recipients could read differently is refused: that is what request
// smuggling lives on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/http/field.hh"
#include "wire/http/status.hh"

namespace wire::http {

// method SP request-target SP HTTP-version
struct RequestLine {
  std::string_view method;  // a token, its case as sent: "get" is not GET
  std::string_view target;  // printable ASCII and bytes above it, without '#'
  int minor_version = 1;    // of HTTP/1
};

struct Request : RequestLine {
  Fields fields;
};

// Either the parsed thing or the status that refuses it.
template <class T>
struct Parsed {
  T value{};
  std::optional<Status> refusal;

  Parsed(T parsed) : value(std::move(parsed)) {}
  Parsed(Status status) : refusal(status) {}
};

constexpr std::size_t max_request_line = 8192;  // RFC 9112, section 3 asks for 8000 and more

// Refuses with 400, 414, or 505 for a version that is well formed but not HTTP/1.
Parsed<RequestLine> parse_request_line(std::string_view line);

// Parses a head of which head_end() found the end, and checks the rules that hold for every
// request: one valid Host (section 3.2), at most max_fields fields. Refuses as
// parse_request_line() does, and with 400 or 431.
Parsed<Request> parse_request(std::string_view head);

// What is wrong already with a head that has not ended: nothing, or the refusal. A first line that
// is complete is judged at once, so that whoever speaks another protocol is not left waiting.
std::optional<Status> refuse_early(std::string_view incomplete);

// The body that follows the head.
struct Framing {
  bool chunked = false;
  std::uint64_t length = 0;  // when not chunked

  [[nodiscard]] bool empty() const { return !chunked && length == 0; }
};

// Section 6.3. Refuses with 400 what is ambiguous (Content-Length beside Transfer-Encoding, several
// that differ, Transfer-Encoding in HTTP/1.0 or not ending in chunked), with 501 a coding other
// than chunked. After any refusal the connection cannot go on.
Parsed<Framing> request_framing(const Request& request);

// What the client expects before it sends the body (RFC 9110, section 10.1.1). HTTP/1.0 has no such
// thing.
enum class Expectation { none, go_on, other };
[[nodiscard]] Expectation expectation_of(const Request& request);

// Whether the client wants the connection kept after the answer (section 9.3).
[[nodiscard]] bool wants_persistence(const Request& request);

// Whether the method is one of RFC 9110 or PATCH (RFC 5789): 405 says more than 501 then.
[[nodiscard]] bool is_known_method(std::string_view method);

}  // namespace wire::http
