#include "traceroute/report/atlas.hh"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "traceroute/networks/locations.hh"
#include "traceroute/report/summarize.hh"
#include "wire/icmp.hh"
#include "wire/json.hh"

namespace traceroute {

namespace {

using wire::json::Array;
using wire::json::Object;

constexpr int firmware = 5080;  // whose layout this is
constexpr const char* our_key = "sockhop";

std::size_t payload_size(std::size_t packet_size, const wire::IcmpFamily& family) {
  const std::size_t headers = family.ip_header_size + wire::icmp_header_size;
  return packet_size - std::min(packet_size, headers);
}

// Codes of unreachable that have a letter; the others are numbers.
using CodeLetter = std::pair<int, const char*>;
constexpr CodeLetter ipv4_letters[] = {{0, "N"}, {1, "H"}, {2, "P"}, {3, "p"}, {13, "A"}};
constexpr CodeLetter ipv6_letters[] = {{0, "N"}, {1, "A"}, {2, "h"}, {3, "H"}, {4, "p"}};

std::string error_code(const wire::IcmpFamily& family, const Reply& reply) {
  const bool ipv6 = &family == &wire::icmp_v6;
  const auto letters =
      ipv6 ? std::span<const CodeLetter>(ipv6_letters) : std::span<const CodeLetter>(ipv4_letters);
  const auto found = std::ranges::find(letters, reply.code, &CodeLetter::first);
  const bool has_letter = reply.type == family.unreachable && found != letters.end();
  return has_letter ? wire::json::literal(found->second) : std::to_string(reply.code);
}

bool is_error(const Reply& reply, const wire::IcmpFamily& family) {
  return reply.verdict != Verdict::router && reply.type != family.echo_reply;
}

std::string extensions(const Reply& reply) {
  Array objects;
  for (const wire::ExtensionObject& object : reply.extensions) {
    Object entry;
    entry.add("class", object.class_number).add("type", object.type);
    Array labels;
    for (const wire::MplsLabel& label : wire::mpls_labels(object)) {
      labels.add(Object()
                     .add("label", label.label)
                     .add("exp", label.experimental)
                     .add("s", label.bottom ? 1 : 0)
                     .add("ttl", label.ttl)
                     .text());
    }
    if (!labels.empty()) entry.add_json("mpls", labels.text());
    objects.add(entry.text());
  }
  return Object()
      .add("version", 2)
      .add("rfc4884", reply.extensions_told ? 1 : 0)
      .add_json("obj", objects.text())
      .text();
}

double rtt(Time sent, Time arrived) {
  return in_milliseconds(std::max(arrived - sent, Time::zero()));
}

// What is told of any answer; its time is not.
Object answer(const Reply& reply) {
  const wire::IcmpFamily& family = icmp_of(reply.from.family());
  Object entry;
  entry.add("from", reply.from.host());
  if (reply.ttl != 0) entry.add("ttl", reply.ttl);
  entry.add("size", payload_size(reply.size, family));
  if (reply.mtu) {
    entry.add("mtu", *reply.mtu);
  } else if (is_error(reply, family)) {
    entry.add_json("err", error_code(family, reply));
  }
  const bool quotes = reply.type != family.echo_reply;
  if (quotes && reply.quoted_ttl != 1) entry.add("ittl", reply.quoted_ttl);
  if (reply.rewritten.destination) entry.add("edst", reply.rewritten.destination->host());
  if (!reply.extensions.empty()) entry.add_json("icmpext", extensions(reply));
  return entry;
}

// How many probes had been sent after this one when its answer came.
std::int64_t packets_late(const std::vector<Probe>& sent, const Probe& probe) {
  return std::max<std::int64_t>(1, std::ranges::count_if(sent, [&](const Probe& other) {
                                  return other.sent > probe.sent &&
                                         other.sent <= probe.reply->arrived;
                                }));
}

void add_probe(Array& entries, const std::vector<Probe>& sent, const Probe& probe) {
  if (!probe.reply) {
    entries.add(Object().add("x", "*").text());
    return;
  }
  Object entry = answer(*probe.reply);
  if (probe.late) {
    entry.add("late", packets_late(sent, probe));  // which has no round trip
  } else {
    entry.add("rtt", rtt(probe.sent, probe.reply->arrived), 3);
  }
  entries.add(entry.text());
  for (const Reply& again : probe.duplicates) {
    entries.add(answer(again).add("dup", 1).add("rtt", rtt(probe.sent, again.arrived), 3).text());
  }
}

std::string interface(int hop, const Reply& reply, const wire::InterfaceInfo& info) {
  constexpr std::array roles = {"incoming", "incoming-sub-ip", "outgoing", "next-hop"};
  Object entry;
  entry.add("hop", hop).add("from", reply.from.host()).add("role", roles.at(info.role));
  if (info.index) entry.add("index", *info.index);
  if (info.name && !info.name->empty()) entry.add("name", *info.name);
  if (!info.address.empty()) entry.add("address", net::Address(info.address).host());
  if (info.mtu) entry.add("mtu", *info.mtu);
  return entry.text();
}

std::string rewritten(int hop, const Reply& reply) {
  const Rewritten& is = reply.rewritten;
  Object entry;
  entry.add("hop", hop).add("from", reply.from.host());
  if (is.source) entry.add("src_addr", is.source->host());
  if (is.destination) entry.add("dst_addr", is.destination->host());
  if (is.traffic_class) entry.add("tos", *is.traffic_class);
  if (is.checksum) entry.add("checksum", *is.checksum);
  return entry.text();
}

// Collects what goes below our own key: each fact once.
class Extra {
 public:
  explicit Extra(const Style& style) : style_(style) {}

  void note(int hop, const Reply& reply) {
    for (const wire::ExtensionObject& object : reply.extensions) {
      const auto info = wire::interface_info(object);
      if (info) add_once(interfaces_, interface(hop, reply, *info));
    }
    if (style_.extensions && !rewritten_text(reply).empty()) {
      add_once(quotes_, rewritten(hop, reply));
    }
    const wire::IcmpFamily& family = icmp_of(reply.from.family());
    // "err" or "mtu" tells the whole of others.
    if (is_error(reply, family) && reply.type != family.unreachable && !reply.mtu) {
      Object error;
      error.add("hop", hop).add("from", reply.from.host());
      add_once(errors_, error.add("type", reply.type).add("code", reply.code).text());
    }
    const std::string address = reply.from.host();
    if (!noted_.insert(address).second) return;
    const std::string name = style_.shown_name(reply.from);
    if (!name.empty()) names_.add(address, name);
    const std::string origin = style_.shown_origin(reply.from);
    if (!origin.empty()) origins_.add(address, origin);
  }

  [[nodiscard]] Object object() const {
    Object all;
    if (!names_.empty()) all.add_json("names", names_.text());
    if (!origins_.empty()) all.add_json("origins", origins_.text());
    if (!interfaces_.empty()) all.add_json("interfaces", interfaces_.text());
    if (!quotes_.empty()) all.add_json("quotes", quotes_.text());
    if (!errors_.empty()) all.add_json("errors", errors_.text());
    return all;
  }

 private:
  void add_once(Array& entries, const std::string& entry) {
    if (noted_.insert(entry).second) entries.add(entry);
  }

  const Style& style_;
  std::set<std::string> noted_;  // addresses and entries
  Object names_, origins_;
  Array interfaces_, quotes_, errors_;
};

// The keys that a result begins with. Where "from" is what others see us as, we only know
// ourselves.
Object beginning(const Plan& plan, const TraceTimes& when) {
  Object result;
  result.add("fw", firmware).add("type", "traceroute").add("msm_id", 0).add("prb_id", 0);
  result.add("timestamp", when.started).add("endtime", when.ended);
  result.add("from", when.source);
  if (!when.source.empty()) result.add("src_addr", when.source);
  result.add("dst_name", plan.name);
  // The ports of UDP probes differ, so they are no flow.
  result.add("proto", plan.by_udp ? "UDP" : "ICMP").add("paris_id", plan.by_udp ? 0 : usual_flow);
  if (plan.destination.family() == net::Family::any) return result;
  result.add("dst_addr", plan.destination.host());
  result.add("af", plan.destination.family() == net::Family::ipv6 ? 6 : 4);
  return result.add("size", payload_size(plan.packet_size, icmp_of(plan.destination.family())));
}

// The places that the names tell, as locations.hh judges them.
std::string places(const PathSummary& path) {
  const std::vector<Location> locations = locations_of(path, networks_of(path));
  Array list;
  for (std::size_t i = 0; i < locations.size(); ++i) {
    const City* city = locations[i].city;
    if (!city) continue;
    Object place;
    place.add("hop", path.hops[i].ttl).add("city", city->name).add("country", city->country);
    if (!city->state.empty()) place.add("state", city->state);
    list.add(place.add("lat", city->latitude, 2)
                 .add("lon", city->longitude, 2)
                 .add_json("sure", locations[i].sure ? "true" : "false")
                 .text());
  }
  return list.empty() ? "" : list.text();
}

}  // namespace

std::string atlas_result(const Trace& trace, const Style& style, const TraceTimes& when) {
  return atlas_result(trace.plan(), trace.hops(), trace.probes(), style, when);
}

std::string atlas_result(const Plan& plan, const std::vector<Hop>& hops,
                         const std::vector<Probe>& sent, const Style& style,
                         const TraceTimes& when) {
  Array results;
  if (hops.empty() && !when.failure.empty()) {
    results.add(Object().add("error", when.failure).text());
    return beginning(plan, when).add_json("result", results.text()).text() + '\n';
  }
  Extra extra(style);
  std::size_t min_size = plan.packet_size;
  for (const Hop& hop : hops) {
    Array entries;
    for (const Probe& probe : hop.probes) {
      add_probe(entries, sent, probe);
      min_size = std::min(min_size, probe.size);
      if (probe.reply) extra.note(hop.ttl, *probe.reply);
    }
    results.add(Object().add("hop", hop.ttl).add_json("result", entries.text()).text());
  }
  Object ours = extra.object();
  const std::string located = places(summarize(plan, hops, style, when.source));
  if (!located.empty()) ours.add_json("places", located);
  if (plan.find_mtu) ours.add("mtu", min_size);
  if (!when.failure.empty()) ours.add("error", when.failure);
  Object result = beginning(plan, when).add_json("result", results.text());
  if (!ours.empty()) result.add_json(our_key, ours.text());
  return result.text() + '\n';
}

std::string atlas_error(const Plan& plan, const std::string& error, std::int64_t time) {
  return atlas_result(plan, {}, {}, {}, {time, time, "", error});
}

}  // namespace traceroute
