#include "traceroute/watch/gaps.hh"

namespace traceroute::watch {

void Distances::step(bool event) {
  ++since_;
  if (!event) return;
  if (begun_) {
    const auto distance = static_cast<double>(since_);
    ++count_;
    const double before = distance - mean_;
    mean_ += before / static_cast<double>(count_);
    squares_ += before * (distance - mean_);
  }
  begun_ = true;
  since_ = 0;
}

double Distances::spread() const {
  const double random = mean_ * mean_ - mean_;
  if (count_ < 2 || random <= 0) return 1;
  return squares_ / static_cast<double>(count_ - 1) / random;
}

void Gaps::add(bool answered) {
  // What was saved up before the first loss says nothing.
  begun_ = begun_ || !answered;
  if (!begun_) return;
  answers_.step(answered);
  losses_.step(!answered);
}

bool Gaps::regular() const {
  constexpr std::uint64_t enough = 8;
  constexpr double small = 0.1;
  return rarer().count() >= enough && rarer().spread() < small;
}

bool Gaps::random() const {
  constexpr double large = 0.25;
  return rarer().count() >= 2 && rarer().spread() > large;
}

}  // namespace traceroute::watch
