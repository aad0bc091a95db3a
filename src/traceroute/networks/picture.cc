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

std::string place(const Location& location) {
  std::string text = display_name(*location.city);
  if (!location.sure) text += '?';
  return text;
}

// How many hops at the start of the path are at home.
std::size_t home_hops(const Networks& networks) {
  const auto home = std::ranges::find(networks.networks, Network::Kind::home, &Network::kind);
  return home == networks.networks.end() ? 0 : home->last + 1;
}

class Picture {
 public:
  Picture(const PathSummary& path, const PictureStyle& style)
      : path_(path),
        style_(style),
        signs_(style.utf8 ? utf8_signs : ascii_signs),
        networks_(networks_of(path)),
        locations_(locations_of(path, networks_)),
        floors_(floors(path)),
        hauls_(long_hauls(path, home_hops(networks_))) {}

  std::string drawn() {
    text_ = row(signs_.computer, "my computer", "", "");
    for (const Network& network : networks_.networks) draw(network);
    draw_destination();
    draw_notes();
    if (style_.explained) explain();
    return std::move(text_);
  }

 private:
  void draw(const Network& network) {
    using Kind = Network::Kind;
    draw_way_to(network.first);
    const char* sign = network.kind == Kind::silent ? signs_.silence : signs_.network;
    text_ += row(sign, title(network), counted(network.hops(), "hop"), far_end(network));
    const bool telling = network.kind == Kind::loop || network.kind == Kind::hidden ||
                         network.kind == Kind::inside || network.kind == Kind::shared;
    if (telling) text_ += row(signs_.line, "    " + members(network), "", "");
    draw_places(network);
  }

  // The line from what is above to a hop.
  void draw_way_to(std::size_t hop) {
    if (const LongHaul* haul = haul_to(hop)) {
      text_ += row(signs_.long_haul, "", "", "");
      draw_haul(*haul);
      text_ += row(signs_.long_haul, "", "", "");
    } else {
      text_ += row(signs_.line, "", "", "");
    }
  }

  [[nodiscard]] const LongHaul* haul_to(std::size_t hop) const {
    const auto haul = std::ranges::find(hauls_, hop, &LongHaul::to);
    return haul == hauls_.end() ? nullptr : &*haul;
  }

  void draw_haul(const LongHaul& haul) {
    const char* article = hauls_.size() == 1 ? "the" : "a";
    text_ += row(signs_.long_haul, std::string("  ") + article + " long haul", "",
                 '+' + milliseconds(haul.step));
  }

  // The places of a network, each where it is reached, and the long hauls inside it.
  void draw_places(const Network& network) {
    const City* here = nullptr;
    for (std::size_t i = network.first; i <= network.last; ++i) {
      const LongHaul* haul = i == network.first ? nullptr : haul_to(i);
      if (haul) draw_haul(*haul);
      if (!locations_[i].city || locations_[i].city == here) continue;
      here = locations_[i].city;
      text_ += row(signs_.line, "    " + place(locations_[i]), "", time(i));
    }
  }

  void draw_destination() {
    draw_way_to(path_.hops.size() - (path_.reached ? 1 : 0));
    std::string name = fitted(path_.host, room, style_.utf8);
    // A destination given by its address is shown with the name that its line has.
    std::string other = path_.host;
    if (other == path_.destination)
      other = path_.reached ? path_.hops.back().responders.front().name : "";
    if (!other.empty()) {
      name = fitted(other, room - path_.destination.size() - 3, style_.utf8) + " (" +
             path_.destination + ')';
    }
    if (!path_.reached) {
      text_ += row(signs_.destination, name, "", "no answer");
      return;
    }
    const std::size_t last = path_.hops.size() - 1;
    text_ += row(signs_.destination, name, "hop " + number(last), time(last));
    if (locations_[last].city) text_ += row(" ", "    " + place(locations_[last]), "", "");
  }

  // Whether of most hops beyond home neither name nor AS is known.
  [[nodiscard]] bool is_mostly_nameless() const {
    std::size_t routers = 0;
    std::size_t nameless = 0;
    for (const Network& network : networks_.networks) {
      const std::size_t answering = network.hops() - static_cast<std::size_t>(network.silent_hops);
      if (network.kind != Network::Kind::home) routers += answering;
      if (network.kind == Network::Kind::unnamed) nameless += answering;
    }
    return 2 * nameless > routers;
  }

  void draw_notes() {
    std::string notes = loss_notes();
    if (!path_.refused_by.empty()) {
      notes = wrapped(fitted(path_.refused_by, 60) + " says that it can not be reached.") + notes;
    }
    const auto guessed = [](const Location& location) { return location.city && !location.sure; };
    if (std::ranges::any_of(locations_, guessed))
      notes += wrapped("? one weak hint tells this place.");
    if (is_mostly_nameless()) {
      notes += wrapped(
          "Most routers here have no name: names (without -n) or AS numbers (-A) would tell their "
          "networks.");
    }
    if (!notes.empty()) text_ += '\n' + notes;
  }

  void explain() {
    text_ += '\n';
    for (std::size_t i = 0; i < path_.hops.size(); ++i) {
      const bool destination = path_.reached && i + 1 == path_.hops.size();
      std::string why = "hop " + number(i) + ": ";
      why += destination ? "the destination" : networks_.reasons[i];
      if (!path_.hops[i].responders.empty()) {
        why += "; " + (locations_[i].city ? place(locations_[i]) : "no place") + ": " +
               locations_[i].reason;
      }
      text_ += wrapped(why);
    }
  }

  // "twelve99.net (Arelion)  AS1299"
  [[nodiscard]] std::string named(const Network& network) const {
    std::string text = fitted(network.name, room - 20);
    const std::string brand(brand_of(network.name));
    if (!brand.empty() && text.size() + brand.size() + 3 + 20 <= room) text += " (" + brand + ')';
    return text + (network.as.empty() ? "" : "  ") + fitted(network.as, 18);
  }

  [[nodiscard]] std::string title(const Network& network) const {
    if (!is_operators(network.kind)) return std::string(title_of(network.kind));
    if (network.kind == Network::Kind::named) return named(network);
    return fitted(network.name, room - 12) + ", no name";
  }

  [[nodiscard]] std::string far_end(const Network& network) const {
    for (std::size_t i = network.last + 1; i-- > network.first;) {
      if (floors_[i]) return time(i);
    }
    return "";
  }

  // The addresses of a loop, or of what stands for others.
  [[nodiscard]] std::string members(const Network& network) const {
    std::vector<std::string> addresses;
    for (std::size_t i = network.first; i <= network.last; ++i) {
      for (const NamedAddress& responder : path_.hops[i].responders) {
        if (std::ranges::find(addresses, responder.address) == addresses.end()) {
          addresses.push_back(responder.address);
        }
      }
    }
    std::string text;
    for (const std::string& address : addresses) text += (text.empty() ? "" : ", ") + address;
    return fitted(text, room);
  }

  [[nodiscard]] std::string loss_notes() const {
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
  const std::vector<Location> locations_;
  const std::vector<std::optional<double>> floors_;
  const std::vector<LongHaul> hauls_;
  std::string text_;
};

}  // namespace

std::string picture(const PathSummary& path, const PictureStyle& style) {
  return Picture(path, style).drawn();
}

}  // namespace traceroute
