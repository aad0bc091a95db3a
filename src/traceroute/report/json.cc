#include "traceroute/report/json.hh"

#include <cstdio>

namespace traceroute::json {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

bool continues(unsigned char c) { return (c & 0xc0) == 0x80; }

// The size of the UTF-8 sequence that the text begins with, 0 if it begins with none (RFC 3629,
// section 4: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t sequence_size(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(0);
  const unsigned char second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second >= 0xa0;
    return continues(second) && continues(byte(2)) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && second < 0x90;
    const bool too_large = first == 0xf4 && second >= 0x90;
    const bool whole = continues(second) && continues(byte(2)) && continues(byte(3));
    return whole && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

void append(std::string& list, std::string_view value) {
  if (!list.empty()) list += ',';
  list += value;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t size = sequence_size(text);
    const char c = text.front();
    if (size == 0) {
      result += replacement;
    } else if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      result += escape;
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result + '"';
}

std::string milliseconds(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

Object& Object::add(std::string_view key, std::int64_t value) {
  return add_json(key, std::to_string(value));
}

Object& Object::add(std::string_view key, std::string_view text) {
  return add_json(key, quoted(text));
}

Object& Object::add_json(std::string_view key, std::string_view value) {
  append(text_, '"' + std::string(key) + "\":" + std::string(value));
  return *this;
}

Array& Array::add(std::string_view value) {
  append(text_, value);
  return *this;
}

}  // namespace traceroute::json
