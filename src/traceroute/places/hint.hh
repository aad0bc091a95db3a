// What single words of a name say, and which of them counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "traceroute/places/place.hh"

namespace traceroute {

// How much a hint proves.
enum Strength { nothing = 0, weak = 1, fair = 2, strong = 3, certain = 4 };

struct Hint {
  const City* city = nullptr;
  int strength = nothing;
  std::size_t label = 0;  // counted from the left
  std::string why;
};

// The strongest hint counts, of equal ones the last, which is the closest to the domain; in one
// label equal ones that disagree show nothing, unless the first of them alone lies in the country
// `home` of the domain: "mex-roma" is a site in Mexico City. `refused` is why a hint did not become
// one.
PlaceGuess choose(const std::vector<Hint>& hints, const std::string& refused,
                  std::string_view home);

}  // namespace traceroute
