#include "traceroute/report/screen_text.hh"

#include <utility>

#include "traceroute/networks/columns.hh"
#include "wire/text.hh"
#include "wire/words.hh"

namespace traceroute::screen {

std::string left(std::string_view text, std::size_t width) {
  std::string result;
  std::size_t count = 0;
  while (!text.empty() && count < width) {
    const wire::Character next = wire::take_character(text);
    const std::size_t end = count + columns(next);
    const bool fits = text.empty() ? end <= width : end < width;
    result += fits ? next.bytes : "~";
    count = fits ? end : count + 1;
    if (!fits) break;
  }
  return result + std::string(width - count, ' ');
}

std::string clipped(std::string_view line, std::size_t width) {
  std::string result;
  std::size_t count = 0;
  while (!line.empty()) {
    if (line.front() == '\x1b') {
      const std::size_t size = line.find('m') + 1;
      result += line.substr(0, size);
      line.remove_prefix(size);
      continue;
    }
    const wire::Character next = wire::take_character(line);
    count += columns(next);
    if (count <= width) result += next.bytes;
  }
  return result;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::string_view word = wire::take_word(text);
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      lines.push_back(std::move(line));
      line = " ";
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  lines.push_back(std::move(line));
  for (std::string& each : lines) {
    if (columns(each) > width) each = left(each, width);
  }
  return lines;
}

std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

}  // namespace traceroute::screen
