#include "traceroute/lookup/address_info.hh"

#include <algorithm>

#include "traceroute/lookup/reverse_dns.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// How long a line is held up for a name that does not come.
constexpr auto timeout = 500ms;

}  // namespace

AddressInfo::AddressInfo(Style style)
    : style_(std::move(style)), names_(reverse_name, timeout), origins_(origin_as, timeout) {
  style_.name = [this](const net::Address& a) { return names_.answer(a).value_or(""); };
  style_.origin = [this](const net::Address& a) { return origins_.answer(a).value_or(""); };
}

void AddressInfo::expect(const net::Address& address) {
  if (!style_.numeric) names_.ask(address);
  if (style_.origins) origins_.ask(address);
}

bool AddressInfo::knows(const net::Address& address) {
  return (style_.numeric || names_.answer(address)) &&
         (!style_.origins || origins_.answer(address));
}

bool AddressInfo::is_ready(const Hop& hop) {
  return std::ranges::all_of(
      hop.probes, [this](const Probe& probe) { return !probe.reply || knows(probe.reply->from); });
}

bool AddressInfo::has_news() {
  const bool names = names_.clear();
  const bool origins = origins_.clear();
  return names || origins || deadline_.passed();
}

net::Deadline AddressInfo::deadline() {
  deadline_ = names_.deadline().or_sooner(origins_.deadline());
  return deadline_;
}

}  // namespace traceroute
