#include "wire/http/response.hh"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/text.hh"

namespace wire::http {

namespace {

// What servers call a body that is not encoded. Old ones write "identity" (RFC 2616, section 3.6);
// by "none" scripts keep others from compressing or chunking it; the rest was meant for another
// field, or is done away with before it is sent (aws-chunked).
bool is_no_coding(std::string_view coding) {
  constexpr std::array<std::string_view, 6> names = {"identity", "none", "binary",
                                                     "7bit",     "8bit", "aws-chunked"};
  constexpr std::array<std::string_view, 4> charsets = {"utf", "iso-8859-", "windows-", "us-ascii"};
  return std::ranges::any_of(names, [&](auto name) { return equal_ignoring_case(coding, name); }) ||
         std::ranges::any_of(charsets,
                             [&](auto name) { return begins_ignoring_case(coding, name); });
}

// Some servers, Django's own among them, say "gzip", or "x-gzip", of a file that is asked for as
// compressed: "/a.tar.gz".
bool names_coding(std::string_view target, std::string_view coding) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"gzip", ".gz"},   {"gzip", ".tgz"},   {"gzip", ".svgz"}, {"compress", ".Z"},
      {"bzip2", ".bz2"}, {"bzip2", ".tbz2"}, {"br", ".br"},     {"xz", ".xz"},
      {"xz", ".txz"},    {"zstd", ".zst"}};
  const std::string_view path = target.substr(0, target.find('?'));
  if (begins_ignoring_case(coding, "x-")) coding.remove_prefix(2);
  for (const auto& [name, suffix] : names) {
    if (!equal_ignoring_case(coding, name)) continue;
    const std::size_t begin = path.size() - std::min(path.size(), suffix.size());
    if (equal_ignoring_case(path.substr(begin), suffix)) return true;
  }
  return false;
}

}  // namespace

void unfold(std::string& head) {
  // From the end on: a CR whose LF has been replaced stands alone.
  for (std::size_t i = head.size(); i-- > 0;) {
    const char next = i + 1 < head.size() ? head[i + 1] : '\0';
    const bool folded = head[i] == '\n' && (next == ' ' || next == '\t');
    const bool alone = head[i] == '\r' && next != '\n';
    if (folded || alone) head[i] = ' ';
  }
}

std::optional<Response> parse_response(std::string_view head) {
  std::string_view rest = without_empty_lines(head);
  const auto line = take_line(rest);
  if (!line || line->size() < 12 || !line->starts_with("HTTP/1.") || (*line)[8] != ' ') {
    return std::nullopt;
  }
  const auto minor = decimal(line->substr(7, 1));
  // Several spaces are as good as one (section 4). Some leave out the one after the code.
  const std::string_view words = trim(line->substr(9));
  constexpr std::size_t code_size = 3;
  const auto status = decimal(words.substr(0, code_size));
  const std::string_view reason = words.substr(std::min(code_size, words.size()));
  const bool longer = !reason.empty() && is_digit(reason.front());
  if (!minor || !status || *status < 100 || longer) return std::nullopt;
  Response response;
  response.minor_version = static_cast<int>(*minor);
  response.status = static_cast<int>(*status);
  response.reason = trim(reason);
  if (reason.find('\0') != std::string_view::npos) return std::nullopt;
  if (parse_fields(rest, response.fields, From::server) != FieldsError::none) return std::nullopt;
  return response;
}

BodyEnd body_end(const Response& response) {
  if (response.status < 200 || response.status == 204 || response.status == 304) return {};
  const Fields& fields = response.fields;
  bool chunked = false;
  for (const std::string_view coding : fields.elements("Transfer-Encoding")) {
    // Chunked is never applied twice (RFC 9112, section 6.1), but named twice by a program and by
    // the server that it runs in.
    if (is_no_coding(coding)) continue;
    if (!equal_ignoring_case(coding, "chunked")) return {BodyEnd::By::unknown, 0};
    chunked = true;
  }
  if (chunked) return {BodyEnd::By::chunked, 0};
  std::optional<std::uint64_t> agreed;
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, "Content-Length")) continue;
    std::string_view rest = field.value;
    bool any = false;
    while (const auto element = take_element(rest)) {
      const auto length = decimal(*element);
      if (!length || (agreed && *agreed != *length)) return {BodyEnd::By::unknown, 0};
      agreed = length;
      any = true;
    }
    if (!any) return {BodyEnd::By::unknown, 0};
  }
  if (agreed) return {BodyEnd::By::length, *agreed};
  return {BodyEnd::By::close, 0};
}

std::optional<std::string_view> unasked_coding(const Fields& fields, std::string_view target) {
  bool named = false;
  for (const std::string_view coding : fields.elements("Content-Encoding")) {
    if (is_no_coding(coding)) continue;
    if (named || !names_coding(target, coding)) return coding;
    named = true;
  }
  return std::nullopt;
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view unit = "bytes ";
  if (!begins_ignoring_case(value, unit)) return std::nullopt;
  value.remove_prefix(unit.size());
  const auto dash = value.find('-');
  const auto slash = value.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) {
    return std::nullopt;
  }
  const auto first = decimal(value.substr(0, dash));
  const auto last = decimal(value.substr(dash + 1, slash - dash - 1));
  const std::string_view size = value.substr(slash + 1);
  const auto whole = decimal(size);
  if (!first || !last || *last < *first || (!whole && size != "*")) return std::nullopt;
  if (whole && *last >= *whole) return std::nullopt;
  return ContentRange{*first, *last, whole};
}

std::optional<ContentRange> only_range(const Fields& fields) {
  const bool several = std::ranges::any_of(fields, [](const Field& field) {
    return equal_ignoring_case(field.name, "Content-Type") &&
           begins_ignoring_case(field.value, "multipart/byteranges");
  });
  const auto value = fields.only("Content-Range");
  return value && !several ? parse_content_range(*value) : std::nullopt;
}

}  // namespace wire::http
