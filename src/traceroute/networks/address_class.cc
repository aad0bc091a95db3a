#include "traceroute/networks/address_class.hh"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "net/address.hh"

namespace traceroute {

AddressClass address_class(std::string_view text) {
  const auto address = net::Address::parse(text);
  if (!address) return AddressClass::none;
  const auto bytes = address->bytes();
  if (address->family() == net::Family::ipv6) {
    const bool unique_local = (bytes[0] & 0xfe) == 0xfc;
    const bool loopback = address == net::Address::parse("::1");
    return unique_local || loopback || address->is_link_local() ? AddressClass::home
                                                                : AddressClass::global;
  }
  if (bytes[0] == 100 && (bytes[1] & 0xc0) == 64) return AddressClass::shared;
  const bool private_use = bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
                           (bytes[0] == 192 && bytes[1] == 168);
  const bool link_local = bytes[0] == 169 && bytes[1] == 254;
  return private_use || link_local || bytes[0] == 127 ? AddressClass::home : AddressClass::global;
}

int common_prefix(std::string_view one, std::string_view other) {
  const auto a = net::Address::parse(one), b = net::Address::parse(other);
  if (!a || !b || a->family() != b->family()) return 0;
  const auto [one_byte, other_byte] = std::ranges::mismatch(a->bytes(), b->bytes());
  const auto bits = static_cast<int>(one_byte - a->bytes().begin()) * 8;
  if (one_byte == a->bytes().end()) return bits;
  return bits + std::countl_zero(static_cast<std::uint8_t>(*one_byte ^ *other_byte));
}

bool prefix_agrees(std::string_view one, std::string_view other) {
  const bool ipv6 = one.find(':') != std::string_view::npos;
  const bool translated = one.starts_with("64:ff9b::");  // and an IPv4 address (RFC 6052)
  return common_prefix(one, other) >= (translated ? 96 + 16 : ipv6 ? 32 : 16);
}

}  // namespace traceroute
