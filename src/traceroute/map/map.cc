#include "traceroute/map/map.hh"

#include <algorithm>
#include <functional>

#include "traceroute/map/chart.hh"
#include "traceroute/map/projection.hh"
#include "traceroute/map/svg.hh"
#include "traceroute/networks/columns.hh"

namespace traceroute {

namespace {

using svg::number;

constexpr double header_height = 62;
constexpr std::size_t max_networks = 40;  // in the list
constexpr std::size_t max_items = 16;     // of places of one network

// The sheet is 720 units wide. Letters are large for a small screen, and smaller for a wide one;
// what is laid out, is for the large ones. The colours were chosen to be told apart by the
// colour-blind.
constexpr const char* style = R"(
svg{background:#fff;color:#1c2733;font-family:system-ui,sans-serif}
text{font-size:19px;fill:#1c2733;direction:ltr;unicode-bidi:isolate}
.title{font-size:22px;font-weight:600}
.small{font-size:17px;fill:#56646f}
.end{text-anchor:end}
.city{font-weight:600}
.label{paint-order:stroke;stroke:#f4f1e8;stroke-width:4px;stroke-linejoin:round}
.sea{fill:#dcebf5}.land{fill:#f4f1e8;stroke:#f4f1e8;stroke-width:4}
.border{fill:none;stroke:#cfc8b6;stroke-width:8}
.way{fill:none;stroke:currentColor;stroke-width:30;stroke-linecap:round}
.guess{stroke-dasharray:80 60}
.key{stroke:currentColor;stroke-width:4}
.point{fill:currentColor;stroke:#fff;stroke-width:1.5}
.unsure{fill:#fff;stroke:currentColor;stroke-width:2.5;stroke-dasharray:3 2}
.goal{fill:none;stroke:currentColor;stroke-width:2}
.c0{color:#0067b1}.c1{color:#c8500a}.c2{color:#00805e}.c3{color:#b03a84}
.c4{color:#8a6a00}.c5{color:#6a3fb5}.c6{color:#a3242a}.c7{color:#2a7f95}
.none{color:#7a8791}
.wide{display:none}
@media (min-width:620px){text{font-size:13px}.title{font-size:17px}.small{font-size:12px}}
@media print,(min-width:620px){.wide{display:inline}.narrow{display:none}}
@media print{text{font-size:12px}.title{font-size:16px}.small{font-size:11px}}
@media screen and (prefers-color-scheme:dark){
svg{background:#11171d;color:#e4e9ed}text{fill:#e4e9ed}.small{fill:#9fadb8}
.sea{fill:#17222c}.land{fill:#2b3742;stroke:#2b3742}.border{stroke:#46545f}
.label{stroke:#202b35}.point{stroke:#11171d}.unsure{fill:#11171d}
.c0{color:#5db4f5}.c1{color:#ff9a52}.c2{color:#3fd0a4}.c3{color:#f08fc8}
.c4{color:#e6c344}.c5{color:#b99bf7}.c6{color:#ff8087}.c7{color:#74d3e8}
.none{color:#8b99a4}}
)";

std::string with_address(const MapFacts::Destination& destination) {
  const std::string& address = destination.address;
  return destination.title + (address.empty() ? "" : " (" + address + ')');
}

std::string times_text(const Times& times) {
  std::string max = milliseconds(times.max);
  if (times.max - times.min < 0.05) return max;
  std::string min = milliseconds(times.min);
  return min.substr(0, min.find(' ')) + "\u2013" + max;
}

class Sheet {
 public:
  explicit Sheet(const MapFacts& facts) : facts_(facts), single_(facts.paths == 1) {
    int next = 0;
    for (const MapFacts::Carrier& network : facts_.networks) {
      colours_.push_back(network.is_network ? 'c' + std::to_string(next++ % 8) : "none");
    }
  }

  std::string drawn() {
    draw_header();
    if (!facts_.places.empty()) {
      const Chart drawn = chart(facts_, colours_, y_);
      text_ += drawn.svg;
      y_ += drawn.height;
    }
    list_networks();
    if (!single_) list_destinations();
    list_unplaced();
    list_notes();
    const std::string height = number(y_ + 14);
    const std::string size = number(Projection::width()) + ' ' + height;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size +
           "\" style=\"display:block;width:100%;max-width:1080px;height:auto;margin:auto\" "
           "role=\"img\">\n<title>" +
           title_ + "</title>\n<style>" + style + "</style>\n" + text_ + "</svg>\n";
  }

 private:
  void draw_header() {
    const MapFacts::Destination& first = facts_.destinations.front();
    constexpr std::size_t room = 39;  // beside "The path to"
    std::string below;
    if (single_) {
      const std::string whole = with_address(first);
      const bool fits = svg::text(whole, room) == svg::text(whole, 2 * whole.size() + room);
      title_ = "The path to " + svg::text(fits ? whole : first.title, room);
      if (!fits && !first.address.empty()) below = first.address + " \u00b7 ";
      below += counted(static_cast<std::size_t>(first.hops), "hop") + ", " +
               (first.rtt ? milliseconds(*first.rtt) : "no answer from there");
    } else {
      title_ = counted(facts_.paths, "path");
      below = counted(facts_.places.size(), "place") + ", " +
              counted(static_cast<std::size_t>(std::ranges::count(facts_.networks, true,
                                                                  &MapFacts::Carrier::is_network)),
                      "network");
    }
    y_ = 28;
    line(12, title_, "title");
    y_ += 24;
    line(12, below, "small");
    y_ = header_height;
  }

  void list_networks() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < facts_.networks.size(); ++i) order.push_back(i);
    if (!single_) {
      std::ranges::stable_sort(order, std::greater<>{},
                               [&](std::size_t i) { return facts_.networks[i].paths; });
    }
    const std::size_t shown = std::min(order.size(), max_networks);
    for (std::size_t row = 0; row < shown; ++row) {
      const MapFacts::Carrier& network = facts_.networks[order[row]];
      y_ += 32;
      text_ += "<path class=\"key " + colours_[order[row]] + "\" d=\"M14 " + number(y_ - 5) +
               "h20\"/>\n";
      line(44, svg::text(network.title, single_ ? 42 : 38), "");
      const std::string count =
          single_ ? counted(network.hops.size(), "hop") : counted(network.paths, "path");
      line(single_ ? 600 : 530, count, "end");
      if (network.rtt) line(708, times_text(*network.rtt), "end");
      std::vector<std::string> places;
      for (const MapFacts::Place& place : network.places) {
        std::string item = svg::text(display_name(*place.city), 40) + (place.sure ? "" : "?");
        if (places.size() == max_items) {
          places.push_back("and " + std::to_string(network.places.size() - max_items) + " more");
          break;
        }
        if (single_) item.insert(0, ranges(place.hops) + ' ');
        places.push_back(item);
      }
      paragraph(places);
    }
    if (shown < order.size()) {
      y_ += 30;
      line(44, "and " + std::to_string(order.size() - shown) + " more", "small");
    }
  }

  void list_destinations() {
    heading("Destinations");
    for (const MapFacts::Destination& destination : facts_.destinations) {
      y_ += 26;
      line(44, svg::text(with_address(destination), 42), "");
      line(600, counted(static_cast<std::size_t>(destination.hops), "hop"), "end");
      line(708, destination.rtt ? milliseconds(*destination.rtt) : "no answer", "end");
    }
    if (facts_.destinations.size() < facts_.paths) {
      y_ += 26;
      line(44, "and " + std::to_string(facts_.paths - facts_.destinations.size()) + " more",
           "small");
    }
  }

  void list_unplaced() {
    if (facts_.unplaced.empty()) return;
    heading("Without a place, as no name tells one");
    std::vector<std::string> items;
    for (const MapFacts::Unplaced& hop : facts_.unplaced) {
      const std::string number = single_ ? std::to_string(hop.hop) + ' ' : "";
      items.push_back(number + svg::text(hop.title, 40) + ' ' + milliseconds(hop.rtt));
    }
    if (facts_.unplaced.size() < facts_.unplaced_count) {
      items.push_back("and " + std::to_string(facts_.unplaced_count - facts_.unplaced.size()) +
                      " more");
    }
    paragraph(items);
  }

  void list_notes() {
    y_ += 14;
    std::vector<std::string> notes;
    const auto is_guess = [](const MapFacts::Place& place) { return !place.sure; };
    const bool guesses = std::ranges::any_of(facts_.places, is_guess);
    if (guesses) notes.emplace_back("dashed and ?: one weak hint tells the place");
    if (facts_.ways.size() > max_ways) {
      notes.push_back("the " + std::to_string(max_ways) + " most used ways are drawn");
    }
    if (!facts_.places.empty()) {
      notes.emplace_back("the lines are the shortest on the globe");
      notes.emplace_back("cables lie elsewhere");
      notes.emplace_back("coasts: Natural Earth");
    }
    paragraph(notes);
  }

  void heading(const std::string& text) {
    y_ += 36;
    line(12, text, "city");
  }

  // A line of text of its own, at the baseline y_.
  void line(double x, const std::string& markup, const char* kind) {
    text_ += "<text x=\"" + number(x) + "\" y=\"" + number(y_) + "\" class=\"" + kind + "\">" +
             markup + "</text>\n";
  }

  // Items with dots between, in small lines below a row of a list.
  void paragraph(const std::vector<std::string>& items) {
    constexpr std::size_t room = 66;
    std::string words;
    std::size_t length = 0;
    const auto end_line = [&] {
      if (words.empty()) return;
      y_ += 23;
      line(44, words, "small");
      words.clear();
      length = 0;
    };
    for (const std::string& item : items) {
      if (length + item.size() > room) end_line();
      words += (words.empty() ? "" : " \u00b7 ") + item;
      length += item.size() + 3;
    }
    end_line();
  }

  const MapFacts& facts_;
  const bool single_;
  std::vector<std::string> colours_;  // a class for each network
  std::string title_;
  std::string text_;
  double y_ = 0;  // where the next line begins
};

}  // namespace

std::string map_svg(const MapFacts& facts) { return Sheet(facts).drawn(); }

}  // namespace traceroute
