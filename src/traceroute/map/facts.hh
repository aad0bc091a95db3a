// What a map is drawn of: the networks, the places and the ways between them, of one path or of
// many.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "traceroute/networks/locations.hh"
#include "traceroute/places/cities.hh"

namespace traceroute {

// The least and the largest of some times, in ms.
struct Times {
  double min = 0, max = 0;
};

class MapFacts {
 public:
  // What is known of a place, in all of the paths or in one network.
  struct Place {
    const City* city = nullptr;
    bool sure = false;        // more than a weak hint, in at least one path
    std::set<int> hops;       // their numbers; of use with one path only
    double rtt = 0;           // the least
    std::size_t network = 0;  // the first one that is there
    bool destination = false;
    std::size_t hops_there = 1;  // in all paths
  };
  struct Carrier {
    std::string title;        // a stranger's text
    bool is_network = false;  // not home, silence or the like
    std::size_t paths = 0;
    std::set<int> hops;
    std::optional<Times> rtt;  // to its far end
    std::vector<Place> places;
  };
  // From one place to the next; the network is the one at its end.
  struct Way {
    const City* from;
    const City* to;
    std::size_t network;
    bool guessed;                                  // one of its ends is
    auto operator<=>(const Way&) const = default;  // NOLINT(modernize-use-nullptr): it sees a 0
  };
  struct Destination {
    std::string title;    // a stranger's text
    std::string address;  // empty if it is the title
    int hops = 0;
    std::optional<double> rtt;  // nullopt: it did not answer
  };
  struct Unplaced {
    int hop;
    std::string title;
    double rtt;
  };

  std::size_t paths = 0;
  std::vector<Carrier> networks;  // in the order in which they are first met
  std::vector<Place> places;
  std::map<Way, std::size_t> ways;        // and in how many paths
  std::vector<Destination> destinations;  // the first max_listed of them
  // Hops that answer and have no place, each name or address once: the first max_listed of them.
  std::vector<Unplaced> unplaced;
  std::size_t unplaced_count = 0;

  static constexpr std::size_t max_listed = 40;

  void add(const PathSummary& path);

 private:
  void add_networks(const PathSummary& path, const Networks& grouped,
                    std::vector<std::size_t>& network_of_hop);
  void add_places(const PathSummary& path, const std::vector<Location>& locations,
                  const std::vector<std::size_t>& network_of_hop);
  void add_destination(const PathSummary& path);

  std::map<std::string, std::size_t> index_;  // of the networks, by their titles
  std::set<std::string> unplaced_titles_;
};

constexpr std::size_t no_network = static_cast<std::size_t>(-1);  // the destination's own

}  // namespace traceroute
