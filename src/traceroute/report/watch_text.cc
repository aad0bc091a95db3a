#include "traceroute/report/watch_text.hh"

#include <array>

#include "wire/text.hh"

namespace traceroute {

using watch::Event;
using watch::HopRecord;
using watch::Meaning;
using watch::Watch;

namespace {

std::string seconds(Time time) {
  const double value = static_cast<double>(time.count()) / 1e9;
  return wire::format("%.*f s", value < 9.95 ? 1 : 0, value);
}

std::string host(const watch::Responder& responder, const Style& style) {
  const std::string address = responder.address.host();
  const std::string name = name_and_origin(responder.address, style);
  return name.empty() ? address : name + " (" + address + ')';
}

std::string lost(const watch::Tally& tally) {
  const watch::Interval range = interval_of(tally);
  return std::to_string(tally.lost) + " of " + std::to_string(tally.asked) + " lost, " +
         percent(tally.share()) + " % (" + percent(range.low) + '-' + percent(range.high) + " %)";
}

using Cells = std::array<std::string, 17>;

Cells report_row(const Watch& watch, int ttl, const Style& style) {
  const HopRecord& hop = watch.hop(ttl);
  const auto& who = hop.responders().current();
  const HopRecord::Rtts& rtts = hop.rtts();
  const watch::Tally& tally = hop.tally();
  const watch::Interval range = interval_of(tally);
  const bool judged = tally.asked > 0 && watch.meaning(ttl) != Meaning::silent;
  const std::string name = who.empty() ? "" : style.shown_name(who.front().address);
  const std::string origin = who.empty() ? "" : style.shown_origin(who.front().address);
  return {std::to_string(ttl),
          who.empty() ? "-" : who.front().address.host(),
          std::string(meaning_text(watch.meaning(ttl))),
          judged ? percent(tally.share()) : "-",
          judged ? percent(range.low) : "-",
          judged ? percent(range.high) : "-",
          std::to_string(hop.asked()),
          std::to_string(hop.total().asked - hop.total().lost),
          std::to_string(hop.every()),
          short_time(rtts.last),
          short_time(rtts.best),
          short_time(rtts.median()),
          short_time(rtts.worst),
          short_time(rtts.jitter()),
          std::to_string(who.size()),
          origin.empty() ? "-" : origin,
          name.empty() ? "-" : name};
}

}  // namespace

std::string_view meaning_text(Meaning meaning) {
  constexpr std::array<std::string_view, 6> texts{"-", "?", "loss", "limited", "silent", "refused"};
  return texts[static_cast<std::size_t>(meaning)];
}

std::string short_time(std::optional<Time> time) {
  if (!time) return "-";
  const double value = in_milliseconds(*time);
  const int decimals = value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
  return wire::format("%.*f", decimals, value);
}

std::string percent(double share) {
  const double value = share * 100;
  return wire::format("%.*f", value > 0 && value < 9.95 ? 1 : 0, value);
}

std::string name_and_origin(const net::Address& address, const Style& style) {
  std::string text = style.shown_name(address);
  const std::string origin = style.shown_origin(address);
  if (!origin.empty()) text = (text.empty() ? address.host() : text) + " [" + origin + ']';
  return text;
}

std::string event_text(const Event& event, const Style& style) {
  const std::string hop = " hop " + std::to_string(event.ttl);
  const std::string end = event.never_reached ? "farthest router" : "destination";
  switch (event.kind) {
    case Event::Kind::change:
      return "change" + hop + " from " + host(*event.from, style) + ' ' + short_time(event.before) +
             " ms to " + host(*event.to, style) + ' ' + short_time(event.after) + " ms";
    case Event::Kind::loss_begins:
      return "loss begins" + (event.ttl > 0 ? ", seen from" + hop + " on" : "") + ": " +
             lost(event.tally);
    case Event::Kind::loss_ends:
      return "loss ends after " + seconds(event.lasted) + ": " + lost(event.tally);
    case Event::Kind::destination_lost:
      return end + " lost" + (event.to ? ": refused by " + host(*event.to, style) : "");
    case Event::Kind::destination_back:
      return end + " back after " + seconds(event.lasted);
  }
  return "";
}

std::string start_text(const Watch& watch) {
  const double every = static_cast<double>(watch.interval().count()) / 1e9;
  return "start " + destination_text(watch.plan()) + wire::format(", a round each %g s", every);
}

std::string end_text(const Watch& watch) {
  return "end after " + std::to_string(watch.rounds()) + " rounds, " +
         std::to_string(watch.packets()) + " packets";
}

std::string watch_report(const Watch& watch, const Style& style, const std::string& started,
                         const std::string& ended) {
  std::vector<Cells> rows{{"hop", "address", "missing", "loss%", "low%", "high%", "asked",
                           "answered", "every", "last", "best", "median", "worst", "jitter", "ways",
                           "as", "name"}};
  for (int ttl = watch.plan().first_ttl; ttl <= watch.last_ttl(); ++ttl) {
    rows.push_back(report_row(watch, ttl, style));
  }
  std::array<std::size_t, std::tuple_size_v<Cells>> widths{};
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text = "# " + destination_text(watch.plan()) + ", " + started + " to " + ended +
                     ", " + std::to_string(watch.rounds()) + " rounds, " +
                     std::to_string(watch.packets()) + " packets\n";
  if (!watch.reached() && watch.rounds() > 0) text += "# the path does not reach the destination\n";
  for (const Cells& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string room(widths[i] - row[i].size(), ' ');
      const bool is_word = i == 1 || i == 2 || i + 2 >= row.size();
      line += (i > 0 ? " " : "") + (is_word ? row[i] + room : room + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace traceroute
