#include "wire/json.hh"

#include "wire/text.hh"

namespace wire::json {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

void append(std::string& list, std::string_view value) {
  if (!list.empty()) list += ',';
  list += value;
}

}  // namespace

std::string literal(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const Character next = take_character(text);
    const char c = next.bytes.front();
    if (next.size == 0 || (!next.visible && next.code >= 0x10000)) {
      result += replacement;
    } else if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (next.visible) {
      result += next.bytes;
    } else {
      result += format("\\u%04x", static_cast<unsigned>(next.code));
    }
  }
  return result + '"';
}

Object& Object::add(std::string_view key, double value, int decimals) {
  return add_json(key, format("%.*f", decimals, value));
}

Object& Object::add(std::string_view key, std::string_view text) {
  return add_json(key, literal(text));
}

Object& Object::add_json(std::string_view key, std::string_view value) {
  append(text_, literal(key) + ':' + std::string(value));
  return *this;
}

Array& Array::add(std::string_view value) {
  append(text_, value);
  return *this;
}

}  // namespace wire::json
