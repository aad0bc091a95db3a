#include "traceroute/networks/address_class.hh"

#include <arpa/inet.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string>

namespace traceroute {

namespace {

struct Bytes {
  std::array<std::uint8_t, 16> value{};
  int size = 0;  // 4, 16, or 0 for what is no address
};

Bytes parse(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  Bytes bytes;
  if (inet_pton(AF_INET, text.c_str(), bytes.value.data()) == 1) {
    bytes.size = 4;
  } else if (inet_pton(AF_INET6, text.c_str(), bytes.value.data()) == 1) {
    bytes.size = 16;
  }
  return bytes;
}

}  // namespace

AddressClass address_class(std::string_view address) {
  const auto [bytes, size] = parse(address);
  if (size == 0) return AddressClass::none;
  if (size == 16) {
    const bool unique_local = (bytes[0] & 0xfe) == 0xfc;
    const bool link_local = bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
    const bool loopback = common_prefix(address, "::1") == 128;
    return unique_local || link_local || loopback ? AddressClass::home : AddressClass::global;
  }
  if (bytes[0] == 100 && (bytes[1] & 0xc0) == 64) return AddressClass::shared;
  const bool private_use = bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
                           (bytes[0] == 192 && bytes[1] == 168);
  const bool link_local = bytes[0] == 169 && bytes[1] == 254;
  return private_use || link_local || bytes[0] == 127 ? AddressClass::home : AddressClass::global;
}

int common_prefix(std::string_view one, std::string_view other) {
  const Bytes a = parse(one);
  const Bytes b = parse(other);
  if (a.size != b.size) return 0;
  for (int i = 0; i < a.size; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto differing = static_cast<std::uint8_t>(a.value[at] ^ b.value[at]);
    if (differing != 0) return 8 * i + std::countl_zero(differing);
  }
  return 8 * a.size;
}

bool prefix_agrees(std::string_view one, std::string_view other) {
  const bool ipv6 = one.find(':') != std::string_view::npos;
  return common_prefix(one, other) >= (ipv6 ? 32 : 16);
}

}  // namespace traceroute
