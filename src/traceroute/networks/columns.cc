#include "traceroute/networks/columns.hh"

#include <algorithm>
#include <iterator>

namespace traceroute {

namespace {

constexpr std::size_t page_width = 80;
constexpr std::size_t time_column = 79;  // where the time of a row ends

struct Range {
  char32_t first, last;
};
// What is visible and yet does not stand by itself, to the right of the letter before it.
constexpr Range dependent[] = {
    {0xa0, 0xa0},       {0x300, 0x36f},     {0x483, 0x489},     {0x590, 0x8ff},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},   {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
    {0x20d0, 0x20ff},   {0x3000, 0x3000},   {0x302a, 0x302f},   {0x3099, 0x309a},
    {0x3164, 0x3164},   {0xd7b0, 0xf8ff},   {0xfb1d, 0xfdff},   {0xfe00, 0xfe2f},
    {0xfe70, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xffff},   {0x10800, 0x10fff},
    {0x1d165, 0x1d1ff}, {0x1e800, 0x1efff}, {0x1f3fb, 0x1f3ff}, {0xe0000, 0x10ffff}};
// After Unicode's table of East Asian widths, in blocks.
constexpr Range twice[] = {{0x1100, 0x115e},   {0x2e80, 0xa4cf},   {0xa960, 0xa97f},
                           {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                           {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x1b2ff},
                           {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff},
                           {0x20000, 0x3fffd}};

bool is_in(char32_t code, const auto& ranges) {
  return std::ranges::any_of(
      ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

}  // namespace

std::size_t columns(const wire::Character& character) {
  if (!character.visible || is_in(character.code, dependent)) return 0;
  return is_in(character.code, twice) ? 2 : 1;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) count += columns(wire::take_character(text));
  return count;
}

std::string without_middle(const std::vector<Piece>& pieces, std::size_t max, const Piece& gap) {
  std::string text;
  std::size_t width = 0;
  for (const Piece& piece : pieces) {
    text += piece.text;
    width += piece.width;
  }
  if (width <= max) return text;
  std::size_t room = max - std::min(max, gap.width);
  const std::size_t before = room - room / 2;
  auto last = pieces.end();
  while (last != pieces.begin() && room >= before + std::prev(last)->width) {
    room -= (--last)->width;
  }
  auto first = pieces.begin();
  for (; first != last && first->width <= room; ++first) room -= first->width;
  text.clear();
  for (auto piece = pieces.begin(); piece != first; ++piece) text += piece->text;
  text += gap.text;
  for (auto piece = last; piece != pieces.end(); ++piece) text += piece->text;
  return text;
}

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
