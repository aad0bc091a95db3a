#include "traceroute/watch/pairs.hh"

namespace traceroute::watch {

void Pairs::add(std::size_t hop, bool answered) {
  for (std::size_t near = 0; near < hop; ++near) at(near, hop).far.add(answered);
  for (std::size_t far = hop + 1; far < hops_; ++far) at(hop, far).near.add(answered);
}

void Pairs::forget(std::size_t hop) {
  for (std::size_t near = 0; near < hop; ++near) at(near, hop) = {};
  for (std::size_t far = hop + 1; far < hops_; ++far) at(hop, far) = {};
}

}  // namespace traceroute::watch
