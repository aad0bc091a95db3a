#include "simnet/model/reply.hh"

#include <algorithm>

namespace simnet {

namespace {

constexpr std::uint8_t internetwork_control = 0xc0;  // RFC 1812, section 4.3.2.5

void put_u16(Packet& packet, std::size_t offset, std::uint16_t value) {
  packet[offset] = static_cast<std::uint8_t>(value >> 8);
  packet[offset + 1] = static_cast<std::uint8_t>(value);
}

// The packet around a transport header whose checksum, at an offset of it, is still zero.
Packet ip_packet(const Ip& from, const Ip& to, std::uint8_t tos, std::uint8_t ttl,
                 std::uint8_t protocol, Packet transport, std::size_t checksum_at) {
  const std::uint32_t start =
      protocol == protocol_icmp ? 0 : pseudo_header_sum(from, to, protocol, transport.size());
  std::uint16_t checksum = finish_sum(add_words(start, transport));
  if (checksum == 0 && protocol == protocol_udp) checksum = 0xffff;  // RFC 768
  put_u16(transport, checksum_at, checksum);

  const auto size = static_cast<std::uint16_t>(transport.size());
  wire::Writer out;
  if (from.v6) {
    out.u32(6U << 28 | std::uint32_t{tos} << 20).u16(size).u8(protocol).u8(ttl);
    return out.bytes(from.bytes()).bytes(to.bytes()).bytes(transport).done();
  }
  out.u8(0x45).u8(tos).u16(static_cast<std::uint16_t>(size + 20)).u16(0).u16(0x4000);
  out.u8(ttl).u8(protocol).u16(0).bytes(from.bytes()).bytes(to.bytes()).bytes(transport);
  Packet packet = out.done();
  put_u16(packet, 10, finish_sum(add_words(0, wire::Bytes(packet).first(20))));
  return packet;
}

// RFC 791, section 3.1: no-operation up to an end of list.
void put_options(wire::Writer& out, std::size_t size) {
  if (size > 0) out.fill(size - 1, 1).u8(0);
}

// RFC 8200, sections 4.2 and 4.3: a hop-by-hop header of nothing but a PadN option.
void put_hop_by_hop(wire::Writer& out, std::uint8_t next_header, std::size_t size) {
  out.u8(next_header).u8(static_cast<std::uint8_t>(size / 8 - 1));
  out.u8(1).u8(static_cast<std::uint8_t>(size - 4)).fill(size - 4, 0);
}

// A NAT keeps the transport checksum right when it rewrites the source (RFC 3022, section 4.2).
Packet rewritten_payload(const Probe& probe, const Ip& source) {
  Packet payload(probe.payload.begin(), probe.payload.end());
  const std::size_t checksum_at = probe.protocol == protocol_udp     ? 6
                                  : probe.protocol == protocol_tcp   ? 16
                                  : probe.protocol == protocol_icmp6 ? 2
                                                                     : 0;
  if (checksum_at == 0 || source == probe.source || payload.size() < checksum_at + 2) {
    return payload;
  }
  std::uint32_t sum =
      0xffffU & ~(std::uint32_t{payload[checksum_at]} << 8 | payload[checksum_at + 1]);
  sum = add_words(sum, source.bytes());
  sum += 0xffffU & finish_sum(add_words(0, probe.source.bytes()));
  put_u16(payload, checksum_at, finish_sum(sum));
  return payload;
}

// The probe as it arrived at the router, cut as the router cuts it.
Packet quotation(const Probe& probe, const IcmpError& error, std::size_t max_payload) {
  const Properties& is = error.router->is;
  const Packet payload = rewritten_payload(probe, error.quoted_source);
  const std::size_t kept = std::min(payload.size(), max_payload);
  wire::Reader header{probe.header};
  wire::Writer out;
  if (probe.v6) {
    const std::size_t extra = is.options / 8 * 8;
    const std::uint32_t start = header.u32();
    out.u32(error.quoted_tos ? (start & 0xf00fffffU) | *error.quoted_tos << 20 : start);
    out.u16(static_cast<std::uint16_t>(header.u16() + extra));
    const std::uint8_t next_header = header.u8();
    out.u8(extra > 0 ? std::uint8_t{0} : next_header).u8(error.quoted_ttl);
    out.bytes(error.quoted_source.bytes()).bytes(probe.destination.bytes());
    if (extra > 0) put_hop_by_hop(out, next_header, extra);
    return out.bytes(wire::Bytes(payload).first(kept)).done();
  }
  const std::size_t extra = std::min(is.options, 60 - probe.header.size());
  const std::size_t header_size = probe.header.size() + extra;
  header.u8();
  out.u8(static_cast<std::uint8_t>(0x40 | header_size / 4));
  const std::uint8_t tos = header.u8();
  out.u8(static_cast<std::uint8_t>(error.quoted_tos.value_or(tos)));
  out.u16(static_cast<std::uint16_t>(header.u16() + extra)).u16(header.u16()).u16(header.u16());
  header.u8();
  out.u8(error.quoted_ttl).u8(header.u8()).u16(0);
  header.take(10);
  out.bytes(error.quoted_source.bytes()).bytes(probe.destination.bytes()).bytes(header.rest());
  put_options(out, extra);
  Packet quoted = out.done();
  put_u16(quoted, 10, finish_sum(add_words(0, quoted)));
  quoted.insert(quoted.end(), payload.begin(), payload.begin() + static_cast<long>(kept));
  return quoted;
}

// RFC 4950, section 3.
void put_mpls(wire::Writer& out, const std::vector<MplsEntry>& stack) {
  out.u16(static_cast<std::uint16_t>(4 + 4 * stack.size())).u8(1).u8(1);
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const std::uint32_t bottom = i + 1 == stack.size() ? 1 : 0;
    out.u32(stack[i].label << 12 | stack[i].exp << 9 | bottom << 8 | stack[i].ttl);
  }
}

// RFC 5837, section 4: the incoming interface by index and name.
void put_interface(wire::Writer& out, const std::string& name, unsigned index) {
  const std::size_t kept = std::min<std::size_t>(name.size(), 62);
  const std::size_t padded = (1 + kept + 3) / 4 * 4;
  constexpr std::uint8_t index_and_name = 0x08 | 0x02;
  out.u16(static_cast<std::uint16_t>(8 + padded)).u8(2).u8(index_and_name).u32(index);
  out.u8(static_cast<std::uint8_t>(padded)).bytes(wire::bytes_of(name).first(kept));
  out.fill(padded - 1 - kept, 0);
}

// RFC 4884, section 7: the extension header and its objects; empty when the router adds none.
Packet extensions(const Node& router) {
  if (router.is.mpls.empty() && router.is.interface.empty()) return {};
  wire::Writer out;
  out.u8(2 << 4).u8(0).u16(0);
  if (!router.is.mpls.empty()) put_mpls(out, router.is.mpls);
  if (!router.is.interface.empty()) put_interface(out, router.is.interface, router.number);
  Packet structure = out.done();
  put_u16(structure, 2, finish_sum(add_words(0, structure)));
  return structure;
}

}  // namespace

Packet icmp_error(const Probe& probe, const IcmpError& error) {
  const Properties& is = error.router->is;
  const Packet extension = extensions(*error.router);
  const std::size_t word = probe.v6 ? 8 : 4;
  // RFC 1812, section 4.3.2.3, and RFC 4443, section 2.4 (c).
  const std::size_t room = probe.v6 ? 1280 - 40 - 8 : 576 - 20 - 8;
  Packet quoted = quotation(probe, error, is.quote.value_or(room));
  if (quoted.size() > room) quoted.resize(room);
  std::size_t length_field = 0;
  if (!extension.empty()) {
    // RFC 4884, section 5: at least 128 bytes, a whole number of words, filled up with zeros. The
    // older way has exactly 128, and so has this one unless it is told to quote more.
    const bool longer = is.quote && !is.old_extension && quoted.size() > 128;
    quoted.resize(longer ? std::min((quoted.size() + word - 1) / word * word,
                                    (room - extension.size()) / word * word)
                         : 128);
    if (!is.old_extension) length_field = quoted.size() / word;
  }
  const auto length = static_cast<std::uint8_t>(length_field);
  wire::Writer out;
  out.u8(error.kind.type).u8(error.kind.code).u16(0);
  if (probe.v6) {
    out.u32(error.mtu > 0 ? error.mtu : std::uint32_t{length} << 24);
  } else {
    out.u8(0).u8(length).u16(static_cast<std::uint16_t>(error.mtu));
  }
  out.bytes(quoted).bytes(extension);
  return ip_packet(error.from, probe.source, probe.v6 ? 0 : internetwork_control, error.ttl,
                   probe.v6 ? protocol_icmp6 : protocol_icmp, out.done(), 2);
}

Packet echo_reply(const Probe& probe, std::uint8_t ttl) {
  Packet message(probe.payload.begin(), probe.payload.end());
  message[0] = probe.v6 ? 129 : 0;
  put_u16(message, 2, 0);
  return ip_packet(probe.destination, probe.source, probe.tos, ttl, probe.protocol,
                   std::move(message), 2);
}

Packet tcp_reset(const Probe& probe, std::uint8_t ttl) {
  wire::Reader in{probe.payload};
  const std::uint16_t source_port = in.u16();
  const std::uint16_t destination_port = in.u16();
  const std::uint32_t sequence = in.u32();
  constexpr std::uint16_t five_words_reset_ack = 0x5014;
  wire::Writer out;
  out.u16(destination_port).u16(source_port).u32(0).u32(sequence + 1).u16(five_words_reset_ack);
  out.u16(0).u16(0).u16(0);
  return ip_packet(probe.destination, probe.source, 0, ttl, protocol_tcp, out.done(), 16);
}

Packet udp_reply(const Probe& probe, std::uint8_t ttl, wire::Bytes data) {
  wire::Writer out;
  out.u16(probe.sequence()).u16(probe.id()).u16(static_cast<std::uint16_t>(8 + data.size()));
  out.u16(0).bytes(data);
  return ip_packet(probe.destination, probe.source, 0, ttl, protocol_udp, out.done(), 6);
}

}  // namespace simnet
