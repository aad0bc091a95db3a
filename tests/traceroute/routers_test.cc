// The name rules against real routers. A list of one's own, of the same columns, is scored with
//   SOCKHOP_ROUTERS=list.tsv build/tests/routers_test
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "traceroute/networks/domain.hh"
#include "traceroute/networks/place.hh"

namespace traceroute {
namespace {

struct Router {
  std::string name, network, place;  // place: "San Jose|Santa Clara", "-" when none can be told
};

std::vector<Router> read_routers() {
  const char* own = std::getenv("SOCKHOP_ROUTERS");
  std::ifstream file(own ? own : SOCKHOP_SOURCE_DIR "/tests/traceroute/routers.tsv");
  std::vector<Router> routers;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#') || line.empty()) continue;
    std::istringstream columns(line);
    Router router;
    std::getline(columns, router.name, '\t');
    std::getline(columns, router.network, '\t');
    std::getline(columns, router.place, '\t');
    routers.push_back(router);
  }
  return routers;
}

// "San Jose/us" tells it from the one in Costa Rica.
bool is_one_of(const City& city, const std::string& places) {
  const std::string name(city.name);
  const std::string all = '|' + places + '|';
  return all.find('|' + name + '|') != std::string::npos ||
         all.find('|' + name + '/' + std::string(city.country) + '|') != std::string::npos;
}

TEST(Routers, NetworkAndPlaceOfRealNames) {
  const std::vector<Router> routers = read_routers();
  ASSERT_GE(routers.size(), 60U);
  double network_right = 0, place_right = 0, place_wrong = 0;
  std::set<std::string> operators;
  for (const Router& router : routers) {
    operators.insert(router.network);
    const std::string network = registered_domain(router.name);
    if (network == router.network) {
      ++network_right;
    } else {
      std::cout << router.name << ": network " << network << ", not " << router.network << '\n';
    }
    const PlaceGuess guess = guess_place(router.name);
    if (!guess.city) continue;
    if (is_one_of(*guess.city, router.place)) {
      ++place_right;
    } else {
      ++place_wrong;
      std::cout << router.name << ": " << guess.city->name << ", not " << router.place << ": "
                << guess.reason << '\n';
    }
  }
  const double all = static_cast<double>(routers.size());
  std::cout << routers.size() << " names of " << operators.size() << " networks: network right "
            << 100 * network_right / all << " %, place right " << 100 * place_right / all
            << " %, silent " << 100 * (all - place_right - place_wrong) / all << " %, wrong "
            << 100 * place_wrong / all << " %\n";
  EXPECT_GE(network_right / all, 0.95);
  EXPECT_LT(place_wrong / all, 0.03);
  // Silence is never wrong, and too much of it no picture.
  EXPECT_GE(place_right / all, 0.60);
  if (!std::getenv("SOCKHOP_ROUTERS")) {
    EXPECT_GE(operators.size(), 20U);
  }
}

}  // namespace
}  // namespace traceroute
