// What one operator writes into its routers' names: codes that say nothing, or something else,
// elsewhere.
#pragma once

#include <string_view>

#include "traceroute/places/cities.hh"

namespace traceroute {

// The city that a code means at the operator with this registered domain; nullptr if none.
const City* operator_code(std::string_view domain, std::string_view code);

// Whether this operator names its sites by IATA codes and a number ("lim1", "mil01"): a code that
// is also a word is then no word.
bool uses_airport_codes(std::string_view domain);

}  // namespace traceroute
