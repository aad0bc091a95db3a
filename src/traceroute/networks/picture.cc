#include "traceroute/networks/picture.hh"

#include <algorithm>

#include "traceroute/networks/columns.hh"
#include "traceroute/networks/locations.hh"

namespace traceroute {

namespace {

struct Signs {
  const char* computer;
  const char* network;
  const char* destination;
  const char* line;
  const char* silence;
  const char* long_haul;
};
constexpr Signs utf8_signs = {"\u25cf", "\u25a0", "\u25c9", "\u2502", "\u2506", "\u2503"};
constexpr Signs ascii_signs = {"o", "#", "@", "|", ":", "!"};

// What a row's text may take, beside "255 hops".
constexpr std::size_t room = count_column - text_column - 9;

std::string place(const Location& stop) {
  std::string text = display_name(*stop.city);
  if (!stop.sure) text += '?';
  return text;
}

class Drawing {
 public:
  Drawing(const PathSummary& path, const PictureStyle& style)
      : path_(path),
        style_(style),
        signs_(style.utf8 ? utf8_signs : ascii_signs),
        networks_(networks_of(path)),
        stops_(locations_of(path, networks_)),
        floors_(floors(path)),
        haul_(long_haul(path)) {}

  std::string drawn() {
    text_ = row(signs_.computer, "my computer", "", "");
    for (const Network& network : networks_.networks) draw(network);
    draw_destination();
    draw_notes();
    if (style_.explained) explain();
    return std::move(text_);
  }

 private:
  void draw(const Network& network);
  void draw_way_to(std::size_t hop);
  void draw_haul();
  void draw_stops(const Network& network);
  void draw_destination();
  void draw_notes();
  void explain();
  [[nodiscard]] std::string title(const Network& network) const;
  [[nodiscard]] std::string far_end(const Network& network) const;
  [[nodiscard]] std::string members(const Network& network) const;
  [[nodiscard]] std::string loss_notes() const;
  [[nodiscard]] std::string number(std::size_t hop) const {
    return std::to_string(path_.hops[hop].ttl);
  }
  [[nodiscard]] std::string time(std::size_t hop) const {
    return floors_[hop] ? milliseconds(*floors_[hop]) : "";
  }

  const PathSummary& path_;
  const PictureStyle& style_;
  const Signs& signs_;
  const Networks networks_;
  const std::vector<Location> stops_;
  const std::vector<std::optional<double>> floors_;
  const std::optional<LongHaul> haul_;
  std::string text_;
};

std::string Drawing::title(const Network& network) const {
  switch (network.kind) {
    case Network::Kind::home:
      return "home or local network";
    case Network::Kind::inside:
      return "private addresses, of whom is not known";
    case Network::Kind::shared:
      return "the carrier's address translator";
    case Network::Kind::named:
      return fitted(network.name, room - 20) + (network.as.empty() ? "" : "  ") +
             fitted(network.as, 18);
    case Network::Kind::numbered:
    case Network::Kind::unnamed:
      return fitted(network.name, room - 12) + ", no name";
    case Network::Kind::silent:
      return "no answer";
    case Network::Kind::hidden:
      return "hidden: one address answers for all";
    case Network::Kind::loop:
      return "a loop: the packets go round";
  }
  return "";
}

// The addresses of a loop, or of what stands for others.
std::string Drawing::members(const Network& network) const {
  std::vector<std::string> addresses;
  for (std::size_t i = network.first; i <= network.last; ++i) {
    for (const Responder& responder : path_.hops[i].responders) {
      if (std::ranges::find(addresses, responder.address) == addresses.end()) {
        addresses.push_back(responder.address);
      }
    }
  }
  std::string text;
  for (const std::string& address : addresses) text += (text.empty() ? "" : ", ") + address;
  return fitted(text, room);
}

std::string Drawing::far_end(const Network& network) const {
  for (std::size_t i = network.last + 1; i-- > network.first;) {
    if (floors_[i]) return time(i);
  }
  return "";
}

void Drawing::draw(const Network& network) {
  using Kind = Network::Kind;
  draw_way_to(network.first);
  const char* sign = network.kind == Kind::silent ? signs_.silence : signs_.network;
  text_ += row(sign, title(network), counted(network.hops(), "hop"), far_end(network));
  const bool telling = network.kind == Kind::loop || network.kind == Kind::hidden ||
                       network.kind == Kind::inside || network.kind == Kind::shared;
  if (telling) text_ += row(signs_.line, "    " + members(network), "", "");
  draw_stops(network);
}

// The line from what is above to a hop.
void Drawing::draw_way_to(std::size_t hop) {
  if (haul_ && haul_->to == hop) {
    text_ += row(signs_.long_haul, "", "", "");
    draw_haul();
    text_ += row(signs_.long_haul, "", "", "");
  } else {
    text_ += row(signs_.line, "", "", "");
  }
}

void Drawing::draw_haul() {
  std::string step = "+";
  step += milliseconds(haul_->step);
  text_ += row(signs_.long_haul, "  the long haul", "", step);
}

// The places of a network, each where it is reached, and the long haul if it lies inside.
void Drawing::draw_stops(const Network& network) {
  const City* here = nullptr;
  for (std::size_t i = network.first; i <= network.last; ++i) {
    if (haul_ && haul_->to == i && i != network.first) draw_haul();
    if (!stops_[i].city || stops_[i].city == here) continue;
    here = stops_[i].city;
    text_ += row(signs_.line, "    " + place(stops_[i]), "", time(i));
  }
}

void Drawing::draw_destination() {
  draw_way_to(path_.hops.size() - (path_.reached ? 1 : 0));
  std::string name = fitted(path_.host, room);
  if (path_.host != path_.destination) {
    name = fitted(path_.host, room - path_.destination.size() - 3) + " (" + path_.destination + ')';
  }
  if (!path_.reached) {
    text_ += row(signs_.destination, name, "", "no answer");
    return;
  }
  const std::size_t last = path_.hops.size() - 1;
  text_ += row(signs_.destination, name, "hop " + number(last), time(last));
  if (stops_[last].city) text_ += row(" ", "    " + place(stops_[last]), "", "");
}

void Drawing::draw_notes() {
  std::string notes = loss_notes();
  if (!path_.refused_by.empty()) {
    notes = wrapped(fitted(path_.refused_by, 60) + " says that it can not be reached.") + notes;
  }
  const auto guessed = [](const Location& stop) { return stop.city && !stop.sure; };
  if (std::ranges::any_of(stops_, guessed)) notes += wrapped("? one weak hint tells this place.");
  if (!notes.empty()) text_ += '\n' + notes;
}

std::string Drawing::loss_notes() const {
  const Loss loss = judge_loss(path_);
  std::string notes;
  if (loss.begins) {
    notes = wrapped("Loss: " + std::to_string(loss.sent - loss.answered) + " of " +
                    std::to_string(loss.sent) + " probes to the destination, beginning at hop " +
                    number(*loss.begins) + " and persisting to the end.");
  }
  if (!loss.known || loss.sparing_hops.empty()) return notes;
  std::string hops = loss.sparing_hops.size() == 1 ? "hop " : "hops ";
  for (const std::size_t hop : loss.sparing_hops) {
    if (hop != loss.sparing_hops.front()) hops += ", ";
    hops += number(hop);
  }
  return notes + wrapped("Answers missing at " + hops +
                         " are no loss on the path: what was sent farther came back.");
}

void Drawing::explain() {
  text_ += '\n';
  for (std::size_t i = 0; i < path_.hops.size(); ++i) {
    const bool destination = path_.reached && i + 1 == path_.hops.size();
    std::string why = "hop " + number(i) + ": ";
    why += destination ? "the destination" : networks_.membership[i].reason;
    if (!path_.hops[i].responders.empty()) {
      why += "; " + (stops_[i].city ? place(stops_[i]) : "no place") + ": " + stops_[i].reason;
    }
    text_ += wrapped(why);
  }
}

}  // namespace

std::string picture(const PathSummary& path, const PictureStyle& style) {
  return Drawing(path, style).drawn();
}

}  // namespace traceroute
