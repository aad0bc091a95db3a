// Request targets: from what stands in the request line to a path below the served directory, and
// back to an encoded path (RFC 3986; RFC 9112, section 3.2).
#pragma once

#include <string>
#include <string_view>

#include "wire/http/request.hh"

namespace wire::http {

// uri-host [":" port], as Host has it; empty is allowed (RFC 9110, section 7.2).
[[nodiscard]] bool is_host_and_port(std::string_view text);

// Decodes percent-encodings; 400 for a percent sign without two hex digits, and for a NUL.
Parsed<std::string> decode_percent(std::string_view text);

// The path, which may be empty, and query of a target in origin-form or absolute-form (http or
// https), as they stand; 400 for another form.
Parsed<std::string_view> origin_of(std::string_view target);

// A path relative to the served directory.
struct Path {
  std::string text;        // "a/b.html"; empty for the directory itself
  bool directory = false;  // ends with a slash, or a dot segment
};

// Drops the query, decodes percent-encodings and resolves dot segments, which never lead above the
// root (RFC 3986, section 5.2.4); empty segments vanish. Refuses with 400 a percent sign without
// two hex digits and a NUL, with 404 an encoded slash: no file's name can hold one.
// Other bytes stay as they are, whether UTF-8 or not.
Parsed<Path> decode_path(std::string_view path_and_query);

// Appends a byte as "%2F".
void append_encoded(std::string& text, char c);

// Percent-encodes a path for a Location or a link: all but unreserved characters and '/'.
std::string encode_path(std::string_view path);

}  // namespace wire::http
