#include "traceroute/probe/prober.hh"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "net/sockaddr.hh"

namespace traceroute {

namespace {

constexpr std::size_t udp_header_size = 8;
// Ports nobody is expected to listen on, as traceroute has used them from its beginning.
constexpr std::uint16_t first_port = 33434;
constexpr std::size_t ports = 16384;
// Together they tell 2^32 probes apart, a number that a size_t of 32 bits does not hold.
constexpr std::uint64_t sequences = 65536;
constexpr std::uint64_t ids = 65536;
static_assert(ids * sequences / ids == sequences);
// Taken at one go, so that a flood of packets cannot keep the traces from going on.
constexpr int max_receipts = 2048;

Time time_of(net::Clock::time_point when) { return when.time_since_epoch(); }

// A scope is no part of what travels.
std::optional<net::Address> changed(const std::vector<std::uint8_t>& quoted,
                                    const net::Address& sent) {
  const net::Address arrived(quoted);
  return arrived.same_host(sent.without_scope()) ? std::nullopt : std::optional(arrived);
}

Rewritten rewritten(const wire::Quote& quote, const Plan& plan, const Probe& probe) {
  Rewritten found;
  if (plan.source) found.source = changed(quote.source, *plan.source);
  found.destination = changed(quote.destination, plan.destination);
  if (quote.traffic_class != plan.traffic_class) found.traffic_class = quote.traffic_class;
  // Only of IPv4 it is known which checksum a probe has.
  const bool chosen = plan.destination.family() == net::Family::ipv4;
  if (chosen && quote.checksum != probe.flow) found.checksum = quote.checksum;
  return found;
}

// The kernel chooses a ping socket's id, on which the checksum depends: it is the port that the
// socket is bound to, with a source address or without.
std::uint16_t id_of_ping_socket(const ProbeSocket& socket) {
  net::bind_to(socket.fd(), net::Address::wildcard(socket.family(), 0));
  return net::local_address(socket.fd()).port();
}

}  // namespace

std::string send_failure(const Plan& plan, std::error_code error) {
  const std::string wall = error.value() == EPERM ? " past the local firewall" : "";
  return std::system_error(error, "send to " + plan.destination.host() + wall).what();
}

Prober::Prober(ProbeSocket& socket, std::optional<std::uint16_t> first_sequence)
    : socket_(socket), family_(icmp_of(socket.family())) {
  std::random_device random;
  first_sequence_ = first_sequence.value_or(static_cast<std::uint16_t>(random()));
  id_ = static_cast<std::uint16_t>(random());
  nonce_ = random();
  probes_told_apart_ = socket.way() == ProbeWay::raw    ? ids * sequences
                       : socket.way() == ProbeWay::ping ? sequences
                                                        : ports;
}

std::vector<std::uint8_t> Prober::packet(std::size_t key, const Probe& probe) const {
  const std::size_t size = probe.size - family_.ip_header_size;
  if (socket_.way() == ProbeWay::udp) {
    return std::vector<std::uint8_t>(size - udp_header_size, '@');
  }
  const bool own_id = socket_.way() == ProbeWay::raw;
  const auto id = static_cast<std::uint16_t>(id_ + (own_id ? key / sequences : 0));
  const auto sequence = static_cast<std::uint16_t>(first_sequence_ + key);
  const auto nonce = static_cast<std::uint32_t>(nonce_ + key);
  return wire::echo_request(family_, {id, sequence, nonce, probe.flow, size});
}

bool Prober::Sending::lacks_room() const {
  return error == std::errc::no_buffer_space || error == std::errc::not_enough_memory ||
         error == std::errc::resource_unavailable_try_again;
}

Prober::Sending Prober::try_send(Measurement& measurement, std::span<const std::size_t> probes) {
  if (probes.empty()) return {};
  const net::Address& destination = measurement.plan().destination;
  std::vector<std::vector<std::uint8_t>> packets;
  std::vector<net::Address> targets;
  std::vector<OutgoingProbe> outgoing;
  if (first_sent_ == net::Clock::time_point{}) {
    try {
      if (socket_.way() == ProbeWay::ping) id_ = id_of_ping_socket(socket_);
    } catch (const std::system_error& error) {
      return {0, error.code()};
    }
    first_sent_ = net::Clock::now();
  }
  packets.reserve(probes.size());
  targets.reserve(probes.size());
  for (const std::size_t probe : probes) {
    const std::size_t key = next_key();
    if (measurement.probes()[probe].found_mtu) forget(measurement, probe);
    sent_.push_back({&measurement, probe, now()});
    packets.push_back(packet(key, measurement.probes()[probe]));
    const bool by_port = socket_.way() == ProbeWay::udp;
    const auto port = static_cast<std::uint16_t>(by_port ? first_port + key % ports : 0);
    targets.push_back(destination.with_port(port));
    // Many routers tell IPv6 flows apart by nothing but the label (RFC 6438).
    const std::uint16_t flow = measurement.probes()[probe].flow;
    const std::uint32_t label = flow == usual_flow ? 0 : flow;
    outgoing.push_back({&targets.back(), measurement.probes()[probe].ttl, packets.back(), label});
  }
  const std::size_t count = socket_.send(outgoing);
  if (count == probes.size()) return {count};
  const int error = errno;
  stamps_agree_ = false;
  for (std::size_t i = count; i < probes.size(); ++i) sent_.pop_back();
  return {count, {error, std::generic_category()}};
}

std::error_code Prober::send(Measurement& measurement, std::span<const std::size_t> probes) {
  constexpr int attempts = 300;
  constexpr int pause = 10;  // milliseconds: not until the socket is writable, which it always is
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const Sending sending = try_send(measurement, probes);
    probes = probes.subspan(sending.count);
    if (probes.empty()) return {};
    if (!sending.lacks_room()) return sending.error;
    if (sending.count > 0) attempt = 0;
    ::poll(nullptr, 0, pause);
  }
  return std::make_error_code(std::errc::no_buffer_space);
}

const std::vector<net::Address>& Prober::receive() {
  responders_.clear();
  answered_.clear();
  for (int i = 0; i < max_receipts; ++i) {
    const auto& arrivals = socket_.receive(first_sent_);
    if (arrivals.empty()) break;
    const auto now = net::Clock::now();
    for (const Received& arrival : arrivals) {
      if (arrival.kind == Received::Kind::stamp) {
        take_stamp(arrival);
        continue;
      }
      Reply reply;
      reply.from = arrival.from.with_port(0);
      reply.arrived = time_of(arrival.when.value_or(now));
      reply.ttl = arrival.ttl;
      reply.size = arrival.size;
      if (arrival.kind == Received::Kind::packet) {
        take_packet(arrival, std::move(reply));
      } else {
        take_error(arrival, std::move(reply));
      }
    }
  }
  return responders_;
}

void Prober::forget(const Measurement& measurement) {
  for (Sent& sent : sent_) {
    if (sent.measurement == &measurement) sent.measurement = nullptr;
  }
  for (; !sent_.empty() && !sent_.front().measurement; ++first_key_) sent_.pop_front();
}

// What said that the last packet of a probe was too large may come twice.
void Prober::forget(const Measurement& measurement, std::size_t probe) {
  const auto sent = std::find_if(sent_.rbegin(), sent_.rend(), [&](const Sent& each) {
    return each.measurement == &measurement && each.probe == probe;
  });
  if (sent != sent_.rend()) sent->measurement = nullptr;
}

const Prober::Sent* Prober::at(std::size_t key) const {
  const bool known = key >= first_key_ && key < next_key() && sent_[key - first_key_].measurement;
  return known ? &sent_[key - first_key_] : nullptr;
}

void Prober::take_stamp(const Received& arrival) {
  const Sent* sent = at(arrival.number);
  if (!stamps_agree_ || !sent || !arrival.when) return;
  sent->measurement->left(sent->probe, time_of(*arrival.when));
}

void Prober::take_packet(const Received& arrival, Reply reply) {
  if (socket_.way() == ProbeWay::udp) {
    // Somebody does listen there, and answers: as good as an echo.
    reply.type = family_.echo_reply;
    reply.size += family_.ip_header_size + udp_header_size;
    record(latest(arrival.from.port() - std::size_t{first_port}, ports), std::move(reply));
    return;
  }
  wire::Bytes icmp = arrival.bytes;
  if (socket_.way() == ProbeWay::raw && socket_.family() == net::Family::ipv4) {
    const auto packet = wire::parse_ipv4(arrival.bytes);
    if (!packet || packet->protocol != family_.protocol) return;
    icmp = packet->payload;
    reply.ttl = packet->ttl;
  } else {
    reply.size += family_.ip_header_size;
  }
  if (const auto echo = wire::parse_echo_reply(family_, icmp)) {
    const auto key = find(echo->id, echo->sequence);
    if (!key || (echo->nonce && *echo->nonce != static_cast<std::uint32_t>(nonce_ + *key))) return;
    reply.type = family_.echo_reply;
    record(key, std::move(reply));
  } else if (auto error = wire::parse_icmp_error(family_, icmp)) {
    reply.type = error->type;
    reply.code = error->code;
    reply.quoted_ttl = error->quote.ttl;
    reply.mtu = error->mtu;
    reply.extensions = std::move(error->extensions);
    reply.extensions_told = error->extensions_told;
    const auto key = find(error->quote.id, error->quote.sequence);
    if (const Sent* sent = key ? at(*key) : nullptr) {
      const Plan& plan = sent->measurement->plan();
      reply.rewritten = rewritten(error->quote, plan, sent->measurement->probes()[sent->probe]);
    }
    record(key, std::move(reply));
  }
}

void Prober::take_error(const Received& arrival, Reply reply) {
  // A ping socket hears of redirects, too (icmp(7)).
  if (!wire::is_icmp_error(family_, arrival.type)) return;
  reply.type = arrival.type;
  reply.code = arrival.code;
  if (wire::is_about_size(family_, arrival.type, arrival.code)) reply.mtu = arrival.info;
  const bool udp = socket_.way() == ProbeWay::udp;
  const std::size_t cut = family_.ip_header_size + (udp ? udp_header_size : 0);
  reply.size += family_.ip_header_size + wire::icmp_header_size + cut;
  const std::size_t told = arrival.extensions_at != 0 ? arrival.extensions_at + cut : 0;
  reply.extensions = wire::find_extensions(arrival.bytes, told, cut);
  reply.extensions_told = told != 0;
  if (udp) {
    record(latest(arrival.to_port - std::size_t{first_port}, ports), std::move(reply));
  } else if (const auto quote = wire::parse_quoted_request(family_, arrival.bytes)) {
    record(find(quote->id, quote->sequence), std::move(reply));
  }
}

// The probe last sent of those whose key leaves this remainder.
std::optional<std::size_t> Prober::latest(std::uint64_t number, std::uint64_t modulus) const {
  if (number >= modulus || number >= next_key()) return std::nullopt;
  const std::size_t last = next_key() - 1;
  return last - static_cast<std::size_t>((last - number) % modulus);
}

std::optional<std::size_t> Prober::find(std::uint16_t id, std::uint16_t sequence) const {
  const auto number = static_cast<std::uint16_t>(sequence - first_sequence_);
  if (socket_.way() != ProbeWay::raw) return latest(number, sequences);
  return latest(static_cast<std::uint16_t>(id - id_) * sequences + number, ids * sequences);
}

Verdict Prober::verdict(const Reply& reply, const Measurement& measurement) const {
  if (reply.type == family_.echo_reply) return Verdict::destination;
  if (reply.type == family_.time_exceeded && reply.code == 0) return Verdict::router;
  const bool port = reply.type == family_.unreachable && reply.code == family_.port_unreachable;
  if (!port) return Verdict::refusal;
  const net::Address destination = measurement.plan().destination.without_scope();
  if (reply.from.without_scope().same_host(destination)) return Verdict::destination;
  // In these words a firewall refuses a packet, too (iptables(8), REJECT): an echo request, which
  // has no port, or one that it is a router for.
  const bool is_router = std::ranges::any_of(measurement.probes(), [&](const Probe& probe) {
    return probe.reply && probe.reply->verdict == Verdict::router &&
           probe.reply->from.same_host(reply.from);
  });
  const bool may_be_firewall = socket_.way() != ProbeWay::udp || is_router;
  return may_be_firewall ? Verdict::refusal : Verdict::destination;
}

void Prober::record(std::optional<std::size_t> key, Reply reply) {
  const Sent* sent = key ? at(*key) : nullptr;
  if (!sent) return;
  responders_.push_back(reply.from);
  answered_.push_back(sent->measurement);
  // Our own answer to a multicast comes before the packet leaves.
  if (reply.arrived < sent->measurement->probes()[sent->probe].sent) {
    sent->measurement->left(sent->probe, sent->asked);
  }
  reply.verdict = verdict(reply, *sent->measurement);
  if (reply.type == family_.echo_reply ||
      wire::ends_packet(family_, static_cast<std::uint8_t>(reply.type))) {
    sent->measurement->record(sent->probe, std::move(reply));
  } else {
    sent->measurement->record_unknown(sent->probe, reply);
  }
}

}  // namespace traceroute
