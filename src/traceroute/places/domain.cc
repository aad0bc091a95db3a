#include "traceroute/places/domain.hh"

#include <algorithm>

#include "wire/text.hh"
#include "wire/words.hh"

namespace traceroute {

namespace {

struct Registry {
  std::string_view countries, labels;
};
constexpr Registry registries[] = {
#include "traceroute/places/registries.inc"
};

// Whether names are registered below this label of this country, not right below the country.
bool is_registry(std::string_view label, std::string_view country) {
  return std::ranges::any_of(registries, [&](const Registry& registry) {
    return wire::has_word(registry.countries, country) &&
           (registry.labels == "*" || wire::has_word(registry.labels, label));
  });
}

}  // namespace

std::vector<std::string> labels_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > 253) return {};
  std::vector<std::string> labels(1);
  for (const char c : name) {
    if (c == '.') {
      labels.emplace_back();
    } else if (wire::is_letter(c) || wire::is_digit(c) || c == '-' || c == '_') {
      labels.back() += wire::lower(c);
    } else {
      return {};
    }
  }
  const auto bad = [](const std::string& label) { return label.empty() || label.size() > 63; };
  if (labels.size() < 2 || std::ranges::any_of(labels, bad)) return {};
  // No top-level domain is a number: this is an address.
  if (std::ranges::all_of(labels.back(), wire::is_digit)) return {};
  // "1.2.0.192.in-addr.arpa" is an address, too: the name of the record itself, given as the name.
  if (labels.back() == "arpa") return {};
  return labels;
}

std::size_t domain_labels(const std::vector<std::string>& labels) {
  if (labels.size() < 3) return labels.size();
  return is_registry(labels[labels.size() - 2], labels.back()) ? 3 : 2;
}

std::string registered_domain(std::string_view name) { return registered_domain(labels_of(name)); }

std::string registered_domain(const std::vector<std::string>& labels) {
  std::string domain;
  for (std::size_t i = labels.size() - domain_labels(labels); i < labels.size(); ++i) {
    domain += (domain.empty() ? "" : ".") + labels[i];
  }
  return domain;
}

}  // namespace traceroute
