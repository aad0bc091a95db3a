// prober ADDRESS LAST_TTL: sends an ICMP echo request with each TTL from 1 on, one after the other,
// and prints a line for each: the TTL, the answer's type and code, who it is from and their name.
// A star stands for an answer that did not come within a second. For the simulated network's own
// test, which must not depend on an installed traceroute.
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <array>

#include "cli/program.hh"
#include "net/datagram.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "net/wait.hh"
#include "simnet/model/probe.hh"

namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t own_id = 4711;

struct Family {
  net::Family family;
  int protocol;
  int level;
  int ttl_option;
  std::uint8_t echo_request;
  std::uint8_t time_exceeded;
};
constexpr Family v4{net::Family::ipv4, IPPROTO_ICMP, IPPROTO_IP, IP_TTL, 8, 11};
constexpr Family v6{net::Family::ipv6, IPPROTO_ICMPV6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 128, 3};

std::vector<std::uint8_t> request(const Family& family, unsigned ttl) {
  wire::Writer out;
  out.u8(family.echo_request).u8(0).u16(0).u16(own_id).u16(static_cast<std::uint16_t>(ttl));
  auto message = out.fill(32, 'p').done();
  if (family.family == net::Family::ipv4) {  // IPv6: the kernel's work (RFC 3542, section 3.1)
    const std::uint16_t sum = simnet::finish_sum(simnet::add_words(0, message));
    message[2] = static_cast<std::uint8_t>(sum >> 8);
    message[3] = static_cast<std::uint8_t>(sum);
  }
  return message;
}

// Whether an ICMP message answers the request with this TTL: an echo reply, or an error that
// quotes it behind a header without extensions.
bool answers(const Family& family, wire::Bytes message, unsigned ttl) {
  wire::Reader in{message};
  const std::uint8_t type = in.u8();
  if (type == family.echo_request) return false;
  in.take(3);
  const bool echo = type == (family.family == net::Family::ipv4 ? 0 : 129);
  if (!echo) {
    in.take(4);
    const wire::Bytes first = in.rest();
    if (first.empty()) return false;
    in.take((family.family == net::Family::ipv4 ? 4U * (first[0] & 0x0f) : 40U) + 4U);
  }
  return in.u16() == own_id && in.u16() == ttl && in.ok();
}

std::string name_of(const net::Address& address) {
  std::array<char, NI_MAXHOST> name{};
  const net::SocketAddress of(address);
  const int result =
      getnameinfo(of.get(), of.size(), name.data(), name.size(), nullptr, 0, NI_NAMEREQD);
  return result == 0 ? name.data() : "-";
}

std::string probe(int socket, const Family& family, const net::Address& to, unsigned ttl) {
  net::set_option(socket, family.level, family.ttl_option, static_cast<int>(ttl));
  const std::error_code error = net::send_datagram(socket, request(family, ttl), to);
  if (error) throw std::system_error(error, "send to " + to.host());
  const auto deadline = net::Deadline::after(1s);
  std::array<std::uint8_t, 2048> buffer{};
  while (net::wait_readable({socket}, deadline)) {
    const auto datagram = net::receive_datagram(socket, buffer);
    if (!datagram) continue;
    wire::Bytes message = wire::Bytes(buffer).first(datagram->size);
    if (family.family == net::Family::ipv4) {
      const auto packet = simnet::parse_probe(message);
      if (!packet || !simnet::transport_checksum_holds(*packet)) return "malformed";
      message = packet->payload;
    }
    if (!answers(family, message, ttl)) continue;
    return std::to_string(message[0]) + '-' + std::to_string(message[1]) + ' ' +
           datagram->from.host() + ' ' + name_of(datagram->from);
  }
  return "*";
}

int body(int argc, char** argv) {
  if (argc != 3) throw cli::UsageError("ADDRESS LAST_TTL expected");
  const auto last = static_cast<unsigned>(cli::number(argv[2], 1, 255, "LAST_TTL"));
  const net::Address to =
      net::resolve(argv[1], 0, net::Family::any, net::Deadline::after(5s)).front();
  const Family& family = to.family() == net::Family::ipv4 ? v4 : v6;
  const auto socket = net::open_socket(family.family, SOCK_RAW, family.protocol);
  for (unsigned ttl = 1; ttl <= last; ++ttl) {
    cli::print(std::to_string(ttl) + ' ' + probe(socket.get(), family, to, ttl) + '\n');
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run("prober", argc, argv, body); }
