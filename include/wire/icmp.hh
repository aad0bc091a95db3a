// ICMP as a path tracer needs it: echo requests with a chosen checksum, echo replies, and errors
// with what they quote (RFC 792 for IPv4, RFC 4443 for IPv6).
#pragma once

#include <optional>

#include "wire/bytes.hh"
#include "wire/icmp_extension.hh"

namespace wire {

// The numbers in which the two families differ. Only the IP headers have a parser each.
struct IcmpFamily {
  std::uint8_t protocol;  // as the IP header numbers it
  std::uint8_t echo_request;
  std::uint8_t echo_reply;
  std::uint8_t unreachable;
  std::uint8_t port_unreachable;  // a code of unreachable
  std::uint8_t time_exceeded;
  std::uint8_t parameter_problem;
  std::uint8_t max_error;  // the greatest type of an error, known or not; 0: only known ones are
  std::uint8_t too_big;    // a type of its own in IPv6, in IPv4 the one of unreachable
  std::uint8_t too_big_code;
  std::uint32_t mtu_bits;      // of an error's second word: where that has the MTU (RFC 1191)
  std::size_t ip_header_size;  // without options
  std::size_t length_octet;    // of an error: where RFC 4884 put the size of the quote
  std::size_t length_unit;     // and in units of how many bytes
};
extern const IcmpFamily icmp_v4;
extern const IcmpFamily icmp_v6;

constexpr std::size_t icmp_header_size = 8;
// The least size of an echo request that has room for a chosen checksum.
constexpr std::size_t min_chosen_size = icmp_header_size + 2;

//  0      1      2      3      4      5      6      7
// +------+------+------+------+------+------+------+------+
// | type | code |  checksum   |     id      |  sequence   |   RFC 792, "Echo"
// +------+------+------+------+------+------+------+------+
// |   balance   |           nonce           | filling ...     ours
// +------+------+------+------+------+------+------+------+
struct EchoRequest {
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::uint32_t nonce = 0;     // comes back in the reply: a stranger cannot know it
  std::uint16_t checksum = 0;  // that the packet is to have: balancers see it as the flow
  std::size_t size = 40;       // the whole of it, at least icmp_header_size
};

// The packet, its balance chosen so that the checksum is the one asked for, whatever the other
// fields are; 0xffff, which no packet can have, is taken as 0. Too small a packet has no balance or
// no nonce, and the checksum that results. IPv6 adds its pseudo-header later (RFC 4443, section
// 2.3), so there it is only constant, not the one asked for.
std::vector<std::uint8_t> echo_request(const IcmpFamily& family, const EchoRequest& request);

struct EchoReply {
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::optional<std::uint32_t> nonce;  // when there is room for one
};
// Its code says nothing (RFC 792 knows 0 only), so any will do.
std::optional<EchoReply> parse_echo_reply(const IcmpFamily& family, Bytes icmp);

// What an error says of the echo request that it is about.
struct Quote {
  std::uint8_t ttl = 0;  // with which the request arrived where it ended
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::uint16_t checksum = 0;
  // The rest is in the IP header.
  std::uint8_t traffic_class = 0;                 // or type of service
  std::vector<std::uint8_t> source, destination;  // 4 or 16 bytes each
};

struct IcmpError {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::optional<std::uint32_t> mtu;  // of the next link, if the error is about size; 0: not given
  Quote quote;
  std::vector<ExtensionObject> extensions;
  bool extensions_told = false;  // a length field says where they begin (RFC 4884)
};
// Whether the packet that such a message quotes goes no farther: after a redirect or a source
// quench it does.
bool ends_packet(const IcmpFamily& family, std::uint8_t type);
// Whether it is that, or an error of a type that nobody knows, which IPv6 wants told, too (RFC
// 4443, section 2.4).
bool is_icmp_error(const IcmpFamily& family, std::uint8_t type);
bool is_about_size(const IcmpFamily& family, std::uint8_t type, std::uint8_t code);

// nullopt for what is no error, or quotes no echo request. Needs no more of the quote than
// RFC 792 promises: the IP header, options and all, and 8 bytes. Translators rewrite addresses
// and may break the checksum: no value of theirs is wrong here.
std::optional<IcmpError> parse_icmp_error(const IcmpFamily& family, Bytes icmp);

// The beginning of an echo request, where an error quotes it, without the IP header.
std::optional<Quote> parse_quoted_request(const IcmpFamily& family, Bytes request);

// An IPv4 packet as a raw socket gives it.
struct Ipv4Packet {
  std::uint8_t ttl = 0;
  std::uint8_t protocol = 0;
  Bytes payload;
};
std::optional<Ipv4Packet> parse_ipv4(Bytes packet);

}  // namespace wire
