#include "server/web/response.hh"

#include "wire/text.hh"

namespace server {

using wire::http::Status;

Response& Response::begin(Status status) {
  status_ = status;
  out_ << "HTTP/1.1 " << static_cast<std::uint64_t>(wire::http::number(status)) << " "
       << wire::http::reason(status) << "\r\nDate: " << date_ << "\r\n";
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
  const std::string title =
      std::to_string(wire::http::number(status_)) + ' ' + std::string(wire::http::reason(status_));
  html("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
       "</title></head>\n<body><h1>" + title + "</h1><p>" + std::string(explanation) +
       "</p></body></html>\n");
}

void Response::html(std::string_view page) {
  field("Content-Type", "text/html; charset=utf-8");
  if (body(page.size())) out_ << page;
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
