// Reverse names, and the picture and the map of a path that bears them: no name may break any,
// nothing but printable text of 80 columns may come out, and no markup of a stranger.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "traceroute/map/map.hh"
#include "traceroute/networks/picture.hh"
#include "traceroute/places/domain.hh"
#include "traceroute/places/place.hh"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// A name a line; a hop each.
traceroute::PathSummary path_of(std::string_view text) {
  traceroute::PathSummary path;
  path.host = std::string(text.substr(0, 300));
  path.destination = "192.0.2.1";
  while (!text.empty() && path.hops.size() < 255) {
    const std::string name(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    traceroute::PathHop hop;
    hop.ttl = static_cast<int>(path.hops.size()) + 1;
    hop.sent = 3;
    if (!name.empty()) {
      hop.answered = 1 + static_cast<unsigned char>(name.back()) % 3;
      hop.rtt = static_cast<unsigned char>(name.front());
      hop.responders = {{"198.51.100." + std::to_string(name.size() % 8), name, ""}};
    }
    path.hops.push_back(hop);
  }
  path.reached = !path.hops.empty() && path.hops.back().answered > 0;
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require(traceroute::registered_domain(text).size() <= 253);
  const traceroute::PlaceGuess guess = traceroute::guess_place(text);
  require(guess.city != nullptr || !guess.sure);
  std::size_t column = 0;
  for (const char c : traceroute::picture(path_of(text), {false, true})) {
    require(c == '\n' || (c >= ' ' && c <= '~'));
    column = c == '\n' ? 0 : column + 1;
    require(column <= 80);
  }
  traceroute::MapFacts map;
  map.add(path_of(text));
  const std::string svg = traceroute::map_svg(map);
  for (const char c : svg)
    require(c == '\n' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f));
  require(svg.find("<script") == std::string::npos && svg.find("<!") == std::string::npos);
  require(svg.size() < 150'000);
  return 0;
}
