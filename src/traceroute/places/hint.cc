#include "traceroute/places/hint.hh"

#include <algorithm>

namespace traceroute {

PlaceGuess choose(const std::vector<Hint>& hints, const std::string& refused,
                  std::string_view home) {
  PlaceGuess guess;
  guess.reason = refused;
  int top = nothing;
  for (const Hint& hint : hints) top = std::max(top, hint.strength);
  const Hint* chosen = nullptr;
  for (const Hint& hint : hints) {
    if (hint.strength == top) chosen = &hint;  // the last is the closest to the domain
  }
  if (!chosen) return guess;
  const auto at_home = [&](const Hint& hint) { return hint.city->country == home; };
  const auto rival = std::ranges::find_if(
      hints, [&](const Hint& hint) { return hint.strength == top && hint.label == chosen->label; });
  const bool settled = at_home(*rival) && !at_home(*chosen);
  if (settled) chosen = &*rival;
  guess.reason = chosen->why;
  bool sure = top >= fair || std::ranges::count(hints, chosen->city, &Hint::city) > 1;
  for (const Hint& hint : hints) {
    if (hint.city == chosen->city || hint.strength < std::min<int>(top, fair)) continue;
    if (hint.strength == top && hint.label == chosen->label && (!settled || at_home(hint))) {
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
