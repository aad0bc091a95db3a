#include "wire/icmp.hh"

#include "wire/checksum.hh"

namespace wire {

// RFC 792, RFC 4443, RFC 4884; the numbers are IANA's.
const IcmpFamily icmp_v4{.protocol = 1,
                         .echo_request = 8,
                         .echo_reply = 0,
                         .unreachable = 3,
                         .port_unreachable = 3,
                         .time_exceeded = 11,
                         .parameter_problem = 12,
                         .max_error = 0,
                         .too_big = 3,
                         .too_big_code = 4,
                         .mtu_bits = 0xffff,
                         .ip_header_size = 20,
                         .length_octet = 5,
                         .length_unit = 4};
const IcmpFamily icmp_v6{.protocol = 58,
                         .echo_request = 128,
                         .echo_reply = 129,
                         .unreachable = 1,
                         .port_unreachable = 4,
                         .time_exceeded = 3,
                         .parameter_problem = 4,
                         .max_error = 127,
                         .too_big = 2,
                         .too_big_code = 0,
                         .mtu_bits = 0xffffffff,
                         .ip_header_size = 40,
                         .length_octet = 4,
                         .length_unit = 8};

namespace {

constexpr std::size_t balance_size = min_chosen_size - icmp_header_size;
constexpr std::size_t nonce_size = 4;

// What the length octet of an extension header counts in, the first 8 bytes not counted; nullopt if
// `next` is no header that may stand between an IPv6 header and its payload (RFC 7045; IANA).
std::optional<std::size_t> extension_unit(std::uint8_t next) {
  constexpr std::uint8_t fragment = 44;
  constexpr std::uint8_t authentication = 51;  // RFC 4302, section 2.2
  if (next == fragment) return 0;
  if (next == authentication) return 4;
  for (const int other : {0, 43, 60, 135, 139, 140}) {
    if (next == other) return 8;
  }
  return std::nullopt;
}

struct QuotedHeader {
  std::uint8_t traffic_class = 0;
  std::uint8_t ttl = 0;
  std::uint8_t protocol = 0;
  Bytes source, destination;
  Bytes payload;  // as much as is there
};

std::optional<QuotedHeader> quoted_ipv4(Bytes packet) {
  Reader in{packet};
  const std::uint8_t version_and_size = in.u8();
  const std::uint8_t service = in.u8();
  in.take(6);
  const std::uint8_t ttl = in.u8();
  const std::uint8_t protocol = in.u8();
  in.u16();
  const Bytes source = in.take(4);
  const Bytes destination = in.take(4);
  const std::size_t header_size = std::size_t{4} * (version_and_size & 15U);
  if (!in.ok() || version_and_size >> 4 != 4) return std::nullopt;
  if (header_size < icmp_v4.ip_header_size || header_size > packet.size()) return std::nullopt;
  return QuotedHeader{service, ttl, protocol, source, destination, packet.subspan(header_size)};
}

std::optional<QuotedHeader> quoted_ipv6(Bytes packet) {
  Reader in{packet};
  const std::uint16_t start = in.u16();
  const int version = start >> 12;
  const auto traffic_class = static_cast<std::uint8_t>(start >> 4);
  in.take(4);
  std::uint8_t next = in.u8();
  const std::uint8_t hop_limit = in.u8();
  const Bytes source = in.take(16);
  const Bytes destination = in.take(16);
  if (!in.ok() || version != 6) return std::nullopt;
  while (const auto unit = extension_unit(next)) {
    next = in.u8();
    const std::size_t length = in.u8();
    in.take(6 + length * *unit);
    if (!in.ok()) return std::nullopt;
  }
  return QuotedHeader{traffic_class, hop_limit, next, source, destination, in.rest()};
}

}  // namespace

std::vector<std::uint8_t> echo_request(const IcmpFamily& family, const EchoRequest& request) {
  Writer out;
  out.u8(family.echo_request).u8(0).u16(0).u16(request.id).u16(request.sequence);
  const bool has_balance = request.size >= icmp_header_size + balance_size;
  const bool has_nonce = request.size >= icmp_header_size + balance_size + nonce_size;
  if (has_balance) out.u16(0);
  if (has_nonce) out.u32(request.nonce);
  while (out.size() < request.size) out.u8(static_cast<std::uint8_t>('@' + out.size() % 64));
  std::vector<std::uint8_t> packet = out.done();

  std::uint16_t sum = ones_complement_sum(packet);
  if (has_balance) {
    const auto wanted =
        static_cast<std::uint16_t>(~(request.checksum == 0xffff ? 0 : request.checksum));
    const std::uint16_t balance = ones_complement_difference(wanted, sum);
    packet[icmp_header_size] = static_cast<std::uint8_t>(balance >> 8);
    packet[icmp_header_size + 1] = static_cast<std::uint8_t>(balance);
    sum = ones_complement_sum(packet);
  }
  const auto checksum = static_cast<std::uint16_t>(~sum);
  packet[2] = static_cast<std::uint8_t>(checksum >> 8);
  packet[3] = static_cast<std::uint8_t>(checksum);
  return packet;
}

bool ends_packet(const IcmpFamily& family, std::uint8_t type) {
  return type == family.unreachable || type == family.time_exceeded ||
         type == family.parameter_problem || type == family.too_big;
}

bool is_icmp_error(const IcmpFamily& family, std::uint8_t type) {
  return ends_packet(family, type) || (type > 0 && type <= family.max_error);
}

bool is_about_size(const IcmpFamily& family, std::uint8_t type, std::uint8_t code) {
  return type == family.too_big && code == family.too_big_code;
}

std::optional<EchoReply> parse_echo_reply(const IcmpFamily& family, Bytes icmp) {
  Reader in{icmp};
  const std::uint8_t type = in.u8();
  in.u8();
  in.u16();
  EchoReply reply{in.u16(), in.u16(), std::nullopt};
  if (!in.ok() || type != family.echo_reply) return std::nullopt;
  in.take(balance_size);
  const std::uint32_t nonce = in.u32();
  if (in.ok()) reply.nonce = nonce;
  return reply;
}

std::optional<Quote> parse_quoted_request(const IcmpFamily& family, Bytes request) {
  Reader in{request};
  const std::uint8_t type = in.u8();
  in.u8();
  Quote quote;
  quote.checksum = in.u16();
  quote.id = in.u16();
  quote.sequence = in.u16();
  if (!in.ok() || type != family.echo_request) return std::nullopt;
  return quote;
}

std::optional<IcmpError> parse_icmp_error(const IcmpFamily& family, Bytes icmp) {
  Reader in{icmp};
  IcmpError error;
  error.type = in.u8();
  error.code = in.u8();
  in.u16();
  const std::uint32_t rest = in.u32();
  if (!in.ok() || !is_icmp_error(family, error.type)) return std::nullopt;
  const bool ipv4 = family.protocol == icmp_v4.protocol;
  const auto header = ipv4 ? quoted_ipv4(in.rest()) : quoted_ipv6(in.rest());
  if (!header || header->protocol != family.protocol) return std::nullopt;
  const auto quote = parse_quoted_request(family, header->payload);
  if (!quote) return std::nullopt;
  error.quote = *quote;
  error.quote.ttl = header->ttl;
  error.quote.traffic_class = header->traffic_class;
  error.quote.source.assign(header->source.begin(), header->source.end());
  error.quote.destination.assign(header->destination.begin(), header->destination.end());
  if (is_about_size(family, error.type, error.code)) error.mtu = rest & family.mtu_bits;
  const std::size_t told_size = icmp[family.length_octet] * family.length_unit;
  error.extensions = find_extensions(in.rest(), told_size);
  error.extensions_told = told_size != 0;
  return error;
}

std::optional<Ipv4Packet> parse_ipv4(Bytes packet) {
  const auto header = quoted_ipv4(packet);
  if (!header) return std::nullopt;
  return Ipv4Packet{header->ttl, header->protocol, header->payload};
}

}  // namespace wire
