#include "http/answer.hh"

#include <map>
#include <optional>
#include <regex>
#include <string_view>

#include "wire/http/chunked.hh"
#include "wire/http/conditional.hh"
#include "wire/http/date.hh"
#include "wire/http/response.hh"

namespace {

namespace http = wire::http;

// One response of several, taken off the front of what came.
struct Taken {
  http::Response head;
  std::string body;
  bool short_body = false;
};

std::optional<Taken> take(std::string_view& rest, bool without_body) {
  const auto size = http::head_end(rest);
  const auto head = size ? http::parse_response(rest.substr(0, *size)) : std::nullopt;
  if (!head) return std::nullopt;
  rest.remove_prefix(*size);
  Taken taken{*head, "", false};
  if (without_body || head->status < 200 || head->status == 204 || head->status == 304)
    return taken;
  const auto end = http::body_end(*head);
  if (end.by == http::BodyEnd::By::chunked) {
    http::ChunkedDecoder decoder(http::From::client);
    while (!rest.empty() && !decoder.done() && !decoder.bad()) {
      const auto step = decoder.step(rest);
      taken.body += step.content;
      rest.remove_prefix(step.consumed);
    }
    taken.short_body = !decoder.done();
    return taken;
  }
  const bool known = end.by == http::BodyEnd::By::length;
  taken.short_body = known && end.length > rest.size();
  const bool whole = known && !taken.short_body;
  taken.body = rest.substr(0, whole ? static_cast<std::size_t>(end.length) : rest.size());
  rest.remove_prefix(taken.body.size());
  return taken;
}

// "2-5/10" and its bytes, against the file.
std::string part_in_words(std::string_view field, std::string_view body, const std::string& file,
                          bool without_body) {
  const auto range = http::parse_content_range(field);
  if (!range) return " malformed Content-Range";
  std::string words = ' ' + std::string(field.substr(field.find(' ') + 1));
  if (without_body) return words;
  if (range->last >= file.size() || range->size != file.size() ||
      body != file.substr(static_cast<std::size_t>(range->first),
                          static_cast<std::size_t>(range->last - range->first + 1))) {
    words += " wrong bytes";
  }
  return words;
}

std::string parts_in_words(const Taken& taken, const std::string& file) {
  static const std::regex part(
      "--[^\r]+\r\n(?:[^\r]+\r\n)*?Content-Range: ([^\r]+)\r\n"
      "(?:[^\r]+\r\n)*\r\n([^\r]*)\r\n");
  std::string words = " parts";
  for (std::sregex_iterator at(taken.body.begin(), taken.body.end(), part), end; at != end; ++at) {
    words += part_in_words((*at)[1].str(), (*at)[2].str(), file, false);
  }
  return words;
}

// What each status says beyond its number.
std::string detail(const Taken& taken, const std::string& request, const std::string& file) {
  const http::Fields& fields = taken.head.fields;
  const std::string range(fields.find("Content-Range").value_or(""));
  const std::string location(fields.find("Location").value_or(""));
  switch (taken.head.status) {
    case 200:
      return taken.body == file || request.starts_with("HEAD") || file.empty() ? ""
                                                                               : " another body";
    case 206:
      if (fields.find("Content-Type").value_or("").starts_with("multipart/byteranges")) {
        return parts_in_words(taken, file);
      }
      return part_in_words(range, taken.body, file, request.starts_with("HEAD "));
    case 301:
      return ' ' + std::regex_replace(location, std::regex("^http://[^/]*"), "");
    case 304:
      return fields.find("ETag") ? "" : " without ETag";
    case 405:
      return fields.find("Allow") ? " with Allow" : " without Allow";
    case 416:
      return range.empty() ? " without Content-Range" : ' ' + range.substr(range.find(' ') + 1);
    default:
      return "";
  }
}

// What no server may do, whatever it was asked.
std::string faults(const http::Fields& fields) {
  std::string words;
  const auto date = fields.find("Date");
  const auto modified = fields.find("Last-Modified");
  if (!date) words += ", no Date";
  if (date && modified && http::parse_date(*date, 0) < http::parse_date(*modified, 0)) {
    words += ", changed after Date";
  }
  return words;
}

std::map<std::string, std::string> comparable(const http::Fields& fields) {
  std::map<std::string, std::string> map;
  for (const http::Field& field : fields) map[std::string(field.name)] = field.value;
  map.erase("Date");
  return map;
}

std::string unlike_get(const Taken& head, const std::string& other) {
  std::string_view rest = other;
  const auto get = take(rest, false);
  if (!get || get->head.status != head.head.status) return ", GET has another status";
  return comparable(get->head.fields) == comparable(head.head.fields) ? ""
                                                                      : ", other fields than GET";
}

}  // namespace

std::string in_words(const std::string& answer, const std::string& request, const std::string& file,
                     const std::string& other) {
  std::string words;
  std::string_view rest = answer;
  const bool is_head = request.starts_with("HEAD");
  while (const auto taken = take(rest, is_head)) {
    if (!words.empty()) words += " then ";
    words += std::to_string(taken->head.status);
    if (taken->head.status < 200) continue;
    words += detail(*taken, request, file) + faults(taken->head.fields);
    if (taken->short_body) words += ", a short body";
    if (is_head && !other.empty()) words += unlike_get(*taken, other);
  }
  if (words.empty() && rest.empty()) return "closed";
  if (!rest.empty()) words += words.empty() ? "no head" : " then bytes that are no head";
  return words;
}
