// Names of routers, and what is guessed of each.
#pragma once

#include <gtest/gtest.h>

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

inline void expect(std::span<const Case> cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(place(c.name), c.place) << c.name << ": " << guess_place(c.name).reason;
  }
}

}  // namespace traceroute
