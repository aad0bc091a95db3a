// The part of a name that an organisation registered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace traceroute {

// The labels of a name in lower case, without the root's dot. Empty for what is not a name of at
// least two labels of letters, digits, '-' and '_' (RFC 1035, section 2.3.1, and '_', which routers
// use), 253 bytes at most: reverse DNS is a stranger's text. Numeric addresses are not names
// either, nor is what stands below "arpa".
std::vector<std::string> labels_of(std::string_view name);

// How many of the labels, at the end, are the registered domain: two, or three where the last two
// are a registry's ("co.uk", "ac.jp", "wa.us"; registries.inc).
std::size_t domain_labels(const std::vector<std::string>& labels);

// "be2012.ccr41.jfk02.atlas.cogentco.com" gives "cogentco.com"; empty when it is no name.
std::string registered_domain(std::string_view name);
std::string registered_domain(const std::vector<std::string>& labels);

}  // namespace traceroute
