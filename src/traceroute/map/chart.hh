// The map itself: land, the ways between the places, and the places with their labels.
#pragma once

#include <string>
#include <vector>

#include "traceroute/map/facts.hh"

namespace traceroute {

struct Chart {
  std::string svg;  // an element of its own, at the top of which `top` is
  double height = 0;
};

// `colours` are the classes of the networks. There is one place at least.
Chart chart(const MapFacts& facts, const std::vector<std::string>& colours, double top);

// "2–4, 9"
std::string ranges(const std::set<int>& numbers);

// Most used ways that are drawn; others are left out.
constexpr std::size_t max_ways = 120;

}  // namespace traceroute
