#include "wire/http/content_type.hh"

#include <algorithm>
#include <array>

#include "wire/http/field.hh"

namespace wire::http {

namespace {

struct Type {
  std::string_view extension, type;
};

// The IANA registry's names; those that Debian's /etc/mime.types has for what is put on the web.
constexpr std::array types = {
    Type{"html", "text/html; charset=utf-8"},
    Type{"htm", "text/html; charset=utf-8"},
    Type{"css", "text/css; charset=utf-8"},
    Type{"js", "text/javascript; charset=utf-8"},
    Type{"mjs", "text/javascript; charset=utf-8"},
    Type{"json", "application/json"},
    Type{"map", "application/json"},
    Type{"webmanifest", "application/manifest+json"},
    Type{"txt", "text/plain; charset=utf-8"},
    Type{"md", "text/markdown; charset=utf-8"},
    Type{"csv", "text/csv; charset=utf-8"},
    Type{"log", "text/plain; charset=utf-8"},
    Type{"c", "text/plain; charset=utf-8"},
    Type{"cc", "text/plain; charset=utf-8"},
    Type{"cpp", "text/plain; charset=utf-8"},
    Type{"h", "text/plain; charset=utf-8"},
    Type{"hh", "text/plain; charset=utf-8"},
    Type{"py", "text/plain; charset=utf-8"},
    Type{"sh", "text/plain; charset=utf-8"},
    Type{"xml", "application/xml"},
    Type{"xhtml", "application/xhtml+xml"},
    Type{"atom", "application/atom+xml"},
    Type{"rss", "application/rss+xml"},
    Type{"png", "image/png"},
    Type{"jpg", "image/jpeg"},
    Type{"jpeg", "image/jpeg"},
    Type{"gif", "image/gif"},
    Type{"svg", "image/svg+xml"},
    Type{"webp", "image/webp"},
    Type{"avif", "image/avif"},
    Type{"ico", "image/vnd.microsoft.icon"},
    Type{"bmp", "image/bmp"},
    Type{"tif", "image/tiff"},
    Type{"tiff", "image/tiff"},
    Type{"mp3", "audio/mpeg"},
    Type{"m4a", "audio/mp4"},
    Type{"ogg", "audio/ogg"},
    Type{"oga", "audio/ogg"},
    Type{"opus", "audio/ogg"},
    Type{"flac", "audio/flac"},
    Type{"wav", "audio/x-wav"},
    Type{"mp4", "video/mp4"},
    Type{"webm", "video/webm"},
    Type{"ogv", "video/ogg"},
    Type{"mov", "video/quicktime"},
    Type{"mkv", "video/x-matroska"},
    Type{"vtt", "text/vtt; charset=utf-8"},
    Type{"woff", "font/woff"},
    Type{"woff2", "font/woff2"},
    Type{"ttf", "font/ttf"},
    Type{"otf", "font/otf"},
    Type{"wasm", "application/wasm"},
    Type{"pdf", "application/pdf"},
    Type{"ps", "application/postscript"},
    Type{"epub", "application/epub+zip"},
    Type{"zip", "application/zip"},
    Type{"gz", "application/gzip"},
    Type{"tgz", "application/gzip"},
    Type{"bz2", "application/x-bzip2"},
    Type{"xz", "application/x-xz"},
    Type{"zst", "application/zstd"},
    Type{"tar", "application/x-tar"},
    Type{"7z", "application/x-7z-compressed"},
    Type{"rtf", "application/rtf"},
};

}  // namespace

std::string_view content_type(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string_view extension = name.substr(dot + 1);
    const auto* const found = std::find_if(types.begin(), types.end(), [extension](Type type) {
      return equal_ignoring_case(type.extension, extension);
    });
    if (found != types.end()) return found->type;
  }
  return "application/octet-stream";
}

}  // namespace wire::http
