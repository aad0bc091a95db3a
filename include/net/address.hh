// Socket addresses of both families, and the names they come from.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "net/deadline.hh"

namespace net {

enum class Family { any, ipv4, ipv6 };

// An IPv4 or IPv6 address and port as the socket calls take it.
class Address {
 public:
  Address() = default;
  Address(const sockaddr* address, socklen_t length);
  // The wildcard address (0.0.0.0 or ::) of a family.
  static Address wildcard(Family family, std::uint16_t port);

  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] Address with_port(std::uint16_t port) const;
  // Numeric, with the scope where there is one: "192.0.2.1", "fe80::1%eth0".
  [[nodiscard]] std::string host() const;
  // "192.0.2.1:80", "[2001:db8::1]:80".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Address without_scope() const;
  // Whether both name one host (and scope), whatever their ports.
  [[nodiscard]] bool same_host(const Address& other) const;
  [[nodiscard]] bool operator==(const Address& other) const {
    return same_host(other) && port() == other.port();
  }

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const;
  static constexpr socklen_t capacity = sizeof(sockaddr_storage);

 private:
  sockaddr_storage storage_{};
};

// Whether a host is given by a numeric address: then it needs no resolver.
bool is_numeric(const std::string& host);

// Every address of a host, in the order of preference of getaddrinfo(3) (RFC 6724), each once.
// Throws std::system_error with getaddrinfo's own reason, or ETIMEDOUT when the resolver takes
// longer than the deadline.
std::vector<Address> resolve(const std::string& host, std::uint16_t port, Family family,
                             Deadline deadline);
// The same for a service by name or port number: "http", "80".
std::vector<Address> resolve(const std::string& host, const std::string& service, Family family,
                             Deadline deadline);

// The local address a socket is bound to. Throws std::system_error.
Address local_address(int fd);

}  // namespace net
