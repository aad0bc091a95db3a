// Whether losses come as regularly as those of a router that limits its answers, or at random.
#pragma once

#include <cstdint>

namespace traceroute::watch {

// The distances between events, as a running mean and variance (Welford).
class Distances {
 public:
  void step(bool event);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  // The variance, as a share of the one that random events of this frequency have (the geometric
  // distribution's). 1 where such events leave no room for a variance.
  [[nodiscard]] double spread() const;

 private:
  std::uint64_t since_ = 0;  // probes since the last event
  bool begun_ = false;
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

// A router that answers by a bound answers each n-th probe, once what it had saved up is spent:
//   answered answered . . . answered . . . answered . . . answered
class Gaps {
 public:
  void add(bool answered);
  // Enough distances, all but equal.
  [[nodiscard]] bool regular() const;
  // Not those of a bound.
  [[nodiscard]] bool random() const;

 private:
  // The rarer of both shows more.
  [[nodiscard]] const Distances& rarer() const {
    return answers_.count() < losses_.count() ? answers_ : losses_;
  }
  bool begun_ = false;
  Distances answers_;
  Distances losses_;
};

}  // namespace traceroute::watch
