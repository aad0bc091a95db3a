#include "traceroute/map/svg.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "wire/text.hh"

namespace traceroute::svg {

namespace {

// Whether a visible character is drawn by itself, to the right of the one before it: no mark on
// another letter, nothing of scripts from right to left, no space of odd width, nothing private.
bool stands_alone(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  constexpr Range others[] = {
      {0xa0, 0xa0},       {0x300, 0x36f},     {0x483, 0x489},     {0x590, 0x8ff},
      {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x1ab0, 0x1aff},
      {0x1dc0, 0x1dff},   {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
      {0x20d0, 0x20ff},   {0x3164, 0x3164},   {0xd800, 0xf8ff},   {0xfb1d, 0xfdff},
      {0xfe00, 0xfe2f},   {0xfe70, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xffff},
      {0x10800, 0x10fff}, {0x1d165, 0x1d1ff}, {0x1e800, 0x1efff}, {0xe0000, 0x10ffff}};
  return std::ranges::none_of(
      others, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

std::string spelled(char32_t c) {
  char escape[16];
  std::snprintf(escape, sizeof escape, c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
  return escape;
}

}  // namespace

std::string text(std::string_view text, std::size_t max) {
  std::vector<std::string> characters;
  const auto put = [&](std::string_view ascii) {
    for (const char c : ascii) characters.emplace_back(1, c);
  };
  while (!text.empty()) {
    const wire::Character next = wire::first_character(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(next.size, 1));
    const char32_t c = next.size == 0 ? static_cast<unsigned char>(text.front()) : next.code;
    if (c == '&') {
      characters.emplace_back("&amp;");
    } else if (c == '<') {
      characters.emplace_back("&lt;");
    } else if (c == '>') {
      characters.emplace_back("&gt;");
    } else if (c == '"') {
      characters.emplace_back("&quot;");
    } else if (!next.visible || !stands_alone(c)) {
      put(spelled(c));
    } else {
      characters.emplace_back(sequence);
    }
    text.remove_prefix(sequence.size());
  }
  std::string result;
  const std::size_t behind = (max - 1) / 2;
  const bool too_long = characters.size() > max;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (too_long && i == max - 1 - behind) {
      result += "\u2026";
      i = characters.size() - behind;
    }
    result += characters[i];
  }
  return result;
}

std::string number(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.1f", value);
  std::string text = digits;
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string path(const std::vector<Point>& points, bool closed, double min_step) {
  std::string data;
  long x = 0, y = 0;
  const Point* before = nullptr;
  int steps = 0;
  for (const Point& point : points) {
    const bool last = &point == &points.back() && !closed;
    if (before && !last &&
        std::abs(point.x - before->x) + std::abs(point.y - before->y) < min_step) {
      continue;
    }
    const long to_x = static_cast<long>(point.x * 10 + (point.x < 0 ? -0.5 : 0.5));
    const long to_y = static_cast<long>(point.y * 10 + (point.y < 0 ? -0.5 : 0.5));
    const std::string right = std::to_string(to_x - x);
    const std::string down = std::to_string(to_y - y);
    if (!before) {
      data += 'M';
    } else if (steps == 0) {
      data += 'l';
    } else if (right.front() != '-') {
      data += ' ';
    }
    data += right + (down[0] == '-' ? "" : " ") + down;
    if (before) ++steps;
    before = &point;
    x = to_x;
    y = to_y;
  }
  if (steps < (closed ? 2 : 1)) return "";
  return data + (closed ? "z" : "");
}

}  // namespace traceroute::svg
