#include "traceroute/watch/quantiles.hh"

#include <algorithm>
#include <cmath>

namespace traceroute::watch {

namespace {

constexpr double growth = 1.04;
constexpr double shortest = 1e3;  // in nanoseconds
constexpr double longest = 1e11;

std::size_t class_of(Time rtt) {
  const double time = std::clamp(static_cast<double>(rtt.count()), shortest, longest);
  return static_cast<std::size_t>(std::log(time / shortest) / std::log(growth));
}

// Its middle, by the ratio to both ends.
Time middle(std::size_t number) {
  return Time(
      static_cast<Time::rep>(shortest * std::pow(growth, static_cast<double>(number) + 0.5)));
}

}  // namespace

void Quantiles::add(Time rtt) {
  const std::size_t number = class_of(rtt);
  if (classes_.size() <= number) classes_.resize(number + 1);
  ++classes_[number];
  ++count_;
}

Time Quantiles::at(double share) const {
  const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1));
  std::uint64_t before = 0;
  for (std::size_t number = 0; count_ > 0 && number < classes_.size(); ++number) {
    before += classes_[number];
    if (before > wanted) return middle(number);
  }
  return Time::zero();
}

}  // namespace traceroute::watch
