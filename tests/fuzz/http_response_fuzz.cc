// The client's parsers: responses, and the URLs that redirects lead to.
#include <cstdlib>

#include "wire/http/conditional.hh"
#include "wire/http/response.hh"
#include "wire/http/url.hh"

namespace {

namespace http = wire::http;

void expect(bool promise) {
  if (!promise) std::abort();
}

// A URL can stand in a request: no space or control character can end its line.
void check_url(const http::Url& url) {
  expect(url.target.starts_with('/'));
  for (const char c : url.target + url.authority()) {
    expect(static_cast<unsigned char>(c) > ' ' && c != '\x7f');
  }
  const auto again = http::parse_url(url.text());
  expect(again && again->text() == url.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const http::Url base{"a", "", 81, "/b/c?d"};
  if (const auto url = http::parse_url(bytes)) check_url(*url);
  if (const auto url = http::resolve_reference(base, bytes)) check_url(*url);
  const auto end = http::head_end(bytes);
  if (!end) return 0;
  std::string head(bytes.substr(0, *end));
  http::unfold(head);
  expect(head.size() == *end);
  const auto response = http::parse_response(head);
  if (!response) return 0;
  expect(response->status >= 100 && response->status <= 999);
  (void)http::body_end(*response);
  if (const auto validator = http::if_range_validator(response->fields, 784111777)) {
    expect(http::has_validator(response->fields, *validator));
  }
  for (const http::Field& field : response->fields) {
    if (const auto url = http::resolve_reference(base, field.value)) check_url(*url);
    if (const auto range = http::parse_content_range(field.value)) {
      expect(range->first <= range->last && (!range->size || range->last < *range->size));
    }
  }
  return 0;
}
