#include "server/web/response.hh"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>

#include "net/error.hh"
#include "net/kernel.hh"
#include "wire/bytes.hh"
#include "wire/http/date.hh"
#include "wire/text.hh"

namespace server {

using wire::http::Status;

namespace {

constexpr std::size_t max_piece = 65536;

// How an answer says a status, each of them, and what a page says of it.
struct Words {
  Status status;
  std::string_view reason, explanation = {};
};
constexpr Words table[] = {
    {Status::ok, "OK"},
    {Status::no_content, "No Content"},
    {Status::partial_content, "Partial Content"},
    {Status::moved_permanently, "Moved Permanently"},
    {Status::not_modified, "Not Modified"},
    {Status::bad_request, "Bad Request",
     "A request begins like \"GET /PATH HTTP/1.1\", has one Host field, and can be understood in "
     "one way only."},
    {Status::forbidden, "Forbidden"},
    {Status::not_found, "Not Found"},
    {Status::method_not_allowed, "Method Not Allowed"},
    {Status::request_timeout, "Request Timeout", "The request did not end in time."},
    {Status::precondition_failed, "Precondition Failed"},
    {Status::content_too_large, "Content Too Large", "The request's body is too long."},
    {Status::uri_too_long, "URI Too Long", "The request's target is too long."},
    {Status::range_not_satisfiable, "Range Not Satisfiable"},
    {Status::expectation_failed, "Expectation Failed", "Only 100-continue can be expected."},
    {Status::head_too_large, "Request Header Fields Too Large", "The request's head is too long."},
    {Status::server_error, "Internal Server Error"},
    {Status::not_implemented, "Not Implemented",
     "This server does not know the method, or the transfer coding."},
    {Status::unavailable, "Service Unavailable"},
    {Status::version_not_supported, "HTTP Version Not Supported", "This server speaks HTTP/1.1."},
};

const Words& words_for(Status status) { return *std::ranges::find(table, status, &Words::status); }

}  // namespace

ResponseBuffer& ResponseBuffer::operator<<(std::string_view text) {
  while (!text.empty() && ok_) {
    if (size_ == gathered_.size()) flush(net::more_follows);
    // A long page goes without a copy, in pieces that a slow peer takes in its time.
    if (size_ == 0 && text.size() > gathered_.size()) {
      const std::string_view piece = text.substr(0, max_piece);
      send(piece, piece.size() < text.size() ? net::more_follows : 0);
      text.remove_prefix(piece.size());
      continue;
    }
    const std::size_t count = std::min(text.size(), gathered_.size() - size_);
    std::memcpy(gathered_.data() + size_, text.data(), count);
    size_ += count;
    text.remove_prefix(count);
  }
  return *this;
}

ResponseBuffer& ResponseBuffer::operator<<(std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
}

void ResponseBuffer::send_file(int file, std::uint64_t offset, std::uint64_t count) {
  if (count <= gathered_.size() - size_) {
    while (count > 0 && ok_) {
      const ssize_t got = pread(file, gathered_.data() + size_, static_cast<std::size_t>(count),
                                static_cast<off_t>(offset));
      if (got <= 0) {
        const int error = errno;
        flush();  // answers before this one are whole
        ok_ = false;
        if (got == 0) break;
        net::fail("read a file", error);
      }
      size_ += static_cast<std::size_t>(got);
      offset += static_cast<std::uint64_t>(got);
      count -= static_cast<std::uint64_t>(got);
    }
    return;
  }
  flush(net::more_follows);
  if (!ok_) return;
  const auto sent = stream_.send_file(file, offset, count, stall_);
  sent_ += sent.count;
  ok_ = sent.ending == net::Ending::full;
}

void ResponseBuffer::flush_before_end() { flush(net::more_follows); }

void ResponseBuffer::flush(int flags) {
  if (size_ > 0) send(std::string_view(gathered_.data(), size_), flags);
  size_ = 0;
}

void ResponseBuffer::send(std::string_view bytes, int flags) {
  while (!bytes.empty() && ok_) {
    auto sent = stream_.send_all(wire::bytes_of(bytes), net::Deadline::after(stall_), flags);
    const bool silent = sent.ending == net::Ending::silent;
    // Room that a slow peer has made may be too little to end the wait (Stream::send_file).
    if (silent && sent.count == 0) sent.count = stream_.send_ready(wire::bytes_of(bytes)).count;
    sent_ += sent.count;
    bytes.remove_prefix(sent.count);
    // A slow peer takes a piece in more than one stall.
    ok_ = sent.ending == net::Ending::full || (silent && sent.count > 0);
  }
}

Response& Response::begin(Status status) {
  status_ = status;
  out_ << "HTTP/1.1 " << static_cast<std::uint64_t>(wire::http::number(status)) << " "
       << words_for(status).reason << "\r\nDate: " << date_ << "\r\n";
  if (connection_ == Connection::close) field("Connection", "close");
  if (connection_ == Connection::persistent_1_0) field("Connection", "keep-alive");
  return *this;
}

bool Response::body(std::uint64_t length) {
  field("Content-Length", length);
  out_ << "\r\n";
  if (!without_body_) length_ = length;
  begin_ = out_.taken();
  return !without_body_;
}

void Response::no_body() { out_ << "\r\n"; }

void Response::page(std::string_view explanation) {
  const Words& words = words_for(status_);
  if (explanation.empty()) explanation = words.explanation;
  const std::string title =
      std::to_string(wire::http::number(status_)) + ' ' + std::string(words.reason);
  html("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
       "</title></head>\n<body><h1>" + title + "</h1><p>" + std::string(explanation) +
       "</p></body></html>\n");
}

void Response::html(std::string_view page) {
  field("Content-Type", "text/html; charset=utf-8");
  if (body(page.size())) out_ << page;
}

void log_request(cli::LogWriter& log, const net::Address& peer, std::int64_t now,
                 std::string_view request_line, Status status, std::uint64_t body_length) {
  log.write(peer.host() + " - - " + wire::http::format_log_date(now) + ' ' +
            wire::quoted(request_line) + ' ' + std::to_string(wire::http::number(status)) + ' ' +
            std::to_string(body_length) + '\n');
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const std::string_view entity = wire::entity_of(static_cast<unsigned char>(c));
    escaped += entity.empty() ? std::string_view(&c, 1) : entity;
  }
  return escaped;
}

}  // namespace server
