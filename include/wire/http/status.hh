// The status codes this code sends or tells apart (RFC 9110, section 15).
#pragma once

namespace wire::http {

enum class Status {
  ok = 200,
  no_content = 204,
  partial_content = 206,
  moved_permanently = 301,
  not_modified = 304,
  bad_request = 400,
  forbidden = 403,
  not_found = 404,
  method_not_allowed = 405,
  request_timeout = 408,
  precondition_failed = 412,
  content_too_large = 413,
  uri_too_long = 414,
  range_not_satisfiable = 416,
  expectation_failed = 417,
  head_too_large = 431,
  server_error = 500,
  not_implemented = 501,
  unavailable = 503,
  version_not_supported = 505,
};

constexpr int number(Status status) { return static_cast<int>(status); }

}  // namespace wire::http
