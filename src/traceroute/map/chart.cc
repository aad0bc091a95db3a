#include "traceroute/map/chart.hh"

#include <algorithm>
#include <functional>

#include "traceroute/map/coast.hh"
#include "traceroute/map/labels.hh"
#include "traceroute/map/svg.hh"
#include "traceroute/networks/columns.hh"

namespace traceroute {

namespace {

using svg::number;

constexpr std::size_t max_places = 240;  // the ones that most paths pass
constexpr std::size_t max_labels = 60;   // that are tried
constexpr std::size_t max_avoided = 40;  // lines: labels stand clear of no more
constexpr double point_radius = 5, goal_radius = 9;

Degrees degrees(const City& city) { return {city.latitude, city.longitude}; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// A label up to what its first line says; the line's own attributes end in a space.
std::string begin_label(const Label& label, LabelPlacer::For screens, const char* attributes) {
  constexpr const char* kinds[] = {"label", "label wide", "label narrow"};  // as For has them
  return std::string("<text class=\"") + kinds[static_cast<std::size_t>(screens)] +
         "\" text-anchor=\"" + label.anchor + "\" x=\"" + number(label.at.x) + "\" y=\"" +
         number(label.at.y) + "\"><tspan " + attributes + "dy=\"" + number(label.first_line) +
         "em\">";
}

class ChartDrawing {
 public:
  // The destination's label comes first, and then those of the places that most paths pass.
  ChartDrawing(const MapFacts& facts, const std::vector<std::string>& colours)
      : colours_(colours), single_(facts.paths == 1), places_(facts.places) {
    if (!single_) {
      std::ranges::stable_sort(places_, std::greater<>{}, &MapFacts::Place::hops_there);
      if (places_.size() > max_places) places_.resize(max_places);
    } else {
      std::stable_partition(places_.begin(), places_.end(),
                            [](const MapFacts::Place& place) { return place.destination; });
    }
    std::vector<std::pair<MapFacts::Way, std::size_t>> ways(facts.ways.begin(), facts.ways.end());
    std::ranges::stable_sort(ways, std::greater<>{}, [](const auto& way) { return way.second; });
    if (ways.size() > max_ways) ways.resize(max_ways);
    for (const auto& [way, paths] : ways) {
      lines_.push_back({way, great_circle(degrees(*way.from), degrees(*way.to))});
    }
  }

  Chart drawn(double top) {
    const Projection sheet = projection();
    const std::string size =
        "width=\"" + number(sheet.width()) + "\" height=\"" + number(sheet.height()) + '"';
    text_ = "<svg y=\"" + number(top) + "\" " + size + ">\n<rect class=\"sea\" " + size +
            "/>\n<g transform=\"scale(.1)\">\n<path class=\"land\" d=\"" + land(sheet) +
            "\"/>\n<path class=\"border\" d=\"" + borders(sheet) + "\"/>\n";
    for (const Line& line : lines_) draw_line(line, sheet);
    text_ += "</g>\n";
    draw_points(sheet);
    return {text_ + "</svg>\n", sheet.height()};
  }

 private:
  struct Line {
    MapFacts::Way way;
    std::vector<Degrees> points;
  };
  [[nodiscard]] Projection projection() const {
    std::vector<Degrees> places;
    for (const MapFacts::Place& place : places_) places.push_back(degrees(*place.city));
    std::vector<std::vector<Degrees>> lines;
    for (const Line& line : lines_) lines.push_back(line.points);
    return {places, lines};
  }

  void draw_line(const Line& line, const Projection& projection) {
    const double first = line.points.front().longitude;
    const double turn = turned(first, projection.centre()) - first;
    const auto [west, east] = std::minmax(first, line.points.back().longitude);
    // Where it leaves the sheet at one side it comes in again at the other one.
    for (const double copy : {turn, turn - 360, turn + 360}) {
      if (!projection.shows(west + copy, east + copy)) continue;
      std::vector<Point> points;
      for (const Degrees& point : line.points) {
        points.push_back(projection.at({point.latitude, point.longitude + copy}));
      }
      text_ += "<path class=\"way " + colour(line.way.network) +
               (line.way.guessed ? " guess" : "") + "\" d=\"" + svg::path(points, false, 0) +
               "\"/>\n";
      if (lines_.size() >= max_avoided) continue;
      for (std::size_t i = 1; i < points.size(); ++i) {
        const double across = points[i - 1].x - points[i].x, down = points[i - 1].y - points[i].y;
        const double longer = std::max({across, -across, down, -down});
        const int steps = std::max(static_cast<int>(longer / LabelPlacer::line_step), 1);
        for (int step = 0; step < steps; ++step) {
          drawn_.push_back(
              {points[i].x + across * step / steps, points[i].y + down * step / steps});
        }
      }
    }
  }

  void draw_points(const Projection& projection) {
    std::vector<Dot> dots;
    for (const MapFacts::Place& place : places_) {
      const Degrees at{place.city->latitude, turned(place.city->longitude, projection.centre())};
      dots.push_back({projection.at(at), place.destination ? goal_radius : point_radius});
    }
    for (std::size_t i = dots.size(); i-- > 0;) {
      const MapFacts::Place& place = places_[i];
      const Point& point = dots[i].at;
      const std::string at = "\" cx=\"" + number(point.x) + "\" cy=\"" + number(point.y) + "\"/>";
      const std::string kind = colour(place.network);
      const auto circle = [&](double radius, const char* what) {
        text_ += "<circle r=\"" + number(radius) + "\" class=\"" + kind;
        text_ += what + at;
      };
      circle(point_radius, place.sure ? " point" : " unsure");
      if (place.destination) circle(goal_radius, " goal");
      text_ += '\n';
    }
    LabelPlacer labels(projection.width(), projection.height(), dots, drawn_);
    std::vector<std::size_t> crowded;
    for (std::size_t i = 0; i < dots.size() && i < max_labels; ++i) {
      const bool drawn = draw_label(places_[i], labels, dots[i], LabelPlacer::For::every_screen);
      if (!drawn) crowded.push_back(i);
    }
    for (const std::size_t i : crowded) {
      draw_numbers(places_[i], labels, dots[i], LabelPlacer::For::small_screens);
      if (!draw_label(places_[i], labels, dots[i], LabelPlacer::For::wide_screens)) {
        draw_numbers(places_[i], labels, dots[i], LabelPlacer::For::wide_screens);
      }
    }
  }

  // False if there is no room.
  bool draw_label(const MapFacts::Place& place, LabelPlacer& labels, const Dot& dot,
                  LabelPlacer::For screens) {
    const std::string city = std::string(place.city->name) + (place.sure ? "" : "?");
    const std::string hops = single_ ? ranges(place.hops) + " \u00b7 " : "";
    const std::string what = hops + milliseconds(place.rtt);
    const auto label = labels.place(dot, {std::max(characters(city), characters(what))}, screens);
    if (!label) return false;
    text_ += begin_label(*label, screens, "class=\"city\" ") + svg::text(city, 40) +
             "</tspan><tspan x=\"" + number(label->at.x) + "\" dy=\"1.1em\">" + what +
             "</tspan></text>\n";
    return true;
  }

  // In a crowd only the numbers of the hops: the list below the map says the rest.
  void draw_numbers(const MapFacts::Place& place, LabelPlacer& labels, const Dot& dot,
                    LabelPlacer::For screens) {
    const std::string numbers = ranges(place.hops);
    if (!single_ || numbers.empty()) return;
    const auto label = labels.place(dot, {characters(numbers), 1}, screens);
    if (!label) return;
    text_ += begin_label(*label, screens, "") + numbers + "</tspan></text>\n";
  }

  [[nodiscard]] std::string colour(std::size_t network) const {
    return network == no_network ? "none" : colours_[network];
  }

  const std::vector<std::string>& colours_;
  const bool single_;
  std::vector<MapFacts::Place> places_;  // in the order in which they get their labels
  std::vector<Line> lines_;
  std::string text_;
  std::vector<Point> drawn_;  // the lines, for the labels
};

}  // namespace

std::string ranges(const std::set<int>& numbers) {
  std::string text;
  for (auto at = numbers.begin(); at != numbers.end();) {
    const int first = *at;
    int last = first;
    while (++at != numbers.end() && *at == last + 1) last = *at;
    text += (text.empty() ? "" : ", ") + std::to_string(first);
    if (last > first) text += "\u2013" + std::to_string(last);
  }
  return text;
}

Chart chart(const MapFacts& facts, const std::vector<std::string>& colours, double top) {
  return ChartDrawing(facts, colours).drawn(top);
}

}  // namespace traceroute
