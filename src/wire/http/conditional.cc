#include "wire/http/conditional.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "wire/http/date.hh"
#include "wire/text.hh"
#include "wire/words.hh"

namespace wire::http {

namespace {

constexpr std::string_view weak_prefix = "W/";

// Takes the next entity-tag off the front of a list; its opaque part may hold commas (section
// 8.8.3). nullopt at the end, and where no tag stands.
std::optional<std::string_view> take_etag(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t,"), rest.size()));
  const std::size_t quote = rest.starts_with(weak_prefix) ? weak_prefix.size() : 0;
  if (rest.size() <= quote || rest[quote] != '"') return std::nullopt;
  const auto close = rest.find('"', quote + 1);
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view tag = rest.substr(0, close + 1);
  rest.remove_prefix(close + 1);
  return tag;
}

// Whether a list names the tag, or is "*". A weak comparison looks past W/ (section 8.8.3.2); the
// file's own tag is always strong.
bool names(const Fields& fields, std::string_view field_name, std::string_view etag, bool weakly) {
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, field_name)) continue;
    if (field.value == "*") return true;
    std::string_view rest = field.value;
    while (auto tag = take_etag(rest)) {
      if (weakly && tag->starts_with(weak_prefix)) tag->remove_prefix(weak_prefix.size());
      if (*tag == etag) return true;
    }
  }
  return false;
}

// A field that stands there twice has no date (section 13.1.3).
std::optional<std::int64_t> date_in(const Fields& fields, std::string_view name, std::int64_t now) {
  const auto value = fields.only(name);
  return value ? parse_date(*value, now) : std::nullopt;
}

// A quoted string without spaces and control characters (section 8.8.3).
bool is_strong_etag(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  const std::string_view opaque = text.substr(1, text.size() - 2);
  return std::ranges::all_of(opaque,
                             [](unsigned char c) { return c > ' ' && c != '"' && c != 0x7f; });
}

// Whether an ETag may be made of the second of the last change: it is no stronger than that date.
// - "2ebc98a1-5" (nginx) and "5-2ebc98a1-0" (LiteSpeed) name it in hex;
// - "cyu8ip5" (Caddy) begins with it, to the base of 36;
// - "2555072882" (lighttpd) is a checksum of it and the size.
bool is_made_of(std::int64_t modified, std::string_view etag) {
  const auto to_base = [modified](int base) {
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), modified, base);
    return std::string(digits.data(), end.ptr);
  };
  std::string_view rest = etag.substr(1, etag.size() - 2);
  constexpr std::size_t min_checksum = 6, max_checksum = 10;  // digits
  if (rest.size() >= min_checksum && rest.size() <= max_checksum && decimal(rest)) return true;
  if (rest.starts_with(to_base(36))) return true;
  while (!rest.empty()) {
    if (take_word(rest, "-") == to_base(16)) return true;
  }
  return false;
}

// The position that a range spec states: all digits, and as large as it likes.
std::optional<std::uint64_t> position(std::string_view digits) {
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  return decimal(digits).value_or(std::numeric_limits<std::uint64_t>::max());
}

// One range spec: "first-", "first-last" or "-suffix".
struct Spec {
  std::optional<std::uint64_t> first, last;
};

std::optional<Spec> parse_spec(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const Spec spec{position(text.substr(0, dash)), position(text.substr(dash + 1))};
  const bool suffix = dash == 0;
  const bool open = dash + 1 == text.size();
  if (!suffix && !spec.first) return std::nullopt;
  if (!open && !spec.last) return std::nullopt;
  if (suffix && open) return std::nullopt;
  if (spec.first && spec.last && *spec.last < *spec.first) return std::nullopt;
  return spec;
}

// The part of the file that a spec names; nullopt when it lies outside.
std::optional<ByteRange> satisfy(const Spec& spec, std::uint64_t size) {
  if (!spec.first) {
    const std::uint64_t length = std::min(*spec.last, size);
    if (length == 0) return std::nullopt;
    return ByteRange{size - length, length};
  }
  if (*spec.first >= size) return std::nullopt;
  const std::uint64_t last = std::min(spec.last.value_or(size - 1), size - 1);
  return ByteRange{*spec.first, last - *spec.first + 1};
}

}  // namespace

ConditionResult evaluate(const Fields& fields, const Validators& validators, std::int64_t now) {
  const auto& modified = validators.last_modified;
  if (fields.count("If-Match") > 0) {
    if (!names(fields, "If-Match", validators.etag, false))
      return ConditionResult::precondition_failed;
  } else if (const auto date = date_in(fields, "If-Unmodified-Since", now)) {
    if (modified && *modified > *date) return ConditionResult::precondition_failed;
  }
  if (fields.count("If-None-Match") > 0) {
    if (names(fields, "If-None-Match", validators.etag, true)) return ConditionResult::not_modified;
  } else if (const auto date = date_in(fields, "If-Modified-Since", now)) {
    if (modified && *modified <= *date) return ConditionResult::not_modified;
  }
  return ConditionResult::proceed;
}

bool range_applies(const Fields& fields, const Validators& validators, std::int64_t now) {
  if (fields.count("If-Range") == 0) return true;
  const auto value = fields.only("If-Range");
  if (!value) return false;
  if (const auto date = parse_date(*value, now)) {
    return *date == validators.last_modified && *date < now;
  }
  return *value == validators.etag;
}

std::optional<std::string_view> if_range_validator(const Fields& response, std::int64_t now) {
  const auto modified = date_in(response, "Last-Modified", now);
  const auto date = date_in(response, "Date", now);
  const bool strong_date = modified && date && *date > *modified;
  if (response.count("ETag") > 0) {
    const auto etag = response.only("ETag");
    if (!etag || !is_strong_etag(*etag)) return std::nullopt;
    return strong_date || !modified || !is_made_of(*modified, *etag) ? etag : std::nullopt;
  }
  return strong_date ? response.find("Last-Modified") : std::nullopt;
}

bool has_validator(const Fields& response, std::string_view validator) {
  if (is_strong_etag(validator)) {
    return response.count("ETag") == 1 && response.find("ETag") == validator;
  }
  return response.only("Last-Modified") == validator;
}

Selection select_ranges(std::string_view range_field, std::uint64_t file_size) {
  constexpr std::string_view unit = "bytes=";
  if (!begins_ignoring_case(range_field, unit)) return {};
  std::string_view rest = range_field.substr(unit.size());
  Selection selection;
  std::size_t specs = 0;
  std::uint64_t total = 0;
  while (const auto element = take_element(rest)) {
    const auto spec = parse_spec(*element);
    if (!spec || ++specs > max_ranges) return {};
    // A suffix of an empty file is the whole of it (section 14.1.2), which no Content-Range can
    // say.
    if (file_size == 0 && !spec->first && *spec->last > 0) return {};
    const auto range = satisfy(*spec, file_size);
    if (!range) continue;
    total += range->length;
    if (total > file_size) return {};
    selection.ranges.push_back(*range);
  }
  if (specs == 0) return {};
  selection.kind =
      selection.ranges.empty() ? Selection::Kind::unsatisfiable : Selection::Kind::partial;
  return selection;
}

}  // namespace wire::http
