// The URLs that a client is given: http, a host, perhaps a port, a path and a query (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wire::http {

struct Url {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string target;  // path and query as the request line takes them: "/a?b"

  // As the Host field has it: brackets around IPv6, the port unless it is 80.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string text() const { return "http://" + authority() + target; }
};

// Whether the text begins like a URL of any scheme: "https://…".
[[nodiscard]] bool has_scheme(std::string_view text);

// An absolute http URL; a fragment is dropped, bytes that no request line may hold are
// percent-encoded. Nothing for another scheme, a user name, or what is malformed.
std::optional<Url> parse_url(std::string_view text);

// What a Location leads to from a URL (section 5.2); nothing where parse_url() gives nothing.
std::optional<Url> resolve_reference(const Url& base, std::string_view reference);

}  // namespace wire::http
