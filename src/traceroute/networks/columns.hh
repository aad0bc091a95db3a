// Strangers' letters in text of a limited width, and the rows of 80 columns that the path picture
// is laid out with.
#pragma once

#include <string>
#include <string_view>
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

constexpr std::size_t text_column = 3;    // where the text of a row begins
constexpr std::size_t count_column = 67;  // where its count ends

// " # text          count      time\n". A row without text, count and time ends with the sign,
// any character of one column.
std::string row(std::string_view sign, std::string_view text, std::string_view count,
                std::string_view time);

// A stranger's text in no more than `max` columns (10 at least): the middle of a longer one gives
// way to "...", and each character to '?' that is not to be shown (columns()), or is not ASCII
// where the terminal shows nothing else.
std::string fitted(std::string_view text, std::size_t max, bool utf8 = false);

// Words wrapped at the page's width, with the second and later lines indented by two.
std::string wrapped(std::string_view words);

// "12.3 ms"
std::string milliseconds(double ms);

// "1 hop", "3 hops"
std::string counted(std::size_t number, std::string_view what);

}  // namespace traceroute
