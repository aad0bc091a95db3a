#include "traceroute/networks/columns.hh"

#include <algorithm>
#include <vector>

#include "traceroute/networks/letters.hh"
#include "wire/text.hh"

namespace traceroute {

namespace {

constexpr std::size_t page_width = 80;
constexpr std::size_t time_column = 79;  // where the time of a row ends

}  // namespace

std::string row(std::string_view sign, std::string_view text, std::string_view count,
                std::string_view time) {
  std::string line = " ";
  line += sign;
  std::size_t column = 2;
  const auto put = [&](std::size_t begins, std::string_view what) {
    if (what.empty()) return;
    line.append(begins > column ? begins - column : 1, ' ');
    line += what;
    column = std::max(begins, column + 1) + columns(what);
  };
  put(text_column, text);
  put(count_column - count.size(), count);
  put(time_column - time.size(), time);
  line += '\n';
  return line;
}

std::string fitted(std::string_view text, std::size_t max, bool utf8) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const wire::Character next = wire::take_character(text);
    const std::size_t width = utf8 || next.code < 0x80 ? columns(next) : 0;
    pieces.push_back({width == 0 ? "?" : std::string(next.bytes), std::max<std::size_t>(width, 1)});
  }
  return without_middle(pieces, max, {"...", 3});
}

std::string wrapped(std::string_view words) {
  std::string page;
  std::string indent;
  while (!words.empty()) {
    const std::size_t room = page_width - 1 - indent.size();
    std::size_t end = words.size();
    if (end > room) end = words.rfind(' ', room);
    if (end == 0 || end == std::string_view::npos) end = room;  // a word longer than the line
    page += indent;
    page += words.substr(0, end);
    page += '\n';
    words.remove_prefix(end);
    if (words.starts_with(' ')) words.remove_prefix(1);
    indent = "  ";
  }
  return page;
}

std::string milliseconds(double ms) {
  return wire::format("%.1f ms", std::clamp(ms, 0.0, 9'999'999.0));
}

std::string counted(std::size_t number, std::string_view what) {
  std::string text = std::to_string(number);
  text += ' ';
  text += what;
  if (number != 1) text += 's';
  return text;
}

}  // namespace traceroute
