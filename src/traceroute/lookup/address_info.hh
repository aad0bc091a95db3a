// What is known of addresses, names and origins: looked up as soon as an address is heard of, and
// shared by all that is printed.
#pragma once

#include <array>

#include "traceroute/lookup/lookup_cache.hh"
#include "traceroute/report/hop_text.hh"

namespace traceroute {

class AddressInfo {
 public:
  // What the style does not ask for is not looked up.
  explicit AddressInfo(Style style);
  AddressInfo(const AddressInfo&) = delete;
  AddressInfo& operator=(const AddressInfo&) = delete;

  // An address will be printed: begins to look up what is to be shown about it.
  void expect(const net::Address& address);
  // Whether all is known that is to be shown about it, or has been waited for long enough.
  bool knows(const net::Address& address);
  // The same of all that a hop's line shows.
  bool is_ready(const Hop& hop);

  // The style with what is known here; valid as long as this is.
  [[nodiscard]] const Style& style() const { return style_; }

  // Whether anything has become known, or has been waited for long enough, since the last call.
  bool has_news();
  // There may be when one of these is readable, or at the deadline.
  [[nodiscard]] std::array<int, 2> fds() const { return {names_.fd(), origins_.fd()}; }
  [[nodiscard]] net::Deadline deadline();

 private:
  Style style_;
  LookupCache names_;
  LookupCache origins_;
  net::Deadline deadline_;  // as it was returned last
};

}  // namespace traceroute
