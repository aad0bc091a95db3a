// The fields of an HTTP head, and the small grammar that all of them share (RFC 9110, section 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wire::http {

// tchar of RFC 9110, section 5.6.2: what methods and field names are made of.
[[nodiscard]] bool is_token(std::string_view text);

// What a field's value, or a reason phrase, may be: no control characters but the tab (RFC 9110,
// section 5.5).
[[nodiscard]] bool is_field_text(std::string_view text);

// -1 for what is no hex digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Letters of ASCII are alike in either case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] bool begins_ignoring_case(std::string_view text, std::string_view beginning);

// Without the spaces and tabs around it (OWS).
[[nodiscard]] std::string_view trim(std::string_view text);

// All of the text as a decimal number: digits only, no sign, no overflow.
[[nodiscard]] std::optional<std::uint64_t> decimal(std::string_view text);

struct Field {
  std::string_view name, value;
};

// The fields of one head, in its order; valid as long as the head's bytes are.
class Fields {
 public:
  void add(Field field) { fields_.push_back(field); }
  void reserve(std::size_t count) { fields_.reserve(count); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

  // The value of the first field of that name, whatever its case.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // The value of the field of that name, when there is exactly one.
  [[nodiscard]] std::optional<std::string_view> only(std::string_view name) const;
  // How many fields have that name.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  // All elements of the comma-separated lists in the fields of that name.
  [[nodiscard]] std::vector<std::string_view> elements(std::string_view name) const;
  // Whether one of them is this token, whatever its case.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

 private:
  std::vector<Field> fields_;
};

// Takes the next line off the front of a head, without its line end: CR LF or, as RFC 9112,
// section 2.2 permits, LF alone. nullopt when no line is complete. A CR elsewhere stays in the line
// and is refused with the line.
std::optional<std::string_view> take_line(std::string_view& rest);

// Takes the next element off the front of a comma-separated list, trimmed; empty elements are
// passed over (RFC 9110, section 5.6.1.2). nullopt at the end. Not for quoted strings.
std::optional<std::string_view> take_element(std::string_view& rest);

// The head from its first line on: empty lines before it are passed over (RFC 9112, section 2.2).
[[nodiscard]] std::string_view without_empty_lines(std::string_view head);

// One past the empty line that ends the head at the start of the bytes, or nullopt while it has not
// come. Empty lines before the first line belong to the head.
std::optional<std::size_t> head_end(std::string_view bytes);

enum class FieldsError { none, malformed, too_many };

constexpr std::size_t max_fields = 100;  // of a request

// Who has written a head.
enum class From { client, server };

// Reads field lines up to the end of the text, which ends with its empty line. A client's must be
// right, since another server may read them in another way: no whitespace before the colon, no
// folded line, no control character in a value (RFC 9112, section 5). A server's may hold all but
// NUL: a name that nobody looks for does no harm. Blanks before the colon are no part of the name.
FieldsError parse_fields(std::string_view text, Fields& fields, From from);

}  // namespace wire::http
