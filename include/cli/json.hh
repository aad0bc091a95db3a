// Text of others in quotation marks: for JSON (RFC 8259), as --json prints it, and for people.
#pragma once

#include <string>
#include <string_view>

namespace cli {

// A string with its quotation marks. What is no printable ASCII, which may come from a peer, is
// escaped, a byte each: "\u00ff".
std::string json_string(std::string_view text);

// The same as logs and YAML 1.2 have it: "\xff".
std::string quoted_string(std::string_view text);

}  // namespace cli
