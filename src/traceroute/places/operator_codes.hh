// What one operator writes into its routers' names: codes that say nothing, or something else,
// elsewhere.
#pragma once

#include <span>
#include <string_view>

#include "traceroute/places/cities.hh"

namespace traceroute {

// The city that a code means at the operator with this registered domain; nullptr if none.
const City* operator_code(std::string_view domain, std::string_view code);

// Whether this operator names its sites by IATA codes and a number ("lim1", "mil01"): a code that
// is also a word is then no word.
bool uses_airport_codes(std::string_view domain);

// One row of the table: domains with a space between, and "code City, code City". A '*' at either
// end of a code stands for any letters, a '?' for one. Of cities of one name the first one of the
// table is meant.
struct OperatorCodes {
  std::string_view domains;
  std::string_view codes;
};

std::span<const OperatorCodes> operator_codes();

}  // namespace traceroute
