// The simulated network in virtual time: real packets through it, a whole search in milliseconds.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "simnet/model/network.hh"
#include "traceroute/multipath/multipath.hh"
#include "wire/icmp.hh"

namespace traceroute {

inline simnet::Description describe(const std::string& text) {
  return simnet::parse_description(text, "test");
}

inline simnet::Description described_by(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error("no " + path);
  return simnet::parse_description(text, path);
}

inline std::vector<std::uint8_t> packet_of(const Probe& probe, std::uint16_t sequence) {
  const auto icmp =
      wire::echo_request(wire::icmp_v4, {1, sequence, 0, probe.flow, probe.size - 20});
  wire::Writer out;
  out.u8(0x45).u8(0).u16(static_cast<std::uint16_t>(probe.size)).u16(0).u16(0);
  out.u8(static_cast<std::uint8_t>(probe.ttl)).u8(1).u16(0);
  out.u32(0x0a000002).u32(0xc000020a);  // 10.0.0.2 to 192.0.2.10
  std::vector<std::uint8_t> packet = out.done();
  packet.insert(packet.end(), icmp.begin(), icmp.end());
  return packet;
}

// The reply that a packet is, and the sequence number of its probe.
inline std::pair<std::uint16_t, Reply> reply_of(const std::vector<std::uint8_t>& packet,
                                                Time arrived) {
  Reply reply;
  reply.arrived = arrived;
  const auto ip = wire::parse_ipv4(packet);
  reply.from = net::resolve(simnet::ip_from(wire::Bytes(packet).subspan(12, 4)).text(), 0,
                            net::Family::ipv4, {})[0];
  if (const auto echo = wire::parse_echo_reply(wire::icmp_v4, ip->payload)) {
    reply.verdict = Verdict::destination;
    return {echo->sequence, reply};
  }
  const auto error = wire::parse_icmp_error(wire::icmp_v4, ip->payload);
  reply.verdict = error->type == 11 ? Verdict::router : Verdict::refusal;
  reply.type = error->type;
  reply.code = error->code;
  return {error->quote.sequence, reply};
}

struct Search {
  PathGraph graph;
  Time took{};
  std::map<int, int> probes;          // by TTL
  std::map<simnet::Fate, int> fates;  // of the probes
};

// Runs a search to its end, at the moments that it asks for.
inline Search search(simnet::Network& network, const Plan& plan, Time start) {
  Multipath multipath(plan);
  Search result;
  std::multimap<Time, std::vector<std::uint8_t>> on_the_way;
  Time now = start;
  while (true) {
    while (!on_the_way.empty() && on_the_way.begin()->first <= now) {
      const auto [sequence, reply] =
          reply_of(on_the_way.begin()->second, on_the_way.begin()->first);
      multipath.record(sequence, reply);
      on_the_way.erase(on_the_way.begin());
    }
    for (const std::size_t index : multipath.due(now)) {
      const Probe& probe = multipath.probes()[index];
      ++result.probes[probe.ttl];
      const auto outcome =
          network.receive(packet_of(probe, static_cast<std::uint16_t>(index)), now);
      ++result.fates[outcome.fate];
      for (const auto& answer : outcome.answers) {
        on_the_way.insert({now + answer.delay, answer.packet});
      }
    }
    if (multipath.done()) break;
    Time next = multipath.wake();
    if (!on_the_way.empty()) next = std::min(next, on_the_way.begin()->first);
    if (next == Time::max() || next < now) throw std::logic_error("the search sleeps for ever");
    now = next;
  }
  result.graph = multipath.graph();
  result.took = now - start;
  return result;
}

inline Search search(const simnet::Description& description, const Plan& plan, std::uint64_t seed) {
  simnet::Network network(description, seed);
  return search(network, plan, std::chrono::hours(1));
}

// Links as "3 198.18.0.3 198.18.0.7": from which TTL, from whom, to whom.
using Links = std::set<std::string>;

inline Links links_of(const PathGraph& graph) {
  const auto name = [&](std::size_t node) {
    const auto& reply = graph.nodes[node].reply;
    return reply ? reply->from.host() : std::string("*");
  };
  Links links;
  for (const PathLink& link : graph.links) {
    links.insert(std::to_string(graph.nodes[link.from].ttl) + ' ' + name(link.from) + ' ' +
                 name(link.to));
  }
  return links;
}

// Those that there really are on the ways to 192.0.2.10.
inline Links links_of(const simnet::Description& description, std::size_t from = 0, int ttl = 1) {
  const auto name = [&](std::size_t i) {
    const simnet::Node& node = description.nodes[i];
    return node.is.silent ? std::string("*") : node.addresses[0].address.text();
  };
  Links links;
  for (const std::size_t to : description.nodes[from].next) {
    links.insert(std::to_string(ttl) + ' ' + name(from) + ' ' + name(to));
    links.merge(links_of(description, to, ttl + 1));
  }
  return links;
}

}  // namespace traceroute
