#include "wire/text.hh"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <iterator>
#include <utility>

namespace wire {

namespace {

struct Range {
  char32_t first, last;
};
// Besides controls, what acts on its surroundings without being seen: widths of nothing, marks,
// embeddings, overrides and isolates of direction (Unicode, UAX #9), separators of lines and
// paragraphs, and tags.
constexpr Range invisible[] = {{0x00, 0x1f},     {0x7f, 0x9f},      {0xad, 0xad},
                               {0x61c, 0x61c},   {0x180e, 0x180e},  {0x200b, 0x200f},
                               {0x2028, 0x202e}, {0x2060, 0x206f},  {0xfeff, 0xfeff},
                               {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

bool is_visible(char32_t code) {
  return std::none_of(std::begin(invisible), std::end(invisible), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

}  // namespace

// RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
  if (text.empty()) return {};
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || text.size() < size) return {};
  char32_t code = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return {};
    code = code << 6 | (byte & 0x3fU);
  }
  constexpr char32_t min_code[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < min_code[size] || surrogate || code > 0x10ffff) return {};
  return {size, code, is_visible(code), text.substr(0, size)};
}

Character take_character(std::string_view& text) {
  Character taken = first_character(text);
  if (taken.size == 0) taken.bytes = text.substr(0, 1);
  text.remove_prefix(taken.bytes.size());
  return taken;
}

std::string_view entity_of(char32_t c) {
  constexpr std::pair<char32_t, std::string_view> entities[] = {
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  for (const auto& [character, entity] : entities) {
    if (c == character) return entity;
  }
  return {};
}

std::string visible(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    // What nearly all texts are made of needs no closer look.
    const auto plain = std::ranges::find_if_not(text, [](char c) { return c >= ' ' && c < 0x7f; });
    result.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) break;
    const Character next = take_character(text);
    if (next.visible) {
      result += next.bytes;
    } else {
      for (const char c : next.bytes) {
        result += format("\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      }
    }
  }
  return result;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      result += format("\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return result + '"';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

// The compiler checks what is passed against the pattern, as for printf(3).
std::string format(const char* pattern, ...) {  // NOLINT(cert-dcl50-cpp)
  va_list values, again;
  va_start(values, pattern);
  va_copy(again, values);
  std::string text(15, '\0');  // most are as short, and need no memory
  const int size = std::vsnprintf(text.data(), text.size() + 1, pattern, values);
  const bool cut = size > static_cast<int>(text.size());
  text.resize(static_cast<std::size_t>(std::max(size, 0)));
  if (cut) (void)std::vsnprintf(text.data(), text.size() + 1, pattern, again);
  va_end(again);
  va_end(values);
  return text;
}

}  // namespace wire
