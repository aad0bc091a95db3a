#include "wire/http/field.hh"

#include <algorithm>
#include <charconv>

#include "wire/text.hh"

namespace wire::http {

namespace {

bool is_tchar(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_tchar);
}

bool is_field_text(std::string_view text) {
  return std::ranges::all_of(text,
                             [](unsigned char c) { return (c >= ' ' && c != 0x7f) || c == '\t'; });
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool begins_ignoring_case(std::string_view text, std::string_view beginning) {
  return equal_ignoring_case(text.substr(0, beginning.size()), beginning);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Fields::only(std::string_view name) const {
  return count(name) == 1 ? find(name) : std::nullopt;
}

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields_, [name](const Field& field) { return equal_ignoring_case(field.name, name); }));
}

std::vector<std::string_view> Fields::elements(std::string_view name) const {
  std::vector<std::string_view> all;
  for (const Field& field : fields_) {
    if (!equal_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    while (const auto element = take_element(rest)) all.push_back(*element);
  }
  return all;
}

bool Fields::lists(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(elements(name), [token](std::string_view element) {
    return equal_ignoring_case(element, token);
  });
}

std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto feed = rest.find('\n');
  if (feed == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, feed);
  rest.remove_prefix(feed + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::string_view> take_element(std::string_view& rest) {
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view element = trim(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (!element.empty()) return element;
  }
  return std::nullopt;
}

std::string_view without_empty_lines(std::string_view head) {
  while (head.starts_with('\n') || head.starts_with("\r\n")) {
    head.remove_prefix(head.front() == '\n' ? 1 : 2);
  }
  return head;
}

std::optional<std::size_t> head_end(std::string_view bytes) {
  std::string_view rest = without_empty_lines(bytes);
  while (const auto line = take_line(rest)) {
    if (line->empty()) return bytes.size() - rest.size();
  }
  return std::nullopt;
}

FieldsError parse_fields(std::string_view text, Fields& fields, From from) {
  const bool lenient = from == From::server;
  while (const auto line = take_line(text)) {
    if (line->empty()) return text.empty() ? FieldsError::none : FieldsError::malformed;
    const auto colon = line->find(':');
    if (colon == std::string_view::npos) return FieldsError::malformed;
    // A folded line begins with whitespace, which no name does.
    const std::string_view name = line->substr(0, colon);
    const Field field{lenient ? trim(name) : name, trim(line->substr(colon + 1))};
    const bool good = lenient ? line->find('\0') == std::string_view::npos
                              : is_token(field.name) && is_field_text(field.value);
    if (!good) return FieldsError::malformed;
    if (!lenient && fields.size() == max_fields) return FieldsError::too_many;
    fields.add(field);
  }
  return FieldsError::malformed;
}

}  // namespace wire::http
