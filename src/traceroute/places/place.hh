// Where a router stands, guessed from what its operator wrote into its name.
#pragma once

#include <string>
#include <string_view>

#include "traceroute/places/cities.hh"

namespace traceroute {

struct PlaceGuess {
  const City* city = nullptr;  // null: the name says nothing, or contradicts itself
  bool sure = false;           // more than one weak hint
  std::string reason;          // in words, for either outcome; empty when nothing was found
};

// The place that the labels left of the registered domain speak of. A town's name or a CLLI
// ("nycmny") is a strong hint, an airport's or an operator's code with a digit behind it, a role
// beside it ("fra-bb1") or its country after it ("lon.uk") a fair one, a bare code a weak one, and
// a code that is also a word needs such a neighbour to count at all. Of equal hints that disagree
// the one closer to the domain counts, as names run from the interface to the region; in one label
// they show nothing. A country or state beside the hint confirms it or makes it void.
PlaceGuess guess_place(std::string_view name);

}  // namespace traceroute
