#include "cli/json.hh"

#include "wire/text.hh"

namespace cli {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte >= ' ' && byte <= '~') {
      out += c;
    } else {
      out += wire::format("\\u%04x", unsigned{byte});
    }
  }
  return out + '"';
}

}  // namespace cli
