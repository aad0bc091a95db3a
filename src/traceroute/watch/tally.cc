#include "traceroute/watch/tally.hh"

#include <algorithm>
#include <cmath>

namespace traceroute::watch {

namespace {

constexpr double z95 = 1.959964;

// One bound, for a share of losses; the other one is that of the share of answers.
double lower_bound(double share, double count) {
  if (share <= 0) return 0;
  const double square = z95 * z95;
  const double root = std::sqrt(square - 2 - 1 / count + 4 * share * (count * (1 - share) + 1));
  const double low = (2 * count * share + square - 1 - z95 * root) / (2 * (count + square));
  return std::clamp(low, 0.0, 1.0);
}

}  // namespace

Interval interval_of(const Tally& tally) {
  if (tally.asked == 0) return {};
  const auto count = static_cast<double>(tally.asked);
  return {lower_bound(tally.share(), count), 1 - lower_bound(1 - tally.share(), count)};
}

bool exceeds(const Tally& first, const Tally& second) {
  constexpr double deviations = 4;
  constexpr std::uint64_t few = 3;  // losses that may have one cause
  if (first.lost < few || second.asked == 0) return false;
  Tally both = first;
  both.add(second);
  const double share = both.share();
  const double error =
      std::sqrt(share * (1 - share) *
                (1 / static_cast<double>(first.asked) + 1 / static_cast<double>(second.asked)));
  return first.share() - second.share() > deviations * error;
}

}  // namespace traceroute::watch
