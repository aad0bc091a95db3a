#include "wire/http/content_type.hh"

#include <algorithm>
#include <string>

#include "wire/text.hh"

namespace wire::http {

namespace {

struct Type {
  std::string_view extension, type;
};

constexpr Type types[] = {
#include "wire/http/content_types.inc"
};

}  // namespace

std::string_view content_type(std::string_view name) {
  static_assert(std::ranges::is_sorted(types, {}, &Type::extension));
  const auto dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string extension = lower(name.substr(dot + 1));
    const auto found =
        std::ranges::lower_bound(types, std::string_view(extension), {}, &Type::extension);
    if (found != std::ranges::end(types) && found->extension == extension) return found->type;
  }
  return "application/octet-stream";
}

}  // namespace wire::http
