#include "traceroute/printer.hh"

#include <algorithm>

#include "cli/program.hh"
#include "traceroute/names.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// How long a line is held up for a name that does not come.
constexpr auto patience = 500ms;

}  // namespace

Printer::Printer(Style style)
    : style_(std::move(style)), names_(reverse_name, patience), origins_(origin_as, patience) {
  style_.name = [this](const net::Address& a) { return names_.answer(a).value_or(""); };
  style_.origin = [this](const net::Address& a) { return origins_.answer(a).value_or(""); };
}

void Printer::expect(const net::Address& address) {
  if (!style_.numeric) names_.ask(address);
  if (style_.origins) origins_.ask(address);
}

bool Printer::knows(const net::Address& address) {
  return (style_.numeric || names_.answer(address)) &&
         (!style_.origins || origins_.answer(address));
}

bool Printer::is_ready(const Hop& hop) {
  return std::all_of(hop.probes.begin(), hop.probes.end(), [this](const Probe& probe) {
    return !probe.reply || knows(probe.reply->from);
  });
}

void Printer::print() {
  names_.clear();
  origins_.clear();
  while (!hops_.empty() && is_ready(hops_.front())) {
    cli::print(line(hops_.front(), style_));
    hops_.pop_front();
  }
}

net::Deadline Printer::deadline() const { return names_.deadline().or_sooner(origins_.deadline()); }

}  // namespace traceroute
