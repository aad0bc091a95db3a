// Prints hops in order, each as soon as all is known that its line shows.
#pragma once

#include <array>
#include <deque>

#include "traceroute/lookups.hh"
#include "traceroute/report.hh"

namespace traceroute {

class Printer {
 public:
  // What the style does not ask for is not looked up.
  explicit Printer(Style style);

  // An address will be printed: begins to look up what is to be shown about it.
  void expect(const net::Address& address);
  // Whether all is known that is to be shown about it, or will not be waited for any longer.
  bool knows(const net::Address& address);
  void add(Hop hop) { hops_.push_back(std::move(hop)); }
  // Prints the hops that are ready.
  void print();

  // The style it prints in, with what it knows of addresses; valid as long as the printer is.
  [[nodiscard]] const Style& style() const { return style_; }

  [[nodiscard]] bool empty() const { return hops_.empty(); }
  // print() is to be called again when one of the descriptors is readable, or at the deadline.
  [[nodiscard]] std::array<int, 2> fds() const { return {names_.fd(), origins_.fd()}; }
  [[nodiscard]] net::Deadline deadline() const;

 private:
  bool is_ready(const Hop& hop);

  Style style_;
  Lookups names_;
  Lookups origins_;
  std::deque<Hop> hops_;
};

}  // namespace traceroute
