// A stranger's letters, in text of a limited width.
#pragma once

#include <string>
#include <vector>

#include "wire/text.hh"

namespace traceroute {

// How many columns a character takes where all letters have the same width: 2 for those of East
// Asia and for emoji. 0: it is not shown as it is, since it is not seen, changes what stands beside
// it or is no UTF-8: marks on other letters, scripts from right to left, spaces of odd width.
std::size_t columns(const wire::Character& character);
std::size_t columns(std::string_view text);

struct Piece {
  std::string text;
  std::size_t width;
};

// The pieces in a row, at most `max` wide: the middle of a longer row gives way to the gap.
std::string without_middle(const std::vector<Piece>& pieces, std::size_t max, const Piece& gap);

}  // namespace traceroute
