// The request's parsers, and what they promise to each other.
#include <cstdlib>

#include "wire/http/chunked.hh"
#include "wire/http/conditional.hh"
#include "wire/http/date.hh"
#include "wire/http/request.hh"
#include "wire/http/target.hh"

namespace {

namespace http = wire::http;

void expect(bool promise) {
  if (!promise) std::abort();
}

void check_target(std::string_view target) {
  const auto origin = http::origin_of(target);
  if (origin.refusal) return;
  expect(origin.value.empty() || origin.value.front() == '/' || origin.value.front() == '?');
  const auto path = http::decode_path(origin.value);
  if (path.refusal) return;
  // What comes out is a relative path that goes down only.
  const std::string text = '/' + path.value.text + '/';
  expect(text == "//" || text.find("//") == std::string::npos);
  expect(text.find("/../") == std::string::npos && text.find("/./") == std::string::npos);
  expect(text.find('\0') == std::string::npos);
  const auto again = http::decode_path('/' + http::encode_path(path.value.text));
  expect(!again.refusal && again.value.text == path.value.text);
}

void check_ranges(const http::Fields& fields, std::uint64_t size) {
  for (const http::Field& field : fields) {
    const auto selection = http::select_ranges(field.value, size);
    std::uint64_t total = 0;
    for (const http::ByteRange& range : selection.ranges) {
      expect(range.length > 0 && range.first < size && range.length <= size - range.first);
      total += range.length;
    }
    expect(total <= size && selection.ranges.size() <= http::max_ranges);
    if (const auto date = http::parse_date(field.value, 1'700'000'000)) {
      expect(http::parse_date(http::format_date(*date), 0) == date);
    }
  }
}

void check_body(std::string_view body, http::From from) {
  http::ChunkedDecoder at_once(from), by_bytes(from);
  std::size_t length = 0, position = 0;
  while (position < body.size() && !at_once.done() && !at_once.bad()) {
    const auto step = at_once.step(body.substr(position));
    expect(step.consumed > 0 && step.content.size() <= step.consumed);
    position += step.consumed;
    length += step.content.size();
  }
  std::size_t by_bytes_length = 0;
  for (std::size_t i = 0; i < position; ++i) {
    by_bytes_length += by_bytes.step(body.substr(i, 1)).content.size();
  }
  expect(length == by_bytes_length && at_once.done() == by_bytes.done() &&
         at_once.bad() == by_bytes.bad());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_body(bytes, http::From::client);
  check_body(bytes, http::From::server);
  check_target(bytes);
  const auto early = http::refuse_early(bytes);
  const auto end = http::head_end(bytes);
  if (!end) return 0;
  expect(*end <= size);
  const auto request = http::parse_request(bytes.substr(0, *end));
  // What is refused early is refused for the same reason in the end.
  if (early) expect(request.refusal == early);
  if (request.refusal) return 0;
  expect(request.value.fields.size() <= http::max_fields);
  check_target(request.value.target);
  check_ranges(request.value.fields, size);
  const auto framing = http::request_framing(request.value);
  if (!framing.refusal && framing.value.chunked) {
    expect(request.value.fields.count("Content-Length") == 0);
  }
  http::evaluate(request.value.fields, {"\"a\"", 784111777}, 1'700'000'000);
  (void)http::range_applies(request.value.fields, {"\"a\"", 784111777}, 1'700'000'000);
  (void)http::wants_persistence(request.value);
  return 0;
}
