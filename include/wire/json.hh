// JSON text (RFC 8259), written value by value.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace wire::json {

// A string with its quotes. Whatever bytes the text holds, the result is valid: what is not
// visible is escaped, and what is no UTF-8 becomes U+FFFD, the replacement character.
std::string literal(std::string_view text);

// {"key":value,…}. A value of add_json() is JSON already.
class Object {
 public:
  Object& add(std::string_view key, std::integral auto value) {
    return add_json(key, std::to_string(value));
  }
  Object& add(std::string_view key, double value, int decimals);
  Object& add(std::string_view key, std::string_view text);
  Object& add_json(std::string_view key, std::string_view value);
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string text() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

// [value,…], of values that are JSON already.
class Array {
 public:
  Array& add(std::string_view value);
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string text() const { return '[' + text_ + ']'; }

 private:
  std::string text_;
};

}  // namespace wire::json
