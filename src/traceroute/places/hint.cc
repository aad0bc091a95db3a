#include "traceroute/places/hint.hh"

#include <algorithm>

namespace traceroute {

PlaceGuess choose(const std::vector<Hint>& hints, const std::string& refused) {
  PlaceGuess guess;
  guess.reason = refused;
  int top = nothing;
  for (const Hint& hint : hints) top = std::max(top, hint.strength);
  const Hint* chosen = nullptr;
  for (const Hint& hint : hints) {
    if (hint.strength == top) chosen = &hint;  // the last is the closest to the domain
  }
  if (!chosen) return guess;
  guess.reason = chosen->why;
  bool sure = top >= fair || std::ranges::count(hints, chosen->city, &Hint::city) > 1;
  for (const Hint& hint : hints) {
    if (hint.city == chosen->city || hint.strength < std::min<int>(top, fair)) continue;
    if (hint.strength == top && hint.label == chosen->label) {
      guess.reason = hint.why + ", " + chosen->why + ": they contradict each other";
      return guess;
    }
    sure = sure && hint.strength < top;
    guess.reason += "; it weighs more than " + hint.why;
  }
  guess.city = chosen->city;
  guess.sure = sure;
  return guess;
}

}  // namespace traceroute
