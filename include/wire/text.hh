// Text from strangers, which people read on terminals and programs read as JSON; and our own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wire {

// A character that a text begins with.
struct Character {
  std::size_t size = 0;  // in bytes; 0: what is there is no UTF-8 (RFC 3629)
  char32_t code = 0;
  // Whether it stands for itself and changes nothing around it: not for control characters, C1 ones
  // (U+0080 to U+009F) among them, line separators and what changes the direction of writing.
  bool visible = false;
  std::string_view bytes;  // one that is no UTF-8 stands alone
};
Character first_character(std::string_view text);
// The same, taken off the front of a text that is not empty.
Character take_character(std::string_view& text);

// What stands for a character in XML and HTML, as "&lt;"; empty for one that stands for itself.
std::string_view entity_of(char32_t c);

// The text with all that is not visible, and all bytes that are no UTF-8, as "\x9b".
std::string visible(std::string_view text);

// The text in quotation marks, as logs and YAML 1.2 have it: what is no printable ASCII is escaped,
// a byte each: "\xff".
std::string quoted(std::string_view text);

// Letters and digits of ASCII, whatever the locale. A to Z as a to z, and nothing else.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower(std::string_view text);

// What printf(3) writes: "%.3f ms".
[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);

}  // namespace wire
