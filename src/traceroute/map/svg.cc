#include "traceroute/map/svg.hh"

#include <cmath>

#include "traceroute/networks/columns.hh"
#include "wire/text.hh"

namespace traceroute::svg {

namespace {

// Letters are not of one width here: of these, two take the room of three others.
constexpr std::string_view broad = "mwMW%@";

std::string spelled(char32_t c) {
  return wire::format(c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
}

}  // namespace

std::string text(std::string_view text, std::size_t max) {
  std::vector<Piece> pieces;  // their widths in half columns
  while (!text.empty()) {
    const wire::Character next = wire::take_character(text);
    const char32_t c = next.size == 0 ? static_cast<unsigned char>(next.bytes[0]) : next.code;
    const std::string_view entity = wire::entity_of(c);
    const std::size_t width = 2 * columns(next);
    if (!entity.empty() && c != '\'') {  // which needs none in here
      pieces.push_back({std::string(entity), width});
    } else if (width == 0) {
      for (const char ascii : spelled(c)) pieces.push_back({std::string(1, ascii), 2});
    } else {
      const bool is_broad = broad.find(next.bytes) != std::string_view::npos;
      pieces.push_back({std::string(next.bytes), width + (is_broad ? 1 : 0)});
    }
  }
  return without_middle(pieces, 2 * max, {"\u2026", 2});
}

std::string number(double value) {
  std::string text = wire::format("%.1f", value);
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
    data += right;
    if (down.front() != '-') data += ' ';
    data += down;
    if (before) ++steps;
    before = &point;
    x = to_x;
    y = to_y;
  }
  if (steps < (closed ? 2 : 1)) return "";
  return data + (closed ? "z" : "");
}

}  // namespace traceroute::svg
