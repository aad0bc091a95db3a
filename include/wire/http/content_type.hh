// What kind of content a file's name promises.
#pragma once

#include <string_view>

namespace wire::http {

// The media type for the part of a name after its last dot, whatever its case; texts are taken to
// be UTF-8. "application/octet-stream" for a name that tells nothing.
std::string_view content_type(std::string_view name);

}  // namespace wire::http
