#include "traceroute/networks/columns.hh"

#include <algorithm>
#include <cstdio>

namespace traceroute {

std::string row(std::string_view sign, std::string_view text, std::string_view count,
                std::string_view time) {
  std::string line = " ";
  line += sign;
  std::size_t column = 2;
  const auto put = [&](std::size_t begins, std::string_view what) {
    if (what.empty()) return;
    line.append(begins > column ? begins - column : 1, ' ');
    line += what;
    column = std::max(begins, column + 1) + what.size();
  };
  put(text_column, text);
  put(count_column - count.size(), count);
  put(time_column - time.size(), time);
  line += '\n';
  return line;
}

std::string fitted(std::string_view text, std::size_t most) {
  std::string plain;
  for (const char c : text) plain += c >= ' ' && c <= '~' ? c : '?';
  if (plain.size() <= most) return plain;
  const std::size_t behind = (most - 3) / 2;
  const std::size_t before = most - 3 - behind;
  return plain.replace(before, plain.size() - before - behind, "...");
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
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", std::clamp(ms, 0.0, 9'999'999.0));
  return text;
}

std::string counted(std::size_t number, std::string_view what) {
  std::string text = std::to_string(number);
  text += ' ';
  text += what;
  if (number != 1) text += 's';
  return text;
}

}  // namespace traceroute
