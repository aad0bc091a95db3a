// Addresses of hosts with a port, as plain values, and the names they come from. What the socket
// calls want in their place is in net/sockaddr.hh.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/deadline.hh"

namespace net {

enum class Family { any, ipv4, ipv6 };

class Address {
 public:
  Address() = default;  // no address, of Family::any
  // From 4 bytes (IPv4) or 16 (IPv6) in network order; from any other number no address. The scope
  // is the interface that a link-local IPv6 address belongs to, 0 for none.
  explicit Address(std::span<const std::uint8_t> bytes, std::uint16_t port = 0,
                   std::uint32_t scope = 0);
  // The wildcard address (0.0.0.0 or ::) of a family.
  static Address wildcard(Family family, std::uint16_t port);
  // From "192.0.2.1" or "2001:db8::1", with or without a scope, which is ignored.
  static std::optional<Address> parse(std::string_view text);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint32_t scope() const { return scope_; }
  [[nodiscard]] Address with_port(std::uint16_t port) const;
  [[nodiscard]] Address without_scope() const;
  // An IPv4 address that is mapped into IPv6 (::ffff:192.0.2.1) as an IPv4 one; any other as it is.
  [[nodiscard]] Address unmapped() const;
  // fe80::/10, which means a host only together with an interface.
  [[nodiscard]] bool is_link_local() const;
  // The host that answers, with this port, if this address leaves open who is asked, and the system
  // chooses: 0.0.0.0 and :: are this host, and a link-local address without a scope is on some
  // interface. Any other address as it is.
  [[nodiscard]] Address settled_by(const Address& answering) const;
  // Numeric, with the scope where there is one: "192.0.2.1", "fe80::1%eth0".
  [[nodiscard]] std::string host() const;
  // "192.0.2.1:80", "[2001:db8::1]:80".
  [[nodiscard]] std::string text() const;
  // Whether both name one host (and scope), whatever their ports.
  [[nodiscard]] bool same_host(const Address& other) const;
  [[nodiscard]] bool operator==(const Address&) const = default;

 private:
  Family family_ = Family::any;
  std::uint16_t port_ = 0;
  std::uint32_t scope_ = 0;
  std::array<std::uint8_t, 16> bytes_{};  // of IPv4 the first 4
};

// Whether a host is given by a numeric address: then it needs no resolver.
bool is_numeric(const std::string& host);

// Every address of a host, in the order of preference of getaddrinfo(3) (RFC 6724), each once and
// unmapped: no socket of IPv6 hears why one of IPv4 refuses.
// Throws std::system_error with getaddrinfo's own reason, or ETIMEDOUT when the resolver takes
// longer than the deadline.
std::vector<Address> resolve(const std::string& host, std::uint16_t port, Family family,
                             Deadline deadline);
// The same for a service by name or port number, "http" or "80"; EAI_SERVICE for what is neither.
std::vector<Address> resolve(const std::string& host, const std::string& service, Family family,
                             Deadline deadline);

// The local address a socket is bound to. Throws std::system_error.
Address local_address(int fd);

}  // namespace net
