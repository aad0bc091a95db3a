// The name rules against real routers. A list of one's own, of the same columns, is scored with
//   SOCKHOP_ROUTERS=list.tsv build/tests/traceroute-places-routers_test
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "traceroute/places/domain.hh"
#include "traceroute/places/place.hh"

namespace traceroute {
namespace {

struct Router {
  std::string name, network, place;  // place: "San Jose|Santa Clara", "-" when nobody can tell
};

std::vector<Router> read_routers(const std::string& path) {
  std::ifstream file(path);
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

struct Score {
  double names = 0, network_right = 0;
  double readable = 0, in_table = 0, place_right = 0, place_wrong = 0;
  std::set<std::string> operators;
};

// Prints what is wrong, line by line, and the sum of it.
Score score(const std::string& path) {
  Score sum;
  for (const Router& router : read_routers(path)) {
    ++sum.names;
    sum.operators.insert(router.network);
    const std::string network = registered_domain(router.name);
    if (network == router.network) {
      ++sum.network_right;
    } else {
      std::cout << router.name << ": network " << network << ", not " << router.network << '\n';
    }
    if (router.place != "-") ++sum.readable;
    if (std::ranges::any_of(cities(),
                            [&](const City& city) { return is_one_of(city, router.place); })) {
      ++sum.in_table;
    }
    const PlaceGuess guess = guess_place(router.name);
    if (!guess.city) continue;
    if (is_one_of(*guess.city, router.place)) {
      ++sum.place_right;
    } else {
      ++sum.place_wrong;
      std::cout << router.name << ": " << guess.city->name << ", not " << router.place << ": "
                << guess.reason << '\n';
    }
  }
  std::cout << sum.names << " names of " << sum.operators.size() << " networks: network right "
            << 100 * sum.network_right / sum.names << " %, place wrong "
            << 100 * sum.place_wrong / sum.names << " %; of " << sum.readable
            << " places that can be read (" << sum.in_table << " in the table) right "
            << 100 * sum.place_right / sum.readable << " %\n";
  return sum;
}

const std::string folder = SOCKHOP_SOURCE_DIR "/tests/traceroute/places/";

// Each of so many operators at least, and of the places that can be read so large a share.
TEST(Routers, EachList) {
  struct Row {
    const char* file;
    double names;
    std::size_t operators;
    double readable;
  };
  for (const auto& [file, names, operators, readable] :
       {Row{"routers.tsv", 800, 60, 0.85}, Row{"routers_second.tsv", 150, 60, 0.85},
        Row{"routers_third.tsv", 1200, 200, 0.9}, Row{"routers_fourth.tsv", 1500, 500, 0.9}}) {
    SCOPED_TRACE(file);
    const Score sum = score(folder + file);
    EXPECT_GE(sum.names, names);
    EXPECT_GE(sum.operators.size(), operators);
    EXPECT_GE(sum.network_right / sum.names, 0.99);
    EXPECT_LE(sum.place_wrong / sum.names, 0.01);
    EXPECT_GE(sum.place_right / sum.readable, readable);
  }
}

// Of a list that nobody has seen here only what is wrong can be demanded: how much of it can be
// read is a property of the list.
TEST(Routers, AListOfOnesOwn) {
  const char* own = std::getenv("SOCKHOP_ROUTERS");
  const Score sum = score(own ? own : folder + "routers_second.tsv");
  ASSERT_GT(sum.names, 0);
  EXPECT_GE(sum.network_right / sum.names, 0.95);
  EXPECT_LE(sum.place_wrong / sum.names, 0.03);
}

}  // namespace
}  // namespace traceroute
