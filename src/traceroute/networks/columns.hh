// Text of 80 columns: what the path picture is laid out with. The one sign of a row may be any
// character of one column.
#pragma once

#include <string>
#include <string_view>

namespace traceroute {

constexpr std::size_t text_column = 3;    // where the text of a row begins
constexpr std::size_t count_column = 67;  // where its count ends

// " # text          count      time\n". A row without text, count and time ends with the sign.
std::string row(std::string_view sign, std::string_view text, std::string_view count,
                std::string_view time);

// A stranger's text in no more than `max` columns (10 at least): the middle of a longer one gives
// way to "...", and each character to '?' that is not to be shown (letters.hh), or is not ASCII
// where the terminal shows nothing else.
std::string fitted(std::string_view text, std::size_t max, bool utf8 = false);

// Words wrapped at the page's width, with the second and later lines indented by two.
std::string wrapped(std::string_view words);

// "12.3 ms"
std::string milliseconds(double ms);

// "1 hop", "3 hops"
std::string counted(std::size_t number, std::string_view what);

}  // namespace traceroute
