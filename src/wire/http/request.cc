#include "wire/http/request.hh"

#include <algorithm>
#include <array>

#include "wire/http/target.hh"
#include "wire/text.hh"

namespace wire::http {

namespace {

bool is_target_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7f && c != '#';
}

// The value that every element of every Content-Length agrees on.
Parsed<Framing> framing_by_length(const Fields& fields) {
  std::optional<std::uint64_t> agreed;
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, "Content-Length")) continue;
    std::string_view rest = field.value;
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      const auto length = decimal(trim(rest.substr(0, comma)));
      if (!length || (agreed && *agreed != *length)) return Status::bad_request;
      agreed = length;
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
    }
  }
  return Framing{false, agreed.value_or(0)};
}

}  // namespace

Parsed<RequestLine> parse_request_line(std::string_view line) {
  if (line.size() > max_request_line) return Status::uri_too_long;
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == last) return Status::bad_request;  // no space, or a line without a version
  RequestLine parsed{line.substr(0, first), line.substr(first + 1, last - first - 1)};
  const std::string_view version = line.substr(last + 1);
  const std::string_view target = parsed.target;
  if (!is_token(parsed.method) || target.empty()) return Status::bad_request;
  if (!std::ranges::all_of(target, is_target_text)) return Status::bad_request;
  // HTTP-name is case-sensitive (RFC 9112, section 2.3).
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return Status::bad_request;
  }
  if (version[5] != '1') return Status::version_not_supported;
  parsed.minor_version = version[7] - '0';
  return parsed;
}

Parsed<Request> parse_request(std::string_view head) {
  head = without_empty_lines(head);
  const auto line = take_line(head);
  if (!line) return Status::bad_request;
  const auto parsed_line = parse_request_line(*line);
  if (parsed_line.refusal) return *parsed_line.refusal;
  Request request{parsed_line.value, {}};
  request.fields.reserve(16);
  const FieldsError error = parse_fields(head, request.fields, From::client);
  if (error == FieldsError::malformed) return Status::bad_request;
  if (error == FieldsError::too_many) return Status::head_too_large;
  const std::size_t hosts = request.fields.count("Host");
  if (hosts > 1 || (hosts == 0 && request.minor_version >= 1)) return Status::bad_request;
  const auto host = request.fields.find("Host");
  // An empty one would make an http URI without a host, which must be refused (RFC 9110,
  // section 4.2.1).
  if (host && ((host->empty() && request.target != "*") || !is_host_and_port(*host))) {
    return Status::bad_request;
  }
  return request;
}

std::optional<Status> refuse_early(std::string_view incomplete) {
  std::string_view rest = without_empty_lines(incomplete);
  if (const auto line = take_line(rest)) return parse_request_line(*line).refusal;
  const auto space = rest.find(' ');
  const std::string_view method = rest.substr(0, space);
  // A lone CR may still become an empty line.
  if (!method.empty() && method != "\r" && !is_token(method)) return Status::bad_request;
  if (rest.size() > max_request_line) return Status::uri_too_long;
  return std::nullopt;
}

Parsed<Framing> request_framing(const Request& request) {
  const Fields& fields = request.fields;
  if (fields.count("Transfer-Encoding") == 0) return framing_by_length(fields);
  if (fields.count("Content-Length") > 0 || request.minor_version == 0) return Status::bad_request;
  // Chunked can only be the last, and once.
  const auto codings = fields.elements("Transfer-Encoding");
  const auto is_chunked = [](auto coding) { return equal_ignoring_case(coding, "chunked"); };
  const auto first = std::ranges::find_if(codings, is_chunked);
  if (first == codings.end() || first + 1 != codings.end()) return Status::bad_request;
  if (codings.size() > 1) return Status::not_implemented;
  return Framing{true, 0};
}

Expectation expectation_of(const Request& request) {
  auto expectation = Expectation::none;
  if (request.minor_version == 0) return expectation;
  for (const std::string_view element : request.fields.elements("Expect")) {
    if (!equal_ignoring_case(element, "100-continue")) return Expectation::other;
    expectation = Expectation::go_on;
  }
  return expectation;
}

bool wants_persistence(const Request& request) {
  if (request.fields.lists("Connection", "close")) return false;
  return request.minor_version >= 1 || request.fields.lists("Connection", "keep-alive");
}

bool is_known_method(std::string_view method) {
  constexpr std::array known = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  return std::ranges::find(known, method) != known.end();
}

}  // namespace wire::http
