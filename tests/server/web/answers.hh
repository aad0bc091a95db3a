// The answers that several tests of the web service expect.
#pragma once

#include <string>

#include "support/web_site.hh"

namespace server {

using namespace std::string_literals;

constexpr const char* described =
    "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "ETag: \"5-state\"\r\n"
    "Accept-Ranges: bytes\r\n";
const std::string whole_head = "HTTP/1.1 200 OK\r\n"s + described +
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "Content-Length: 5\r\n\r\n";
const std::string whole = whole_head + "hello";

const std::string close_field = "Connection: close\r\n";
constexpr const char* ambiguous =
    "A request begins like \"GET /PATH HTTP/1.1\", has one Host field, and can be understood in "
    "one way only.";
constexpr const char* missing = "There is no such file.";

}  // namespace server
