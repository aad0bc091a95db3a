#include "client/web/http_reader.hh"

#include <algorithm>
#include <utility>

#include "cli/program.hh"
#include "wire/bytes.hh"
#include "wire/http/chunked.hh"
#include "wire/text.hh"

namespace client {

namespace {

namespace http = wire::http;

constexpr int max_interim = 1000;

// The line that makes a head none of HTTP/1.
std::string_view wrong_line(std::string_view head) {
  std::string_view rest = http::without_empty_lines(head);
  const auto line = http::take_line(rest);
  if (!line || !http::parse_response(std::string(*line) + "\r\n\r\n")) return line.value_or("");
  while (const auto field = http::take_line(rest)) {
    http::Fields fields;
    const std::string alone = std::string(*field) + "\r\n\r\n";
    if (http::parse_fields(alone, fields, http::From::server) != http::FieldsError::none)
      return *field;
  }
  return *line;
}

// The first line of what came, where no response of HTTP/1 begins so; `ended`: no more will come.
std::optional<std::string_view> foreign_line(std::string_view bytes, bool ended) {
  constexpr std::string_view version = "HTTP/1.";
  std::string_view rest = http::without_empty_lines(bytes);
  auto line = http::take_line(rest);
  if (!line && ended) line = rest;
  if (line && version.starts_with(line->substr(0, version.size()))) return std::nullopt;
  return line;
}

std::string no_response(std::string_view line) {
  return "no right HTTP/1 response: \"" + wire::visible(line.substr(0, 80)) + '"';
}

// What a right head says of the end of its body.
std::string framing_fields(const std::string& head) {
  std::string said;
  const auto response = http::parse_response(head);
  for (const auto& [name, value] : response->fields) {
    if (!http::equal_ignoring_case(name, "Content-Length") &&
        !http::equal_ignoring_case(name, "Transfer-Encoding")) {
      continue;
    }
    said += (said.empty() ? "" : ", ") + std::string(name) + ": " + std::string(value);
  }
  return said;
}

}  // namespace

void say_head(const std::string& mark, std::string_view head) {
  while (const auto line = http::take_line(head)) {
    if (!line->empty()) cli::say(mark + std::string(*line));
  }
}

std::string HttpReader::so_far() const {
  if (received_) {
    const bool known = body_end_.by == http::BodyEnd::By::length;
    return std::to_string(*received_) + " bytes of the body" +
           (known ? " of " + std::to_string(body_end_.length) : "") + " so far";
  }
  if (interim_ > 0 && pending().empty())
    return std::to_string(interim_) + " interim responses so far";
  return std::to_string(pending().size()) + " bytes of a response so far";
}

void HttpReader::fail(const std::string& what) const { throw cli::Failure(server_ + ": " + what); }

// Receives some more after what is pending; false at the end of the stream.
bool HttpReader::receive() {
  std::copy(&bytes_[begin_], &bytes_[end_], &bytes_[0]);
  end_ -= std::exchange(begin_, 0);
  const auto got =
      stream_.receive_some({reinterpret_cast<std::uint8_t*>(&bytes_[end_]), max_at_once},
                           net::Deadline::after(silence_));
  end_ += got.count;
  if (got.ending == net::Ending::silent) {
    fail(so_far() + ": nothing came for " + cli::text(silence_));
  }
  if (got.ending == net::Ending::broken) fail(so_far() + ": the connection broke");
  return got.ending == net::Ending::full;
}

// Receives until a whole head is pending; its size.
std::size_t HttpReader::await_head() {
  for (bool ended = false;; ended = !receive()) {
    // Who speaks another protocol may wait for a word of ours.
    if (const auto line = foreign_line(pending(), ended)) fail(no_response(*line));
    const auto size = http::head_end(pending());
    if (size && *size <= max_head) return *size;
    if (pending().size() > max_head) {
      fail("the response's head exceeds " + std::to_string(max_head) + " bytes");
    }
    if (ended && interim_ > 0 && pending().empty()) {
      fail("closed after " + std::to_string(interim_) +
           " interim responses, the final one awaited");
    }
    if (ended) {
      fail("closed after " + std::to_string(pending().size()) + " bytes, " +
           (pending().empty() ? "a response awaited" : "the empty line awaited that ends a head"));
    }
  }
}

http::Response HttpReader::head() {
  for (interim_ = 0; interim_ < max_interim; ++interim_) {
    const std::size_t size = await_head();
    head_ = pending().substr(0, size);
    begin_ += size;
    http::unfold(head_);
    if (verbose_) say_head("< ", head_);
    const auto response = http::parse_response(head_);
    if (!response) fail(no_response(wrong_line(head_)));
    if (response->status >= 200) return *response;
    if (response->status == 101) fail("switches to another protocol");
  }
  fail("sent " + std::to_string(max_interim) + " interim responses");
}

void HttpReader::body(http::BodyEnd end,
                      const std::function<bool(std::span<const std::uint8_t>)>& sink) {
  using By = http::BodyEnd::By;
  if (end.by == By::unknown) {
    fail("the end of the body cannot be known by \"" + framing_fields(head_).substr(0, 80) + '"');
  }
  http::ChunkedDecoder decoder(http::From::server);
  body_end_ = end;
  std::uint64_t& length = received_.emplace(0);
  while (end.by == By::chunked ? !decoder.done() : end.by == By::close || length < end.length) {
    if (pending().empty() && !receive()) {
      if (end.by == By::close) return;
      const std::string limit = end.by == By::length ? " of " + std::to_string(end.length)
                                                     : ", before the end of its chunks";
      fail("the body ended after " + std::to_string(length) + " bytes" + limit);
    }
    std::string_view piece = pending();
    if (end.by == By::length) {
      if (end.length - length < piece.size()) {
        piece = piece.substr(0, static_cast<std::size_t>(end.length - length));
      }
    } else if (end.by == By::chunked) {
      const auto step = decoder.step(piece);
      if (decoder.bad()) fail("the body's chunks are malformed");
      begin_ += step.consumed - step.content.size();
      piece = step.content;
    }
    begin_ += piece.size();
    length += piece.size();
    if (!piece.empty() && !sink(wire::bytes_of(piece))) return;
  }
}

}  // namespace client
