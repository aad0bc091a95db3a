#include "simnet/model/probe.hh"

namespace simnet {

namespace {

std::size_t min_transport_size(std::uint8_t protocol) {
  switch (protocol) {
    case protocol_tcp:
      return 20;
    case protocol_icmp:
    case protocol_icmp6:
    case protocol_udp:
      return 8;
    default:
      return 0;
  }
}

std::uint16_t word_at(wire::Bytes bytes, std::size_t offset) {
  if (offset + 2 > bytes.size()) return 0;
  return static_cast<std::uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

std::optional<Probe> parse_v4(wire::Bytes packet) {
  wire::Reader in{packet};
  Probe probe;
  const std::size_t header_size = 4U * (in.u8() & 0x0f);
  probe.tos = in.u8();
  const std::size_t total = in.u16();
  in.u16();  // identification
  const std::uint16_t fragment = in.u16();
  probe.dont_fragment = (fragment & 0x4000) != 0;
  probe.later_fragment = (fragment & 0x1fff) != 0;
  probe.ttl = in.u8();
  probe.protocol = in.u8();
  in.u16();  // checksum
  probe.source = ip_from(in.take(4));
  probe.destination = ip_from(in.take(4));
  if (!in.ok() || header_size < 20 || total != packet.size() || header_size > total) {
    return std::nullopt;
  }
  probe.header = packet.first(header_size);
  probe.payload = packet.subspan(header_size);
  return probe;
}

std::optional<Probe> parse_v6(wire::Bytes packet) {
  wire::Reader in{packet};
  Probe probe;
  probe.v6 = true;
  probe.dont_fragment = true;
  const std::uint32_t first = in.u32();
  probe.tos = static_cast<std::uint8_t>(first >> 20);
  probe.flow_label = first & 0xfffff;
  const std::size_t length = in.u16();
  probe.protocol = in.u8();
  probe.ttl = in.u8();
  probe.source = ip_from(in.take(16));
  probe.destination = ip_from(in.take(16));
  if (!in.ok() || length != in.rest().size()) return std::nullopt;
  probe.header = packet.first(40);
  probe.payload = in.rest();
  return probe;
}

}  // namespace

std::optional<Probe> parse_probe(wire::Bytes packet) {
  if (packet.empty()) return std::nullopt;
  const unsigned version = packet[0] >> 4;
  if (version != 4 && version != 6) return std::nullopt;
  const auto probe = version == 4 ? parse_v4(packet) : parse_v6(packet);
  if (!probe || probe->later_fragment) return probe;
  if (probe->payload.size() < min_transport_size(probe->protocol)) return std::nullopt;
  return probe;
}

std::uint16_t Probe::sequence() const { return word_at(payload, icmp() ? 6 : 2); }

std::uint16_t Probe::id() const { return word_at(payload, icmp() ? 4 : 0); }

std::uint32_t add_words(std::uint32_t sum, wire::Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] * 256U : bytes[i];
  return (sum >> 16) + (sum & 0xffff);
}

std::uint16_t finish_sum(std::uint32_t sum) {
  while (sum >> 16) sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<std::uint16_t>(~sum);
}

std::uint32_t pseudo_header_sum(const Ip& source, const Ip& destination, std::uint8_t protocol,
                                std::size_t length) {
  const std::uint32_t sum = add_words(add_words(0, source.bytes()), destination.bytes());
  return sum + protocol + static_cast<std::uint32_t>(length);
}

bool transport_checksum_holds(const Probe& probe) {
  if (probe.later_fragment || min_transport_size(probe.protocol) == 0) return true;
  // RFC 768: zero says that there is none.
  if (probe.protocol == protocol_udp && !probe.v6 && word_at(probe.payload, 6) == 0) return true;
  const std::uint32_t start = probe.protocol == protocol_icmp
                                  ? 0
                                  : pseudo_header_sum(probe.source, probe.destination,
                                                      probe.protocol, probe.payload.size());
  return finish_sum(add_words(start, probe.payload)) == 0;
}

}  // namespace simnet
