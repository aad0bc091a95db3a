// Packets that wait for their time, and the waiting for it.
#pragma once

#include <queue>
#include <span>

#include "simnet/truth.hh"

namespace simnet {

struct Clocks {
  Span real{};
  Span monotonic{};
};
// Both clocks at one moment.
Clocks read_clocks();
Span monotonic_now();

// What is to be done at `due`, on the monotonic clock; equal times keep the order of coming.
struct Departure {
  Span due{};
  std::uint64_t order = 0;
  std::size_t interface = 0;  // where the packet is written
  Packet packet;
  Event event;
};

class Schedule {
 public:
  void add(Departure departure);
  // How long until the first is due, never negative; for ever when there is none.
  [[nodiscard]] Span left() const;
  // The first, which must be there.
  Departure take();

 private:
  struct Later {
    bool operator()(const Departure& a, const Departure& b) const {
      return a.due != b.due ? a.due > b.due : a.order > b.order;
    }
  };
  std::priority_queue<Departure, std::vector<Departure>, Later> queue_;
  std::uint64_t count_ = 0;
};

// Sleeps until a descriptor is readable or shortly before the first is due; the rest is for the
// caller to spend awake, since a sleeper wakes up late by some ten microseconds.
void wait_for(std::span<const int> descriptors, const Schedule& schedule);

}  // namespace simnet
