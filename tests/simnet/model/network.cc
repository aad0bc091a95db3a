#include "simnet/model/network.hh"

#include <algorithm>
#include <iterator>

#include "simnet/model/names.hh"

namespace simnet {

namespace {

constexpr std::array<IcmpKind, 2> time_exceeded{{{11, 0}, {3, 0}}};
constexpr std::array<IcmpKind, 2> no_route{{{3, 0}, {1, 0}}};
constexpr std::array<IcmpKind, 2> too_big{{{3, 4}, {2, 0}}};
constexpr std::array<IcmpKind, 2> port_unreachable{{{3, 3}, {1, 4}}};
constexpr std::array<IcmpKind, 2> protocol_unreachable{{{3, 2}, {4, 1}}};

std::size_t one_of(const std::vector<std::size_t>& ways, std::uint64_t number) {
  return ways[static_cast<std::size_t>(number % ways.size())];
}

// The finisher of MurmurHash3: each bit of the sum so far and of the value moves every other.
std::uint64_t mix(std::uint64_t sum, std::uint64_t value) {
  sum ^= value;
  sum = (sum ^ sum >> 33) * 0xff51afd7ed558ccdULL;
  sum = (sum ^ sum >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return sum ^ sum >> 33;
}

std::uint64_t mix(std::uint64_t sum, wire::Bytes bytes) {
  for (const std::uint8_t byte : bytes) sum = mix(sum, byte);
  return sum;
}

std::uint64_t flow_hash(unsigned router, const Probe& probe) {
  std::uint64_t sum = mix(0x9e3779b97f4a7c15ULL, router);
  sum = mix(mix(sum, probe.source.bytes()), probe.destination.bytes());
  sum = mix(mix(sum, probe.protocol), probe.flow_label);
  return mix(sum, probe.payload.first(std::min<std::size_t>(probe.payload.size(), 4)));
}

// The node's own address towards a destination: of its family, and if it is a prefix the one with
// the destination's last bits.
Ip address_towards(const Node& node, const Ip& destination) {
  for (const Prefix& prefix : node.addresses) {
    if (prefix.address.v6 == destination.v6) return prefix.with_host_bits_of(destination);
  }
  return {};
}

bool has_family(const Node& node, bool v6) {
  return std::any_of(node.addresses.begin(), node.addresses.end(),
                     [v6](const Prefix& prefix) { return prefix.address.v6 == v6; });
}

}  // namespace

// A packet under way.
struct Network::Journey {
  const Node* node = nullptr;  // where it is
  unsigned distance = 0;
  unsigned ttl = 0;
  Span delay{};                 // round trip to here
  Ip source;                    // as rewritten by NAT
  std::optional<unsigned> tos;  // as rewritten
  Span now{};
  std::vector<Answer> said;  // by those who forwarded it
};

std::string_view fate_name(Fate fate) {
  constexpr std::array<std::string_view, 10> names{"ignored", "lost",    "dropped",     "silent",
                                                   "limited", "expired", "unreachable", "too-big",
                                                   "reached", "name"};
  return names[static_cast<std::size_t>(fate)];
}

Outcome Network::receive(wire::Bytes packet, Span now) {
  const auto probe = parse_probe(packet);
  if (!probe || probe->destination.multicast() || probe->icmp_error()) return {};
  const auto& resolvers = description_.resolver.addresses;
  if (std::find(resolvers.begin(), resolvers.end(), probe->destination) != resolvers.end()) {
    return resolve(*probe);
  }
  Journey journey{nullptr, 0, probe->ttl, {}, probe->source, {}, now, {}};
  Outcome outcome = travel(journey, *probe);
  std::ranges::move(journey.said, std::back_inserter(outcome.answers));
  return outcome;
}

Outcome Network::travel(Journey& journey, const Probe& probe) {
  const Node* goal = owner_of(description_, probe.destination);
  for (std::size_t at = 0;;) {
    const Node& node = description_.nodes[at];
    journey.node = &node;
    journey.distance += 1;
    journey.delay += node.is.delay;
    if (happens(node.is.loss)) {
      return {Fate::lost, address_towards(node, probe.destination), journey.distance, {}};
    }
    if (&node == goal) return arrive(journey, probe);
    if (node.is.refuse && refused(node, probe, journey.now)) {
      return fail(journey, probe, Fate::unreachable, (*node.is.unreachable)[probe.v6]);
    }
    const bool forwards_zero = node.is.ttl0 && journey.ttl == 1;
    if (journey.ttl <= 1 && !forwards_zero) {
      return fail(journey, probe, Fate::expired, time_exceeded[probe.v6]);
    }
    if (!node.is.refuse && refused(node, probe, journey.now)) {
      return fail(journey, probe, Fate::unreachable, (*node.is.unreachable)[probe.v6]);
    }
    const auto next = choose(node, goal, probe);
    if (!next) return fail(journey, probe, Fate::unreachable, no_route[probe.v6]);
    if (node.is.mtu > 0 && probe.size() > node.is.mtu && probe.dont_fragment) {
      return fail(journey, probe, Fate::too_big, too_big[probe.v6], node.is.mtu);
    }
    if (node.is.also) {
      Outcome said = fail(journey, probe, Fate::expired, (*node.is.also)[probe.v6]);
      std::ranges::move(said.answers, std::back_inserter(journey.said));
    }
    for (const Ip& ip : node.is.nat) {
      if (ip.v6 == probe.v6) journey.source = ip;
    }
    if (node.is.tos) journey.tos = node.is.tos;
    journey.ttl -= 1;
    at = *next;
  }
}

// From 0 to 1; no distribution of <random>, with which each library draws its own numbers.
double Network::draw() { return static_cast<double>(random_()) * 0x1p-64; }

bool Network::happens(double share) { return share > 0 && draw() < share; }

bool Network::leads_to(std::size_t from, const Node* goal) {
  std::vector<bool>& leading = leading_[goal];
  if (leading.empty()) {
    const auto& nodes = description_.nodes;
    leading.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) leading[i] = &nodes[i] == goal;
    for (bool grown = true; grown;) {
      grown = false;
      for (std::size_t i = nodes.size(); i-- > 0;) {
        const auto& next = nodes[i].next;
        if (leading[i] ||
            std::none_of(next.begin(), next.end(), [&](std::size_t j) { return leading[j]; })) {
          continue;
        }
        leading[i] = true;
        grown = true;
      }
    }
  }
  return leading[from];
}

std::optional<std::size_t> Network::choose(const Node& node, const Node* goal, const Probe& probe) {
  std::vector<std::size_t> ways;
  for (const std::size_t next : node.next) {
    if (goal && leads_to(next, goal)) ways.push_back(next);
  }
  // Nowhere to the destination, as in a loop: the way of every other packet.
  if (ways.empty() && goal) ways = node.next;
  if (ways.empty()) return std::nullopt;
  if (ways.size() == 1) return ways[0];
  switch (node.is.balance) {
    case Balance::packet:
      return one_of(ways, random_());
    case Balance::destination:
      return one_of(ways, mix(node.number, probe.destination.bytes()));
    case Balance::label:
      return one_of(ways, mix(mix(node.number, probe.destination.bytes()), probe.flow_label));
    case Balance::flow:
      break;
  }
  return one_of(ways, flow_hash(node.number, probe));
}

bool Network::refused(const Node& node, const Probe& probe, Span now) {
  if (!node.is.unreachable || happens(node.is.admit)) return false;
  const Limit& limit = node.is.admit_limit;
  return limit.burst == 0 || !allowed(limit, node, probe.destination, Use::forwarding, now);
}

bool Network::allowed(const Limit& limit, const Node& node, const Ip& responder, Use use,
                      Span now) {
  if (limit.burst == 0) return true;
  const Span max = limit.interval * limit.burst;
  const auto [found, is_new] =
      buckets_.try_emplace({node.number, responder, use}, Bucket{max, now});
  Bucket& bucket = found->second;
  bucket.tokens = std::min(max, bucket.tokens + (now - bucket.last));
  bucket.last = now;
  if (bucket.tokens < limit.interval) return false;
  bucket.tokens -= limit.interval;
  return true;
}

Outcome Network::resolve(const Probe& probe) {
  Outcome outcome{Fate::silent, probe.destination, 1, {}};
  constexpr std::uint16_t domain = 53;
  if (!transport_checksum_holds(probe)) return {};
  if (probe.echo_request()) {
    outcome.fate = Fate::reached;
    outcome.answers.push_back({description_.resolver.delay, echo_reply(probe, 64)});
  } else if (probe.protocol == protocol_tcp) {
    outcome.fate = Fate::reached;
    outcome.answers.push_back({description_.resolver.delay, tcp_reset(probe, 64)});
  } else if (probe.protocol == protocol_udp && probe.sequence() == domain) {
    const auto answer = answer_query(description_, probe.payload.subspan(8));
    if (!answer) return outcome;
    outcome.fate = Fate::name;
    outcome.answers.push_back({answer->delay, udp_reply(probe, 64, answer->message)});
  }
  return outcome;
}

Outcome Network::arrive(const Journey& journey, const Probe& probe) {
  if (!transport_checksum_holds(probe) || probe.later_fragment) return {};
  if (!probe.echo_request() && probe.protocol != protocol_tcp) {
    const bool udp = probe.protocol == protocol_udp;
    return fail(journey, probe, Fate::reached,
                (udp ? port_unreachable : protocol_unreachable)[probe.v6]);
  }
  const Properties& is = journey.node->is;
  Outcome outcome{Fate::reached, probe.destination, journey.distance, {}};
  const bool in_turn = ++echoes_[journey.node] % is.every == 0;
  if (!in_turn ||
      !allowed(is.echo_limit, *journey.node, probe.destination, Use::echoes, journey.now)) {
    outcome.fate = Fate::limited;
    return outcome;
  }
  const auto ttl = static_cast<std::uint8_t>(
      std::max(1, static_cast<int>(is.ttl.value_or(journey.node->target ? 64 : 255)) -
                      static_cast<int>(journey.distance - 1 + is.return_hops)));
  return answer(journey, std::move(outcome), journey.delay,
                probe.echo_request() ? echo_reply(probe, ttl) : tcp_reset(probe, ttl));
}

Outcome Network::fail(const Journey& journey, const Probe& probe, Fate fate, IcmpKind kind,
                      std::size_t mtu) {
  const Node& node = *journey.node;
  IcmpError error;
  error.kind = kind;
  error.from = fate == Fate::reached ? probe.destination : address_towards(node, probe.destination);
  Outcome outcome{fate, error.from, journey.distance, {}};
  if (!has_family(node, probe.v6) || probe.later_fragment) {
    outcome.fate = Fate::silent;
    return outcome;
  }
  if (!node.is.silent && !allowed(node.is.limit, node, error.from, Use::errors, journey.now)) {
    outcome.fate = Fate::limited;
    return outcome;
  }
  error.ttl = static_cast<std::uint8_t>(
      std::max(1, static_cast<int>(node.is.ttl.value_or(node.target ? 64 : 255)) -
                      static_cast<int>(journey.distance - 1 + node.is.return_hops)));
  error.mtu = static_cast<std::uint32_t>(mtu);
  error.quoted_ttl = static_cast<std::uint8_t>(journey.ttl);
  error.quoted_source = journey.source;
  error.quoted_tos = journey.tos;
  error.router = &node;
  return answer(journey, std::move(outcome), journey.delay + node.is.slow,
                icmp_error(probe, error));
}

Outcome Network::answer(const Journey& journey, Outcome outcome, Span delay, Packet packet) {
  const Properties& is = journey.node->is;
  if (is.silent) {
    outcome.fate = Fate::silent;
    return outcome;
  }
  if (happens(is.drop)) {
    outcome.fate = Fate::dropped;
    return outcome;
  }
  if (is.jitter > 0) {
    const double factor = 1 - is.jitter + 2 * is.jitter * draw();
    delay = std::chrono::duration_cast<Span>(delay * factor);
  }
  if (is.duplicate) outcome.answers.push_back({delay + *is.duplicate, packet});
  outcome.answers.insert(outcome.answers.begin(), {delay, std::move(packet)});
  return outcome;
}

}  // namespace simnet
