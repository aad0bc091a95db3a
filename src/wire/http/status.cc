#include "wire/http/status.hh"

#include <utility>

namespace wire::http {

namespace {

constexpr std::pair<Status, std::string_view> phrases[] = {
    {Status::ok, "OK"},
    {Status::no_content, "No Content"},
    {Status::partial_content, "Partial Content"},
    {Status::moved_permanently, "Moved Permanently"},
    {Status::not_modified, "Not Modified"},
    {Status::bad_request, "Bad Request"},
    {Status::forbidden, "Forbidden"},
    {Status::not_found, "Not Found"},
    {Status::method_not_allowed, "Method Not Allowed"},
    {Status::request_timeout, "Request Timeout"},
    {Status::precondition_failed, "Precondition Failed"},
    {Status::content_too_large, "Content Too Large"},
    {Status::uri_too_long, "URI Too Long"},
    {Status::range_not_satisfiable, "Range Not Satisfiable"},
    {Status::expectation_failed, "Expectation Failed"},
    {Status::head_too_large, "Request Header Fields Too Large"},
    {Status::server_error, "Internal Server Error"},
    {Status::not_implemented, "Not Implemented"},
    {Status::unavailable, "Service Unavailable"},
    {Status::version_not_supported, "HTTP Version Not Supported"},
};

}  // namespace

std::string_view reason(Status status) {
  for (const auto& [known, phrase] : phrases) {
    if (known == status) return phrase;
  }
  return "Unknown";
}

}  // namespace wire::http
