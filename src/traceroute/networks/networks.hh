// The hops of a path, gathered into the networks that carry it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "traceroute/networks/path_summary.hh"

namespace traceroute {

struct Network {
  enum class Kind {
    home,      // private addresses, or our own prefix, before all others
    inside,    // private or shared addresses further on
    shared,    // the carrier's address translator, before all operators
    named,     // of one registered domain
    numbered,  // without a name, of one AS
    unnamed,   // of one prefix, and nothing more is known
    silent,    // no answer
    hidden,    // one address answers in place of several hops
    loop,      // the packets go round
  };
  Kind kind = Kind::silent;
  std::string name;       // the registered domain, the AS, or the first hop's address
  std::string as;         // "AS64500", or empty
  std::size_t first = 0;  // indices into the path's hops, the destination's not among them
  std::size_t last = 0;
  int silent_hops = 0;

  [[nodiscard]] std::size_t hops() const { return last - first + 1; }
};

// Whether hops of this kind are of some operator: not at home, silent or the like.
constexpr bool is_operators(Network::Kind kind) {
  using Kind = Network::Kind;
  return kind == Kind::named || kind == Kind::numbered || kind == Kind::unnamed;
}

// What hops that are of no operator are called: "no answer". Empty for an operator's.
std::string_view title_of(Network::Kind kind);

struct Networks {
  std::vector<Network> networks;  // in the order of the path
  // By hop, why it was counted into its network: "registered domain of NAME".
  std::vector<std::string> reasons;
};

// Groups consecutive hops, by the strongest of these that they share: loop, address class,
// registered domain, AS number.
//  - A hop without a name joins the nearest network, before or after it, that has its AS or prefix,
//  or the network on both its sides; so do silent hops.
//  - A private hop with a registered domain belongs to that, as in a lab.
//  - The destination is no hop of a network, but counts as a neighbour.
Networks networks_of(const PathSummary& path);

// What the owner of a well-known domain is called: "twelve99.net" gives "Arelion"; empty for a
// domain that is not in the table, and for one that says its owner's name itself.
std::string_view brand_of(std::string_view domain);

}  // namespace traceroute
