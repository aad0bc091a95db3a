// Text in the columns of a terminal, where a letter may take two; widths are in columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace traceroute::screen {

// A text at the left of a column of this width; "~" stands for what there is no room for.
std::string left(std::string_view text, std::size_t width);

// A text of ASCII at the right of a column; one that is wider stays whole.
std::string right(const std::string& text, std::size_t width);

// What there is room for of a line with colours.
std::string clipped(std::string_view line, std::size_t width);

// The words of a text in lines of this width; those after the first are indented.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace traceroute::screen
