// What the messages of a faulty client look like: each a right message, spoilt in one way.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wire/stage.hh"

namespace client {

// What the server has said in a session so far.
struct Known {
  wire::A2 a;
  wire::B2 b;
  wire::C2 c;
};

struct Faulty {
  using Packet = std::vector<std::uint8_t>;

  std::size_t number;      // of the check that sends it
  std::string_view title;  // "b1 with step 2"
  wire::Rule rule;         // the one it breaks
  void (*spoil)(Packet& right, const Known& known);
  bool needs_padding = false;  // there is no such fault in a message that ends on the boundary
};

std::span<const Faulty> faulty_a1();
std::span<const Faulty> faulty_b1();
// One message of stage d.
std::span<const Faulty> faulty_d1();

}  // namespace client
