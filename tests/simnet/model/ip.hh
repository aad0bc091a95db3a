// IP addresses and prefixes as plain values, for both families alike.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "wire/bytes.hh"

namespace simnet {

struct Ip {
  bool v6 = false;
  std::array<std::uint8_t, 16> octets{};  // the first four of them for IPv4

  [[nodiscard]] std::size_t size() const { return v6 ? 16 : 4; }
  [[nodiscard]] wire::Bytes bytes() const { return wire::Bytes(octets).first(size()); }
  [[nodiscard]] bool multicast() const {
    return v6 ? octets[0] == 0xff : (octets[0] & 0xf0) == 0xe0;
  }
  [[nodiscard]] std::string text() const;
  bool operator==(const Ip&) const = default;
  // Not <=>, which std::array does not have in libc++ before 17.
  bool operator<(const Ip& other) const {
    return v6 != other.v6 ? other.v6 : octets < other.octets;
  }
};

// An address out of a packet: 4 or 16 bytes.
Ip ip_from(wire::Bytes bytes);
// The IPv4 address 0.0.0.0 or IPv6 address :: plus a number.
Ip operator+(const Ip& base, unsigned number);

struct Prefix {
  Ip address;
  unsigned length = 0;  // in bits

  [[nodiscard]] bool contains(const Ip& ip) const;
  // The address of this prefix whose other bits are those of `host`, an address of the same family.
  [[nodiscard]] Ip with_host_bits_of(const Ip& host) const;
};

// "192.0.2.1", "192.0.2.0/24", "2001:db8::/64"; a mere address is a prefix of full length.
std::optional<Prefix> parse_prefix(std::string_view text);

}  // namespace simnet
