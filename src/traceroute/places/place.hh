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

// The place named by the labels left of the registered domain. Hints, by strength:
//   strong  a town's name, or a CLLI ("nycmny")
//   fair    a code with a digit after it, a role beside it ("fra-bb1") or its country after it
//           ("lon.uk"); codes are those of airports and of the operator
//   weak    a bare code; none if the code is also a word
// A word of two halves ("usnyc3", "denvcr5", "aus2tx") counts only in forms that hardly any word of
// English, German, French and Spanish has.
// Of equal hints that disagree the one closer to the domain counts, since names run from the
// interface to the region; within one label they show nothing. A country or state beside the hint
// confirms it or makes it void.
PlaceGuess guess_place(std::string_view name);

}  // namespace traceroute
