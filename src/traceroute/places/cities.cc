#include "traceroute/places/cities.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include "traceroute/places/sphere.hh"
#include "wire/text.hh"
#include "wire/words.hh"

namespace traceroute {

namespace {

// One text, the fields ended by NUL. An array of City would hold 9,000 pointers, which the dynamic
// linker had to put right at each start of the program, though few starts need a city.
#define CITY(name, country, state, latitude, longitude, codes, cllis, towns) \
  name "\0" country "\0" state "\0" #latitude "\0" #longitude "\0" codes "\0" cllis "\0" towns "\0"
constexpr char text[] =
#include "traceroute/places/cities_europe.inc"

#include "traceroute/places/cities_america.inc"

#include "traceroute/places/cities_asia_africa.inc"

#include "traceroute/places/towns_europe.inc"

#include "traceroute/places/towns_america.inc"

#include "traceroute/places/towns_asia_africa.inc"
    ;
#undef CITY

std::vector<City> read_cities() {
  std::vector<City> all;
  const char* next = text;
  const auto field = [&next] {
    const std::string_view whole = next;
    next += whole.size() + 1;
    return whole;
  };
  const auto degrees = [&field] { return std::stod(std::string(field())); };
  // The elements of a braced list are read from left to right.
  while (next != std::end(text) - 1) {
    all.push_back({field(), field(), field(), degrees(), degrees(), field(), field(), field()});
  }
  return all;
}

// "San Jose" is written "sanjose" in a name.
std::string plain(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (wire::is_letter(c)) letters += wire::lower(c);
  }
  return letters;
}

using Index = std::multimap<std::string, Meaning, std::less<>>;

// Adds the words of a city, each once: its name may be listed again with a mark.
void add(Index& index, std::string_view words, const City& city) {
  while (!words.empty()) {
    std::string_view word = wire::take_word(words);
    const bool ambiguous = word.ends_with('?');
    const bool at_home_only = word.ends_with('@');
    if (ambiguous || at_home_only) word.remove_suffix(1);
    const auto [first, last] = index.equal_range(word);
    const bool known =
        std::any_of(first, last, [&](const auto& entry) { return entry.second.city == &city; });
    if (!known) index.emplace(word, Meaning{&city, ambiguous, at_home_only});
  }
}

std::array<Index, 3> build() {
  std::array<Index, 3> indexes;
  auto& [codes, cllis, towns] = indexes;
  for (const City& city : cities()) {
    add(codes, city.codes, city);
    add(cllis, city.cllis, city);
    add(towns, city.towns, city);
    add(towns, plain(city.name), city);
  }
  return indexes;
}

const Index& index_of(Spelling spelling) {
  static const std::array<Index, 3> indexes = build();
  return indexes[static_cast<std::size_t>(spelling)];
}

// "lincoln" gives "lncln": the first letter and the consonants.
std::string skeleton(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (letters.empty() || std::string_view("aeiou").find(c) == std::string_view::npos) {
      letters += c;
    }
  }
  return letters;
}

}  // namespace

std::span<const City> cities() {
  static const std::vector<City> all = read_cities();
  return all;
}

std::vector<Meaning> abbreviated(std::string_view letters, std::string_view state) {
  std::vector<Meaning> found;
  for (const City& city : cities()) {
    if (city.country != "us" || city.state != state) continue;
    const std::string name = plain(city.name);
    if (name.starts_with(letters) || skeleton(name).starts_with(letters)) {
      found.push_back({&city, false, false});
    }
  }
  if (found.size() > 1) found.clear();
  return found;
}

std::vector<Meaning> by_stem(std::string_view letters) {
  std::vector<Meaning> found;
  if (letters.size() != 4 || letters.find_first_of("aeiou", 1) != std::string_view::npos)
    return found;
  const Index& cllis = index_of(Spelling::clli);
  for (auto entry = cllis.lower_bound(letters);
       entry != cllis.end() && entry->first.starts_with(letters); ++entry) {
    if (found.empty() || found.back().city != entry->second.city) found.push_back(entry->second);
  }
  if (found.size() > 1) found.clear();
  return found;
}

std::vector<Meaning> meanings(Spelling spelling, std::string_view word) {
  const auto [first, last] = index_of(spelling).equal_range(word);
  std::vector<Meaning> found;
  for (auto entry = first; entry != last; ++entry) found.push_back(entry->second);
  return found;
}

const City* find_city(std::string_view name) {
  const auto all = cities();
  const auto city = std::ranges::find(all, name, &City::name);
  return city == all.end() ? nullptr : &*city;
}

bool is_region(std::string_view word) {
  static const std::set<std::string_view> regions = [] {
    std::set<std::string_view> all{"gb", "usa"};
    for (const City& city : cities()) all.insert({city.country, city.state});
    all.erase("");
    return all;
  }();
  return regions.contains(word);
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
  const auto cosine = [](double degrees) { return std::cos(in_radians(degrees)); };
  const double across = 1 - cosine(to.latitude - from.latitude);
  const double along = 1 - cosine(to.longitude - from.longitude);
  const double haversine = (across + cosine(from.latitude) * cosine(to.latitude) * along) / 2;
  return 4 * earth_radius * earth_radius * haversine > kilometres * kilometres;
}

}  // namespace traceroute
