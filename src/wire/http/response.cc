#include "wire/http/response.hh"

#include "wire/words.hh"

namespace wire::http {

void unfold(std::string& head) {
  for (std::size_t feed = head.find('\n'); feed != std::string::npos;
       feed = head.find('\n', feed + 1)) {
    if (feed + 1 >= head.size() || (head[feed + 1] != ' ' && head[feed + 1] != '\t')) continue;
    head[feed] = ' ';
    if (feed > 0 && head[feed - 1] == '\r') head[feed - 1] = ' ';
  }
}

std::optional<Response> parse_response(std::string_view head) {
  std::string_view rest = without_empty_lines(head);
  const auto line = take_line(rest);
  if (!line || line->size() < 12 || !line->starts_with("HTTP/1.") || (*line)[8] != ' ') {
    return std::nullopt;
  }
  const auto minor = decimal(line->substr(7, 1));
  // Several spaces are as good as one (section 4). The one after the code is left out by some when
  // there is no reason phrase.
  std::string_view words = trim(line->substr(9));
  const std::string_view code = take_word(words);
  const auto status = decimal(code);
  if (!minor || !status || *status < 100 || code.size() != 3) return std::nullopt;
  Response response;
  response.minor_version = static_cast<int>(*minor);
  response.status = static_cast<int>(*status);
  response.reason = trim(words);
  if (!is_field_text(response.reason)) return std::nullopt;
  if (parse_fields(rest, response.fields, From::server) != FieldsError::none) return std::nullopt;
  return response;
}

BodyEnd body_end(const Response& response) {
  if (response.status < 200 || response.status == 204 || response.status == 304) return {};
  const Fields& fields = response.fields;
  bool chunked = false;
  for (const std::string_view coding : fields.elements("Transfer-Encoding")) {
    // Old servers name what is none (RFC 2616, section 3.6). Chunked is never applied twice (RFC
    // 9112, section 6.1), but named twice by a program and by the server that it runs in.
    if (equal_ignoring_case(coding, "identity")) continue;
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

}  // namespace wire::http
