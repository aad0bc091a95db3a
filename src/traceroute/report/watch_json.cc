#include "traceroute/report/watch_text.hh"
#include "wire/json.hh"

namespace traceroute {

using wire::json::Array;
using wire::json::Object;

namespace {

void add_time(Object& object, std::string_view key, std::optional<Time> time) {
  if (time) object.add(key, in_milliseconds(*time), 3);
}

std::string hop_object(const watch::Watch& watch, int ttl, const Style& style) {
  const watch::HopRecord& hop = watch.hop(ttl);
  Object object;
  object.add("hop", ttl);
  Array from;
  for (const watch::Responder& responder : hop.responders().current()) {
    from.add(wire::json::literal(responder.address.host()));
  }
  object.add_json("from", from.text());
  if (!from.empty()) {
    const net::Address& address = hop.responders().current().front().address;
    const std::string name = style.shown_name(address);
    const std::string origin = style.shown_origin(address);
    if (!name.empty()) object.add("name", name);
    if (!origin.empty()) object.add("as", origin);
  }
  const watch::Meaning meaning = watch.meaning(ttl);
  if (meaning != watch::Meaning::none) object.add("missing", meaning_text(meaning));
  object.add("asked", hop.asked())
      .add("answered", hop.total().asked - hop.total().lost)
      .add("every", hop.every());
  if (hop.refused() > 0) object.add("refused", hop.refused());
  if (hop.tally().asked > 0 && meaning != watch::Meaning::silent) {
    const watch::Interval range = interval_of(hop.tally());
    object.add("loss", hop.tally().share(), 4).add("low", range.low, 4).add("high", range.high, 4);
  }
  add_time(object, "last", hop.rtts().last);
  add_time(object, "best", hop.rtts().best);
  add_time(object, "median", hop.rtts().median());
  add_time(object, "worst", hop.rtts().worst);
  add_time(object, "jitter", hop.rtts().jitter());
  return object.text();
}

}  // namespace

std::string watch_summary(const watch::Watch& watch, const Style& style, std::int64_t started,
                          std::int64_t ended) {
  const Plan& plan = watch.plan();
  Array hops;
  for (int ttl = plan.first_ttl; ttl <= watch.last_ttl(); ++ttl) {
    hops.add(hop_object(watch, ttl, style));
  }
  return Object()
             .add("type", "watch")
             .add("dst_name", plan.name)
             .add("dst_addr", plan.destination.host())
             .add("af", plan.destination.family() == net::Family::ipv6 ? 6 : 4)
             .add("timestamp", started)
             .add("endtime", ended)
             .add("interval", static_cast<double>(watch.interval().count()) / 1e9, 4)
             .add("rounds", watch.rounds())
             .add("packets", watch.packets())
             .add_json("reached", watch.reached() ? "true" : "false")
             .add_json("hops", hops.text())
             .text() +
         '\n';
}

}  // namespace traceroute
