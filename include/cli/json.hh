// JSON (RFC 8259), as --json prints it.
#pragma once

#include <string>
#include <string_view>

namespace cli {

// A string with its quotation marks. What is no printable ASCII, which may come from a peer, is
// escaped, a byte each: "\u00ff".
std::string json_string(std::string_view text);

}  // namespace cli
