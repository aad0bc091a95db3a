// The lines of one trace: in order, and each only when all is known that it shows.
#pragma once

#include <deque>

#include "traceroute/lookup/address_info.hh"

namespace traceroute {

class Printer {
 public:
  void add(Hop hop) { hops_.push_back(std::move(hop)); }
  // The lines that are ready by now, each told once.
  std::string ready_lines(AddressInfo& directory);
  // The same, whether they are ready or not.
  std::string all_lines(AddressInfo& directory);
  // Whether all have been told.
  [[nodiscard]] bool empty() const { return hops_.empty(); }

 private:
  std::deque<Hop> hops_;
};

}  // namespace traceroute
