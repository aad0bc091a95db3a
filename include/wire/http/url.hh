// The URLs that a client is given: http, a host, perhaps a port, a path and a query (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wire::http {

struct Url {
  std::string host;  // without the brackets of an IPv6 address, and without its zone
  std::string zone;  // the interface of a link-local address: "eth0" in [fe80::1%25eth0]
  std::uint16_t port = 80;
  std::string target;  // path and query as the request line takes them: "/a?b"

  // As the Host field has it: brackets around IPv6, the port unless it is 80. A zone means
  // something on this host only and is left out (RFC 6874, section 4).
  [[nodiscard]] std::string authority() const { return authority(""); }
  // As a resolver takes the host: "fe80::1%eth0".
  [[nodiscard]] std::string node() const { return zone.empty() ? host : host + '%' + zone; }
  [[nodiscard]] std::string text() const {
    return "http://" + authority(zone.empty() ? "" : "%25" + zone) + target;
  }

 private:
  [[nodiscard]] std::string authority(const std::string& zone_part) const;
};

// An absolute http URL. A fragment and dot segments are dropped, bytes that no request line may
// hold are percent-encoded, and the host's percent-encodings decoded. Returns nullopt for another
// scheme, a user name, or what is malformed.
std::optional<Url> parse_url(std::string_view text);

// What a Location leads to from a URL (section 5.2); nullopt where parse_url() returns it. The same
// address without a zone keeps the zone, since the server never saw it.
std::optional<Url> resolve_reference(const Url& base, std::string_view reference);

}  // namespace wire::http
