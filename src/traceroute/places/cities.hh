// The one table behind every place in the picture: the cities where networks meet, with the codes
// and spellings that operators put into router names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace traceroute {

struct City {
  std::string_view name;
  std::string_view country;  // as in the DNS: "us", "uk"
  std::string_view state;    // of the countries whose operators name it: "ny", "on", "nsw"
  double latitude;           // degrees, north and east positive
  double longitude;
  // Lower case, separated by spaces. A '?' after one says that it is also a word, a role or another
  // town: alone it proves nothing. A '@' says that it is used at home only: it is read where the
  // name or its domain tells the country or the state ("lhr" is Lahore in .pk).
  std::string_view codes;  // IATA's for the airport or the city, and operators' own
  std::string_view cllis;  // six letters, town and state (Telcordia's CLLI, and codes made like it)
  std::string_view towns;  // spellings besides the name itself
};

std::span<const City> cities();

enum class Spelling { code, clli, town };

// A city that a word may stand for.
struct Meaning {
  const City* city;
  bool ambiguous;     // marked '?' in the table
  bool at_home_only;  // marked '@'
};

// Every city that a lower-case word may stand for.
std::vector<Meaning> meanings(Spelling spelling, std::string_view word);

// The city of a state of the United States that four letters abbreviate, as CLLIs do: "mank" and
// "lncl" (the first letters, or the first consonants). Empty if none does, or several do. Words of
// six letters look like that with a country after them: "permit" is not Palermo, Italy.
std::vector<Meaning> abbreviated(std::string_view letters, std::string_view state);

// The city whose CLLI alone begins with these four consonants ("spkn", the first letter may be
// any): no word looks like that. Empty if none does, or several do.
std::vector<Meaning> by_stem(std::string_view letters);

// The city that a code means at the operator with this registered domain; nullptr if none.
const City* operator_code(std::string_view domain, std::string_view code);

// Whether this operator names its sites by IATA codes and a number ("lim1", "mil01"): a code that
// is also a word is then no word.
bool uses_airport_codes(std::string_view domain);

// The first city of the table with this name; null when there is none.
const City* find_city(std::string_view name);

// Whether a word is a country or a state of the table.
bool is_region(std::string_view word);

// Whether a city lies in the country or the state that a word names ("ca" is both).
bool lies_in(const City& city, std::string_view region);

// "Madrid, ES", "San Jose, CA, US".
std::string display_name(const City& city);

// Whether the straight line between two cities, through the earth, is longer than that: the way
// along it is never shorter.
bool farther_apart(const City& from, const City& to, double kilometres);

}  // namespace traceroute
