#include "traceroute/networks/networks.hh"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <utility>

#include "traceroute/networks/address_class.hh"
#include "traceroute/places/domain.hh"

namespace traceroute {

namespace {

using Kind = Network::Kind;

// What a hop belongs to; hops that stand together and are equal in this are one network.
struct Owner {
  Kind kind = Kind::silent;
  std::string name;
  std::string reason;

  [[nodiscard]] bool same(const Owner& other) const {
    return kind == other.kind && name == other.name;
  }
  // Whether it can take in a neighbour that says nothing of itself.
  [[nodiscard]] bool holds() const { return is_operators(kind) || kind == Kind::home; }
};

// Whether a domain is used inside a house, and registered by nobody: "router.lan".
bool is_local_domain(std::string_view domain) {
  constexpr std::array tops = {"arpa", "box", "corp",  "home",        "internal", "intranet",
                               "ip",   "lan", "local", "localdomain", "localhost"};
  return std::ranges::find(tops, domain.substr(domain.rfind('.') + 1)) != tops.end();
}

class Grouping {
 public:
  explicit Grouping(const PathSummary& path) : path_(path), owners_(path.hops.size()) {}

  Networks networks() {
    for (std::size_t i = 0; i < owners_.size(); ++i) owners_[i] = by_itself(i);
    mark_home();
    mark_shared();
    hold_with_neighbours();
    join_by_prefix();
    close_gaps();
    mark_hidden();
    mark_loops();
    return gathered();
  }

 private:
  [[nodiscard]] Owner by_itself(std::size_t at) const {
    const PathHop& hop = path_.hops[at];
    if (hop.responders.empty()) return {Kind::silent, "", "no answer"};
    const NamedAddress& first = hop.responders.front();
    const AddressClass kind = address_class(first.address);
    for (const NamedAddress& responder : hop.responders) {
      const std::string domain = registered_domain(responder.name);
      if (domain.empty()) continue;
      // The box at home answers to a name of two words that its maker chose: "fritz.box",
      // "ntt.setup".
      const bool names_a_box = hop.ttl == 1 && domain.size() == responder.name.size();
      if (kind == AddressClass::home && (names_a_box || is_local_domain(domain))) continue;
      return {Kind::named, domain, "registered domain of " + responder.name};
    }
    if (kind == AddressClass::home) {
      return {Kind::inside, "", first.address + " is a private address"};
    }
    if (kind == AddressClass::shared) {
      return {Kind::shared, "", first.address + " is shared address space (RFC 6598)"};
    }
    if (!first.as.empty()) return {Kind::numbered, first.as, first.address + " is of " + first.as};
    return {Kind::unnamed, "", "nothing is known of " + first.address};
  }

  [[nodiscard]] const std::string& address(std::size_t hop) const {
    return path_.hops[hop].responders.front().address;
  }
  [[nodiscard]] bool silent(std::size_t hop) const { return path_.hops[hop].responders.empty(); }
  [[nodiscard]] std::size_t router_count() const {
    return owners_.size() - (path_.reached ? 1 : 0);
  }
  // Whether a hop without a name goes with a neighbour, and why.
  [[nodiscard]] bool agree(std::size_t hop, std::size_t neighbour, std::string& why) const {
    const Owner& owner = owners_[neighbour];
    if (!is_operators(owner.kind)) return false;
    const std::string& as = path_.hops[hop].responders.front().as;
    const std::string& other_as = path_.hops[neighbour].responders.front().as;
    if (!as.empty() && !other_as.empty()) {
      why = "of " + as + ", as its neighbour " + address(neighbour);
      return as == other_as;
    }
    why = "of the same prefix as its neighbour " + address(neighbour);
    return prefix_agrees(address(hop), address(neighbour));
  }

  // Private hops before all others are home; so is a first hop of our own prefix. Not those that
  // only come first because hops before them were not asked (-f).
  void mark_home() {
    for (std::size_t i = 0; i < router_count() && path_.hops.front().ttl == 1; ++i) {
      if (silent(i)) continue;
      const int own = address(i).find(':') == std::string::npos ? 24 : 48;
      const bool beside_us = i == 0 && common_prefix(address(i), path_.source) >= own;
      if (owners_[i].kind != Kind::inside && !beside_us) return;
      if (beside_us) owners_[i].reason = address(i) + " is of our own prefix";
      owners_[i].kind = Kind::home;
      owners_[i].name.clear();
    }
  }

  // Shared addresses lie before a carrier's translator on the way out of home only; clouds use
  // them, too.
  void mark_shared() {
    bool outside = !path_.hops.empty() && path_.hops.front().ttl > 1;
    for (Owner& owner : owners_) {
      outside = outside || is_operators(owner.kind);
      if (outside && owner.kind == Kind::shared) owner.kind = Kind::inside;
    }
  }

  void hold_with_neighbours() {
    const auto is_open = [&](std::size_t hop) {
      return owners_[hop].kind == Kind::unnamed || owners_[hop].kind == Kind::numbered;
    };
    const auto take = [&](std::size_t hop, std::size_t neighbour) {
      std::string why;
      if (!is_open(hop) || !agree(hop, neighbour, why)) return;
      if (is_open(neighbour) && owners_[neighbour].name.empty()) return;  // not yet known itself
      if (owners_[hop].name.empty() || owners_[neighbour].kind == Kind::named) {
        owners_[hop] = {owners_[neighbour].kind, owners_[neighbour].name, why};
      }
    };
    // With any hop of the nearest network on either side, however many that say nothing lie
    // between.
    const std::vector<Owner> by_themselves = owners_;
    for (std::size_t hop = 0; hop < owners_.size(); ++hop) {
      if (silent(hop)) continue;
      for (const bool forward : {false, true}) {
        const Owner* nearest = nullptr;
        for (std::size_t i = hop; forward ? ++i < owners_.size() : i-- > 0;) {
          const Owner& owner = by_themselves[i];
          if (owner.kind != Kind::named) continue;
          if (nearest && !nearest->same(owner)) break;
          nearest = &owner;
          take(hop, i);
        }
      }
    }
    // From the front, then from the back: an answer carries on through hops that are all unnamed.
    for (const bool forward : {true, false}) {
      std::size_t before = owners_.size();
      for (std::size_t n = 0; n < owners_.size(); ++n) {
        const std::size_t i = forward ? n : owners_.size() - 1 - n;
        if (silent(i)) continue;
        if (before < owners_.size()) take(i, before);
        before = i;
      }
    }
  }

  // Those that still belong to nobody stand together by their prefix.
  void join_by_prefix() {
    std::size_t before = owners_.size();
    for (std::size_t i = 0; i < owners_.size(); ++i) {
      if (silent(i)) continue;
      if (owners_[i].kind == Kind::unnamed && owners_[i].name.empty()) {
        const bool joins = before < owners_.size() && owners_[before].kind == Kind::unnamed &&
                           prefix_agrees(address(i), address(before));
        owners_[i].name = joins ? owners_[before].name : address(i);
      }
      before = i;
    }
  }

  // What stands on both sides of silent, unnamed or private hops holds them too.
  void close_gaps() {
    const auto fill = [&](std::initializer_list<Kind> open) {
      std::size_t before = owners_.size();
      for (std::size_t i = 0; i < owners_.size(); ++i) {
        if (std::ranges::find(open, owners_[i].kind) != open.end()) continue;
        if (before < i && owners_[before].holds() && owners_[before].same(owners_[i])) {
          for (std::size_t gap = before + 1; gap < i; ++gap) {
            owners_[gap] = owners_[i];
            owners_[gap].reason = "stands between two hops of it";
          }
        }
        before = i;
      }
    };
    fill({Kind::silent, Kind::unnamed, Kind::inside});
    fill({Kind::silent});
  }

  // A translator may answer for all that lies behind it, in its own name or in the destination's.
  void mark_hidden() {
    for (std::size_t i = 0; i < router_count();) {
      std::size_t end = i + 1;
      std::size_t answers = silent(i) ? 0 : 1;
      for (std::size_t next = end; answers > 0 && next < router_count(); ++next) {
        if (silent(next)) continue;
        if (address(next) != address(i)) break;
        ++answers;
        end = next + 1;
      }
      const bool destination = answers > 0 && address(i) == path_.destination;
      if (destination || answers > 2) {
        for (std::size_t hop = i; hop < end; ++hop) {
          owners_[hop] = {Kind::hidden, address(i),
                          address(i) + (destination ? " is the destination's address"
                                                    : " answers for several hops in a row")};
        }
      }
      i = end;
    }
  }

  // An address that comes back after another one, more than once or with no end of the path after
  // it: a routing loop.
  void mark_loops() {
    struct Seen {
      std::size_t first, last;
      int returns = 0;
    };
    std::map<std::string, Seen> seen;
    for (std::size_t i = 0; i < router_count(); ++i) {
      if (silent(i) || owners_[i].kind == Kind::hidden) continue;
      const auto [entry, fresh] = seen.try_emplace(address(i), Seen{i, i});
      if (fresh) continue;
      std::size_t before = i - 1;
      while (before > 0 && silent(before)) --before;
      if (address(before) != address(i)) ++entry->second.returns;
      entry->second.last = i;
    }
    for (const auto& [looping, where] : seen) {
      if (where.returns < (path_.reached ? 2 : 1)) continue;
      for (std::size_t hop = where.first; hop <= where.last; ++hop) {
        owners_[hop] = {Kind::loop, "", looping + " answers again further on"};
      }
    }
  }

  Networks gathered() const {
    Networks result;
    for (const Owner& owner : owners_) result.reasons.push_back(owner.reason);
    for (std::size_t i = 0; i < router_count(); ++i) {
      const bool begins = i == 0 || !owners_[i].same(owners_[i - 1]);
      if (begins) result.networks.push_back({owners_[i].kind, owners_[i].name, "", i, i, 0});
      Network& network = result.networks.back();
      network.last = i;
      if (silent(i)) {
        ++network.silent_hops;
      } else if (network.as.empty()) {
        network.as = path_.hops[i].responders.front().as;
      }
    }
    return result;
  }

  const PathSummary& path_;
  std::vector<Owner> owners_;
};

}  // namespace

std::string_view title_of(Network::Kind kind) {
  constexpr std::pair<Kind, std::string_view> titles[] = {
      {Kind::home, "home or local network"},
      {Kind::inside, "private addresses, of whom is not known"},
      {Kind::shared, "the carrier's address translator"},
      {Kind::silent, "no answer"},
      {Kind::hidden, "hidden: one address answers for all"},
      {Kind::loop, "a loop: the packets go round"}};
  for (const auto& [titled, title] : titles) {
    if (titled == kind) return title;
  }
  return "";  // an operator's
}

Networks networks_of(const PathSummary& path) { return Grouping(path).networks(); }

}  // namespace traceroute
