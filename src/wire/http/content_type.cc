#include "wire/http/content_type.hh"

#include <algorithm>
#include <map>

#include "wire/text.hh"
#include "wire/words.hh"

namespace wire::http {

namespace {

struct Type {
  std::string_view name, extensions;
};
constexpr Type table[] = {
#include "wire/http/content_types.inc"
};
static_assert(std::ranges::is_sorted(table, {}, &Type::name));

using Types = std::map<std::string_view, std::string_view>;

Types by_extension() {
  Types types;
  for (auto [name, extensions] : table) {
    while (!extensions.empty()) types.emplace(take_word(extensions), name);
  }
  return types;
}

}  // namespace

std::string_view content_type(std::string_view name) {
  static const Types types = by_extension();
  if (const auto dot = name.rfind('.'); dot != std::string_view::npos) {
    const auto found = types.find(lower(name.substr(dot + 1)));
    if (found != types.end()) return found->second;
  }
  return "application/octet-stream";
}

}  // namespace wire::http
