#include "wire/http/coding.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace wire::http {

namespace {

// Some servers, Django's own among them, say "gzip", or "x-gzip", of a file that is asked for as
// compressed: "/a.tar.gz".
bool names_coding(std::string_view target, std::string_view coding) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"gzip", ".gz"},   {"gzip", ".tgz"},   {"gzip", ".svgz"}, {"compress", ".Z"},
      {"bzip2", ".bz2"}, {"bzip2", ".tbz2"}, {"br", ".br"},     {"xz", ".xz"},
      {"xz", ".txz"},    {"zstd", ".zst"}};
  const std::string_view path = target.substr(0, target.find('?'));
  if (begins_ignoring_case(coding, "x-")) coding.remove_prefix(2);
  for (const auto& [name, suffix] : names) {
    if (!equal_ignoring_case(coding, name)) continue;
    const std::size_t begin = path.size() - std::min(path.size(), suffix.size());
    if (equal_ignoring_case(path.substr(begin), suffix)) return true;
  }
  return false;
}

}  // namespace

bool is_no_coding(std::string_view coding) {
  constexpr std::array<std::string_view, 6> names = {"identity", "none", "binary",
                                                     "7bit",     "8bit", "aws-chunked"};
  constexpr std::array<std::string_view, 4> charsets = {"utf", "iso-8859-", "windows-", "us-ascii"};
  return std::ranges::any_of(names, [&](auto name) { return equal_ignoring_case(coding, name); }) ||
         std::ranges::any_of(charsets,
                             [&](auto name) { return begins_ignoring_case(coding, name); });
}

std::optional<std::string_view> unasked_coding(const Fields& fields, std::string_view target) {
  bool named = false;
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, "Content-Encoding")) continue;
    std::string_view rest = field.value;
    while (const auto coding = take_element(rest)) {
      if (is_no_coding(*coding)) continue;
      if (named || !names_coding(target, *coding)) return coding;
      named = true;
    }
  }
  return std::nullopt;
}

}  // namespace wire::http
