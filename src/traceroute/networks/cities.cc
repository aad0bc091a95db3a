#include "traceroute/networks/cities.hh"

#include <array>
#include <map>
#include <numbers>
#include <string>

namespace traceroute {

namespace {

constexpr City table[] = {
#include "traceroute/networks/cities_table.inc"
};

// Codes that mean another city, or anything at all, at one operator only.
struct HouseCode {
  std::string_view domain;
  std::string_view code;
  std::string_view city;
  std::string_view country;
};
constexpr HouseCode house_codes[] = {
    // Arelion, before and after it was renamed
    {"twelve99.net", "adm", "Amsterdam", "nl"},
    {"twelve99.net", "cha", "Charlotte", "us"},
    {"twelve99.net", "kie", "Kyiv", "ua"},
    {"twelve99.net", "las", "Los Angeles", "us"},
    {"twelve99.net", "mai", "Miami", "us"},
    {"twelve99.net", "mei", "Marseille", "fr"},
    {"twelve99.net", "oso", "Oslo", "no"},
    {"twelve99.net", "palo", "Palo Alto", "us"},
    {"twelve99.net", "rest", "Reston", "us"},
    {"twelve99.net", "rom", "Rome", "it"},
    {"twelve99.net", "s", "Stockholm", "se"},
    {"twelve99.net", "sjo", "San Jose", "us"},
    {"twelve99.net", "war", "Warsaw", "pl"},
    {"twelve99.net", "win", "Vienna", "at"},
    // Verizon
    {"alter.net", "scl", "Santa Clara", "us"},
    // Liberty Global, Vodafone
    {"aorta.net", "otf", "Zurich", "ch"},
    {"cw.net", "fnt", "Frankfurt", "de"},
    // Deutsche Telekom: number plates
    {"dtag.de", "b", "Berlin", "de"},
    {"dtag.de", "d", "Dusseldorf", "de"},
    {"dtag.de", "f", "Frankfurt", "de"},
    {"dtag.de", "h", "Hannover", "de"},
    {"dtag.de", "hh", "Hamburg", "de"},
    {"dtag.de", "k", "Cologne", "de"},
    {"dtag.de", "l", "Leipzig", "de"},
    {"dtag.de", "m", "Munich", "de"},
    {"dtag.de", "n", "Nuremberg", "de"},
    {"dtag.de", "s", "Stuttgart", "de"},
    // GARR: provinces
    {"garr.net", "bo", "Bologna", "it"},
    {"garr.net", "mi", "Milan", "it"},
    {"garr.net", "rm", "Rome", "it"},
    {"garr.net", "to", "Turin", "it"},
    // Internet2, ESnet
    {"internet2.edu", "eqch", "Chicago", "us"},
    {"internet2.edu", "jack", "Jacksonville", "us"},
    {"internet2.edu", "salt", "Salt Lake City", "us"},
    {"internet2.edu", "wash", "Washington", "us"},
    {"es.net", "wash", "Washington", "us"},
    // NORDUnet
    {"nordu.net", "hex", "London", "uk"},
    {"nordu.net", "hmb", "Hamburg", "de"},
    {"nordu.net", "man", "New York", "us"},
    {"nordu.net", "tug", "Stockholm", "se"},
    {"nordu.net", "uni", "Copenhagen", "dk"},
    // PCCW
    {"pccwbtn.net", "sjo", "San Jose", "us"},
};

// "San Jose" is written "sanjose" in a name.
std::string plain(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters;
}

template <typename Use>
void for_each_word(std::string_view words, Use use) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (!word.empty()) use(word);
  }
}

using Index = std::multimap<std::string, Meaning, std::less<>>;

void add(Index& index, std::string_view words, const City& city) {
  for_each_word(words, [&](std::string_view word) {
    const bool ambiguous = word.ends_with('?');
    index.emplace(word.substr(0, word.size() - (ambiguous ? 1 : 0)), Meaning{&city, ambiguous});
  });
}

std::array<Index, 3> build() {
  std::array<Index, 3> indexes;
  auto& [codes, cllis, towns] = indexes;
  for (const City& city : table) {
    add(codes, city.codes, city);
    add(cllis, city.cllis, city);
    add(towns, city.towns, city);
    const std::string name = plain(city.name);
    const bool listed = (' ' + std::string(city.towns)).find(' ' + name + '?') != std::string::npos;
    if (!listed) add(towns, name, city);
  }
  return indexes;
}

// By its series, exact to a millionth over the full circle and back: for that of <cmath> each start
// of the program would have to load libm.
double cosine(double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  double term = 1;
  double sum = 1;
  for (int i = 2; i <= 40; i += 2) {
    term *= -angle * angle / (i * (i - 1));
    sum += term;
  }
  return sum;
}

}  // namespace

std::span<const City> cities() { return table; }

std::vector<Meaning> meanings(Spelling spelling, std::string_view word) {
  static const std::array<Index, 3> indexes = build();
  const auto [first, last] = indexes[static_cast<std::size_t>(spelling)].equal_range(word);
  std::vector<Meaning> found;
  for (auto entry = first; entry != last; ++entry) found.push_back(entry->second);
  return found;
}

const City* operator_code(std::string_view domain, std::string_view code) {
  if (domain == "telia.net") domain = "twelve99.net";
  for (const HouseCode& house : house_codes) {
    if (house.domain != domain || house.code != code) continue;
    for (const City& city : table) {
      if (city.name == house.city && city.country == house.country) return &city;
    }
  }
  return nullptr;
}

bool is_region(std::string_view word) {
  for (const City& city : table) {
    if (lies_in(city, word)) return true;
  }
  return false;
}

bool lies_in(const City& city, std::string_view region) {
  if (region.empty()) return false;
  if (region == "gb") region = "uk";
  if (region == "usa") region = "us";
  return region == city.country || region == city.state;
}

std::string display_name(const City& city) {
  std::string name(city.name);
  for (const std::string_view region : {city.state, city.country}) {
    if (!region.empty()) name += ", ";
    for (const char c : region) name += static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

bool farther_apart(const City& from, const City& to, double kilometres) {
  constexpr double earth_radius = 6371;
  const double across = 1 - cosine(to.latitude - from.latitude);
  const double along = 1 - cosine(to.longitude - from.longitude);
  const double haversine = (across + cosine(from.latitude) * cosine(to.latitude) * along) / 2;
  return 4 * earth_radius * earth_radius * haversine > kilometres * kilometres;
}

}  // namespace traceroute
