// What the owners of well-known domains are called.
#pragma once

#include <string_view>

namespace traceroute {

// "twelve99.net" gives "Arelion"; empty for a domain that is not in the table, and for one that
// says its owner's name itself.
std::string_view brand_of(std::string_view domain);

}  // namespace traceroute
