// A small reader of JSON (RFC 8259), strict, for tests of what writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct JsonMember;

struct JsonValue {
  enum class Type { null, boolean, integer, decimal, string, array, object };
  Type type = Type::null;
  std::string text;  // of a string, without escapes; of a number, as written
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in order

  // The member of an object, or null.
  [[nodiscard]] const JsonValue* at(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

// The value that a text is, all of it; nothing if it is none. An object has no key twice.
std::optional<JsonValue> parse_json(std::string_view text);
