#include "traceroute/networks/domain.hh"

#include <algorithm>
#include <array>

namespace traceroute {

namespace {

// What registries put below the label of almost any country.
constexpr std::array registry_words = {"ac",  "ad",   "co",  "com", "edu", "go", "gob", "gouv",
                                       "gov", "govt", "mil", "ne",  "net", "or", "org"};
// And below that of one.
constexpr std::array registries = {
    "asn.au",  "id.au",   "gen.nz",    "geek.nz", "ltd.uk",    "me.uk",   "nhs.uk",   "plc.uk",
    "sch.uk",  "ed.jp",   "gr.jp",     "lg.jp",   "nic.in",    "res.in",  "ernet.in", "web.id",
    "my.id",   "sch.id",  "web.za",    "nom.br",  "ind.br",    "gub.uy",  "info.pl",  "biz.pl",
    "waw.pl",  "gda.pl",  "krakow.pl", "lodz.pl", "poznan.pl", "wroc.pl", "msk.ru",   "spb.ru",
    "kiev.ua", "lviv.ua", "in.ua",     "pp.ru",   "bbs.tr",    "web.tr",  "gen.tr"};
// Here two letters below are a state, and names are registered in it ("ci.seattle.wa.us").
constexpr std::array federal = {"us", "ca"};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<std::string> labels_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > 253) return {};
  std::vector<std::string> labels(1);
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '.') {
      labels.emplace_back();
    } else if (is_letter(c) || is_digit(c) || c == '-' || c == '_') {
      labels.back() += c;
    } else {
      return {};
    }
  }
  const auto bad = [](const std::string& label) { return label.empty() || label.size() > 63; };
  if (labels.size() < 2 || std::ranges::any_of(labels, bad)) return {};
  // No top-level domain is a number: this is an address.
  if (std::ranges::all_of(labels.back(), is_digit)) return {};
  return labels;
}

std::size_t domain_labels(const std::vector<std::string>& labels) {
  if (labels.size() < 3) return labels.size();
  const std::string& top = labels.back();
  const std::string& second = labels[labels.size() - 2];
  if (top.size() != 2) return 2;
  const auto has = [](const auto& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
  };
  const bool state = has(federal, top) && second.size() == 2;
  return state || has(registry_words, second) || has(registries, second + '.' + top) ? 3 : 2;
}

std::string registered_domain(std::string_view name) {
  const std::vector<std::string> labels = labels_of(name);
  std::string domain;
  for (std::size_t i = labels.size() - domain_labels(labels); i < labels.size(); ++i) {
    domain += (domain.empty() ? "" : ".") + labels[i];
  }
  return domain;
}

}  // namespace traceroute
