// What one operator writes into its routers' names: codes that say nothing, or something else,
// elsewhere.
#include "traceroute/places/cities.hh"
#include "wire/words.hh"

namespace traceroute {

namespace {

// Domains with a space between, and "code City, code City". A '*' at either end of a code stands
// for any letters, a '?' for one. Of cities of one name the first one of the table is meant.
struct OperatorCodes {
  std::string_view domains, codes;
};
constexpr OperatorCodes table[] = {
#include "traceroute/places/operator_codes.inc"
};

// Operators of many sites, all named alike in public traces.
constexpr std::string_view airport_domains =
    "1e100.net above.net alter.net anexia-it.net as38195.net as7195.net asianetcom.net cdn77.com "
    "choopa.net cogentco.com colt.net constant.com facebook.com flagtel.com gblx.net "
    "globalsecurelayer.com gtt.net "
    "he.net "
    "interoute.net leaseweb.net llnw.net m247.com megaport.com networklayer.com nflxvideo.net "
    "nlayer.net on.net pccwbtn.net superloop.com tfbnw.net tinet.net vocus.net vocus.net.au "
    "vocus.network zayo.com";

bool matches(std::string_view pattern, std::string_view word) {
  if (pattern.empty()) return word.empty();
  const std::string_view rest = pattern.substr(1);
  if (pattern.front() == '*' && matches(rest, word)) return true;
  if (word.empty()) return false;
  if (pattern.front() == '*') return matches(pattern, word.substr(1));
  return (pattern.front() == '?' || pattern.front() == word.front()) &&
         matches(rest, word.substr(1));
}

}  // namespace

const City* operator_code(std::string_view domain, std::string_view code) {
  for (const OperatorCodes& row : table) {
    if (!wire::has_word(row.domains, domain)) continue;
    for (std::string_view codes = row.codes; !codes.empty();) {
      std::string_view city = wire::take_word(codes, ", ");
      if (matches(wire::take_word(city), code)) return find_city(city);
    }
  }
  return nullptr;
}

bool uses_airport_codes(std::string_view domain) { return wire::has_word(airport_domains, domain); }

}  // namespace traceroute
