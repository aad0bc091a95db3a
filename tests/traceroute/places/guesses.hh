// Names of routers, and what is guessed of each.
#pragma once

#include <span>
#include <string>

#include "traceroute/places/place.hh"

namespace traceroute {

// "Paris fr", "Seattle us?" for an unsure guess, "" for none.
inline std::string place(const std::string& name) {
  const PlaceGuess guess = guess_place(name);
  if (!guess.city) return "";
  return std::string(guess.city->name) + ' ' + std::string(guess.city->country) +
         (guess.sure ? "" : "?");
}

struct Case {
  const char* name;
  const char* place;
};

// The cases that are guessed otherwise, a line each; empty when none is.
inline std::string wrong_guesses(std::span<const Case> cases) {
  std::string lines;
  for (const Case& c : cases) {
    const std::string seen = place(c.name);
    if (seen == c.place) continue;
    lines += std::string(c.name) + ": \"" + seen + "\", not \"" + c.place + "\": ";
    lines += guess_place(c.name).reason + '\n';
  }
  return lines;
}

}  // namespace traceroute
