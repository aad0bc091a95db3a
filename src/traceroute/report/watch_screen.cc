#include "traceroute/report/watch_screen.hh"

#include <algorithm>
#include <array>
#include <utility>

#include "traceroute/report/screen_text.hh"
#include "traceroute/report/watch_text.hh"
#include "wire/text.hh"

namespace traceroute {

using namespace screen;
using watch::HopRecord;
using watch::Meaning;
using watch::Outcome;
using watch::Watch;

namespace {

// Colours that are read on dark and on light ground.
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view plain = "\x1b[0m";

std::string coloured(std::string_view colour, const std::string& text, const View& view) {
  return view.colour && !colour.empty() && !text.empty()
             ? std::string(colour) + text + std::string(plain)
             : text;
}

struct Row {
  std::string number;  // of the hop
  std::string name, address;
  const HopRecord* hop = nullptr;
  Meaning meaning = Meaning::none;
};

// What there is room for.
struct Columns {
  std::size_t number = 3;
  std::size_t host = 0;
  std::size_t address = 0;  // 0: either name or address
  bool all_times = false;
  std::size_t loss = 13;
  std::size_t graph = 0;
};
constexpr std::size_t time_width = 6;

Columns columns_of(std::size_t width, const std::vector<Row>& rows) {
  constexpr std::size_t ipv4 = 16;
  constexpr std::size_t min_graph = 8;
  std::size_t name = ipv4, address = ipv4;
  bool named = false;
  for (const Row& row : rows) {
    named = named || !row.name.empty();
    name = std::max(name, row.name.size() + 1);
    address = std::max(address, row.address.size() + 1);
  }
  Columns columns;
  columns.all_times = width >= 72;
  const std::size_t times = (columns.all_times ? 5 : 1) * time_width;
  const std::size_t fixed = columns.number + times + 1 + columns.loss;
  std::size_t room = width > fixed ? width - fixed : 0;
  const auto take = [&room](std::size_t wanted) {
    const std::size_t taken = std::min(wanted, room);
    room -= taken;
    return taken;
  };
  const std::size_t host = take(ipv4);
  columns.graph = columns.all_times ? take(min_graph) : 0;
  columns.host = host + take(std::max(name, address) - host);
  if (named && room >= address + min_graph) columns.address = take(address);
  columns.graph += take(HopRecord::kept - columns.graph);
  return columns;
}

// The last answers, each by its place between the best and the worst round trip of this hop.
std::string graph(const Row& row, std::size_t width, const View& view) {
  constexpr std::array<const char*, 8> bars{"\u2581", "\u2582", "\u2583", "\u2584",
                                            "\u2585", "\u2586", "\u2587", "\u2588"};
  constexpr std::string_view letters = "_.-=+*%#";
  const HopRecord& hop = *row.hop;
  const bool lost = row.meaning == Meaning::loss || row.meaning == Meaning::unknown;
  const auto& last = hop.last();
  const std::size_t count = std::min(width, last.size());
  const Time best = hop.rtts().best.value_or(Time::zero());
  const Time worst = hop.rtts().worst.value_or(Time::zero());
  std::string text;
  for (std::size_t i = last.size() - count; i < last.size(); ++i) {
    if (last[i].outcome != Outcome::answered) {
      const bool refused = last[i].outcome == Outcome::refused;
      text += refused ? "!" : !lost ? " " : view.utf8 ? "\u00d7" : "x";
      continue;
    }
    // A hop that answers evenly is shown as an even line: steps of a fourth of a millisecond at
    // least, or of 5 % of the round trip.
    const Time step = std::max({(worst - best) / 8, best / 20, Time(250'000)});
    const auto level = std::min<Time::rep>(std::max(last[i].rtt - best, Time::zero()) / step, 7);
    text += view.utf8 ? bars[static_cast<std::size_t>(level)]
                      : std::string(1, letters[static_cast<std::size_t>(level)]);
  }
  return text;
}

// Of one that answers others.
std::string refused_text(const HopRecord& hop) {
  return percent(static_cast<double>(hop.refused()) / static_cast<double>(hop.asked())) +
         "% refused";
}

std::string loss_text(const Row& row) {
  const watch::Tally& tally = row.hop->tally();
  switch (row.meaning) {
    case Meaning::none:
      return row.hop->answers() ? "0%" : "";
    case Meaning::unknown:
      return percent(tally.share()) + "% ?";
    case Meaning::loss: {
      const watch::Interval range = interval_of(tally);
      return percent(tally.share()) + "% " + percent(range.low) + '-' + percent(range.high);
    }
    case Meaning::refused:
      return row.hop->responders().is_refused() ? "refused" : refused_text(*row.hop);
    default:
      return std::string(meaning_text(row.meaning));
  }
}

std::string_view colour_of(Meaning meaning) {
  if (meaning == Meaning::loss || meaning == Meaning::refused) return red;
  if (meaning == Meaning::limited) return yellow;
  return meaning == Meaning::none ? "" : dim;
}

std::string head_line(const Columns& columns, std::string_view what, const View& view) {
  std::string line = left("", columns.number) + left(what, columns.host);
  if (columns.address > 0) line += left("address", columns.address);
  if (columns.all_times) {
    for (const char* title : {"last", "best", "med", "worst", "jit"}) {
      line += right(title, time_width);
    }
  } else {
    line += right("med", time_width);
  }
  line += ' ' + left("loss", columns.loss);
  constexpr std::string_view title = "last answers";
  if (columns.graph >= title.size()) line += title;
  return coloured(bold, line, view);
}

std::string row_line(const Row& row, const Columns& columns, const View& view) {
  const HopRecord::Rtts& rtts = row.hop->rtts();
  const bool named = !row.name.empty() && (view.names || columns.address > 0);
  std::string line = right(row.number, columns.number - 1) + ' ';
  line += left(named ? row.name : row.address, columns.host > 0 ? columns.host - 1 : 0) + ' ';
  if (columns.address > 0) line += left(row.address, columns.address - 1) + ' ';
  if (columns.all_times) {
    for (const auto& time : {rtts.last, rtts.best, rtts.median(), rtts.worst, rtts.jitter()}) {
      line += right(time ? short_time(time).substr(0, time_width - 1) : "", time_width);
    }
  } else {
    line += right(rtts.best ? short_time(rtts.median()).substr(0, time_width - 1) : "", time_width);
  }
  line += ' ' + coloured(colour_of(row.meaning), left(loss_text(row), columns.loss), view);
  return line + graph(row, columns.graph, view);
}

std::string title(const std::string& what, const View& view) {
  const std::string full = "traceroute --watch " + what;
  return full.size() <= view.width ? full : what;
}

// The whole path in a line; where that is narrow, without the round.
std::string summary(const Watch& watch, const View& view) {
  const std::string round = "round " + std::to_string(watch.rounds()) + ", ";
  std::string path = "nobody has answered";
  std::string trouble;
  if (watch.last_ttl() >= watch.plan().first_ttl) {
    const HopRecord& last = watch.hop(watch.last_ttl());
    path = std::to_string(watch.last_ttl()) + " hops, ";
    if (watch.lost_since()) {
      trouble = watch.was_reached() ? "destination" : "farthest router";
      trouble += " lost since " + view.lost_since;
    } else if (!watch.reached()) {
      trouble = "no destination";
    } else {
      path += short_time(last.rtts().median()) + " ms";
      if (watch.meaning(watch.last_ttl()) == Meaning::loss) {
        path += ", ";
        trouble = "loss " + percent(last.tally().share()) + "% from hop " +
                  std::to_string(watch.first_loss());
      } else if (watch.meaning(watch.last_ttl()) == Meaning::refused) {
        path += ", ";
        trouble = refused_text(last);
      }
    }
  }
  if (round.size() + path.size() + trouble.size() <= view.width) path = round + path;
  return path + coloured(red, trouble, view);
}

// Once, of what is on the screen.
std::vector<std::string> footnotes(const std::vector<Row>& rows) {
  constexpr std::pair<Meaning, std::string_view> notes[] = {
      {Meaning::loss, "loss: later hops lose as much, with the 95 % interval"},
      {Meaning::limited, "limited: it answers seldom; packets pass it"},
      {Meaning::silent, "silent: it does not answer"},
      {Meaning::refused, "refused: somebody says that it goes no farther"},
      {Meaning::unknown, "?: missing, not known why"}};
  std::vector<std::string> found;
  for (const auto& [meaning, text] : notes) {
    if (std::ranges::find(rows, meaning, &Row::meaning) != rows.end()) found.emplace_back(text);
  }
  return found;
}

// Where all does not fit, the table goes first, then the footnotes, then the events.
std::vector<std::string> whole(std::vector<std::string> top, const std::vector<Row>& rows,
                               std::string_view what, const View& view) {
  const Columns columns = columns_of(view.width, rows);
  top.push_back(head_line(columns, what, view));
  std::vector<std::string> bottom;
  for (const std::string& note : footnotes(rows)) {
    for (const std::string& line : wrapped(note, view.width)) {
      bottom.push_back(coloured(dim, line, view));
    }
  }
  for (const std::string& event : view.events) {
    for (std::string& line : wrapped(event, view.width)) bottom.push_back(std::move(line));
  }
  const std::string keys =
      view.paused ? "paused: p goes on, q quits" : "q quit p pause n names r reset";
  const std::size_t room = view.height > top.size() + 1 ? view.height - top.size() - 1 : 0;
  const std::size_t shown = rows.size() <= room ? rows.size() : std::max<std::size_t>(room, 1) - 1;
  for (std::size_t i = 0; i < shown; ++i) top.push_back(row_line(rows[i], columns, view));
  if (shown < rows.size() && room > 0) {
    const std::string more = std::to_string(rows.size() - shown) + " more";
    top.push_back(coloured(dim, more + ": the window is too low", view));
  }
  const std::size_t below = room - std::min(rows.size(), room);
  bottom.resize(std::min(bottom.size(), below));
  top.insert(top.end(), bottom.begin(), bottom.end());
  top.push_back(coloured(dim, keys, view));
  top.resize(std::min(top.size(), view.height));
  for (std::string& line : top) line = clipped(line, view.width);
  return top;
}

Row row_of(const Watch& watch, int ttl, const Style& style) {
  Row row{std::to_string(ttl), "", "", &watch.hop(ttl), watch.meaning(ttl)};
  const auto& who = row.hop->responders().current();
  if (who.empty()) return row;
  const std::string others = who.size() > 1 ? " +" + std::to_string(who.size() - 1) : "";
  row.address = who.front().address.host() + others;
  const std::string name = name_and_origin(who.front().address, style);
  if (!name.empty()) row.name = name + others;
  return row;
}

}  // namespace

std::vector<std::string> watch_screen(const Watch& watch, const Style& style, const View& view) {
  std::vector<Row> rows;
  for (int ttl = watch.plan().first_ttl; ttl <= watch.last_ttl(); ++ttl) {
    rows.push_back(row_of(watch, ttl, style));
  }
  return whole({title(destination_text(watch.plan()), view), summary(watch, view)}, rows, "host",
               view);
}

std::vector<std::string> watch_screen(const std::vector<const Watch*>& watches, const Style& style,
                                      const View& view) {
  std::vector<Row> rows;
  for (const Watch* watch : watches) {
    const int ttl = std::max(watch->last_ttl(), watch->plan().first_ttl);
    Row row = row_of(*watch, ttl, style);
    row.number = std::to_string(watch->last_ttl());
    // What the last router answers is not told as the destination's answers.
    static const HopRecord nobody{};
    if (!watch->reached() && row.meaning != Meaning::refused) {
      row.number.clear();
      row.hop = &nobody;
      row.meaning = watch->rounds() > 0 ? Meaning::silent : Meaning::none;
    }
    row.name = wire::visible(watch->plan().name);
    row.address = watch->plan().destination.host();
    rows.push_back(row);
  }
  return whole({title(std::to_string(watches.size()) + " destinations", view)}, rows, "destination",
               view);
}

}  // namespace traceroute
