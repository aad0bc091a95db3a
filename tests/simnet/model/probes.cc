#include "simnet/model/probes.hh"

namespace simnet {

namespace {

std::vector<std::uint8_t> ip_around(const std::string& destination, unsigned ttl,
                                    std::uint8_t protocol, bool dont_fragment,
                                    std::vector<std::uint8_t> transport, std::size_t checksum_at) {
  const Ip to = parse_prefix(destination)->address;
  const Ip from = parse_prefix(to.v6 ? "fd00::2" : "10.0.0.2")->address;
  const std::uint32_t pseudo =
      protocol == protocol_icmp ? 0 : pseudo_header_sum(from, to, protocol, transport.size());
  const std::uint16_t checksum = finish_sum(add_words(pseudo, transport));
  transport[checksum_at] = static_cast<std::uint8_t>(checksum >> 8);
  transport[checksum_at + 1] = static_cast<std::uint8_t>(checksum);
  const auto size = static_cast<std::uint16_t>(transport.size());
  wire::Writer out;
  if (to.v6) {
    out.u32(0x60012345).u16(size).u8(protocol).u8(static_cast<std::uint8_t>(ttl));
  } else {
    out.u16(0x4500).u16(static_cast<std::uint16_t>(20 + size)).u16(1);
    out.u16(dont_fragment ? 0x4000 : 0).u8(static_cast<std::uint8_t>(ttl)).u8(protocol).u16(0);
  }
  return out.bytes(from.bytes()).bytes(to.bytes()).bytes(transport).done();
}

}  // namespace

std::vector<std::uint8_t> make_echo_request(const EchoRequest& request) {
  const bool v6 = parse_prefix(request.destination)->address.v6;
  wire::Writer out;
  out.u8(v6 ? 128 : 8).u8(0).u16(0).u16(7).u16(9).u16(0).fill(request.size - 2, 'x');
  auto packet = ip_around(request.destination, request.ttl, v6 ? protocol_icmp6 : protocol_icmp,
                          request.dont_fragment, out.done(), 2);
  // What the checksum lacks, in one's complement arithmetic, goes into the first two bytes of data.
  const std::size_t header = v6 ? 40 : 20;
  const std::uint32_t present = std::uint32_t{packet[header + 2]} << 8 | packet[header + 3];
  std::uint32_t word = present + (0xffff & ~request.checksum);
  word = (word & 0xffff) + (word >> 16);
  packet[header + 2] = static_cast<std::uint8_t>(request.checksum >> 8);
  packet[header + 3] = static_cast<std::uint8_t>(request.checksum);
  packet[header + 8] = static_cast<std::uint8_t>(word >> 8);
  packet[header + 9] = static_cast<std::uint8_t>(word);
  return packet;
}

std::vector<std::uint8_t> make_udp(const std::string& destination, unsigned ttl, std::uint16_t port,
                                   wire::Bytes data) {
  wire::Writer out;
  out.u16(40000).u16(port).u16(static_cast<std::uint16_t>(8 + data.size())).u16(0).bytes(data);
  return ip_around(destination, ttl, protocol_udp, true, out.done(), 6);
}

std::vector<std::uint8_t> make_syn(const std::string& destination, unsigned ttl) {
  wire::Writer out;
  out.u16(40000).u16(80).u32(1000).u32(0).u16(0x5002).u16(65535).u16(0).u16(0);
  return ip_around(destination, ttl, protocol_tcp, true, out.done(), 16);
}

}  // namespace simnet
