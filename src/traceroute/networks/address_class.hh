// What an address alone says.
#pragma once

#include <string_view>

namespace traceroute {

enum class AddressClass {
  global,
  home,    // private (RFC 1918), unique local (RFC 4193), link-local, loopback: not routed outside
  shared,  // 100.64.0.0/10, between a carrier's customers and its translator (RFC 6598)
  none,    // no address
};

AddressClass address_class(std::string_view text);

// How many leading bits two addresses have in common; 0 for different families.
int common_prefix(std::string_view one, std::string_view other);

// Whether two addresses are so close that one network probably holds both: 16 bits of IPv4, 32 of
// IPv6, which registries hand out as a rule.
bool prefix_agrees(std::string_view one, std::string_view other);

}  // namespace traceroute
