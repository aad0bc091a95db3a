#include "cli/json.hh"

#include "wire/text.hh"

namespace cli {

namespace {

std::string quoted(std::string_view text, bool json) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte >= ' ' && byte <= '~') {
      out += c;
    } else {
      out += wire::format(json ? "\\u%04x" : "\\x%02x", unsigned{byte});
    }
  }
  return out + '"';
}

}  // namespace

std::string json_string(std::string_view text) { return quoted(text, true); }

std::string quoted_string(std::string_view text) { return quoted(text, false); }

}  // namespace cli
