// What a web server sent, in a few words that can be compared: "206 2-5/10", "304", "301 /dir/".
#pragma once

#include <string>

// All that a server sent for the bytes of one row, up to its close or to 5 s of silence, in words.
// `request` is its request line; `file` is what the file named in it holds; `other` is the answer
// to the same bytes with GET, if they are a HEAD. Named too, since no server may do it: a body that
// differs from the file's, Content-Length from the body, HEAD's fields from GET's; no Date; a
// Last-Modified after Date; a 304 without the ETag that a 200 has.
std::string in_words(const std::string& answer, const std::string& request, const std::string& file,
                     const std::string& other);
