// What is simulated, as a text file says it: a line is one thing, '#' begins a comment.
//
//   hop gateway 192.168.1.1 fd00::1 delay 1 name gw.lan
//   hops 3 delay 10 jitter 30                 # three alike, with addresses of their own
//   hop split delay 5 to left right           # two ways on, chosen by flow
//   hop left  delay 6 to join mpls 24013,16004
//   hop right delay 9 silent to join
//   hop join
//   target 192.0.2.10 2001:db8::10 delay 9 name www.example.net
//
// A packet walks from the first hop line to the target that holds its destination, or to the hop
// whose address that is. After a hop comes the line below it (or the targets below it), or what
// `to` says; of several ways only those that lead to the destination count.
//
//   hop [LABEL] [ADDRESS…] [PROPERTY…]     a router; an address not given is 198.18.0.N or
//   2001:2::N
//                                          for the N-th node. A prefix instead of an address: each
//                                          destination has a router of its own here, whose last
//                                          bits are those of the destination
//   hops COUNT [ADDRESS…] [PROPERTY…]      that many in a row
//   target [LABEL] PREFIX… [PROPERTY…]     destinations: each address of the prefixes is one
//   all PROPERTY…                          for the lines from here on
//   local ADDRESS…                         this computer's own; 10.0.0.2 and fd00::2
//   resolver [ADDRESS…] [delay MS] [dead]  the name server; 10.0.0.53 and fd00::53, 1 ms
//   txt NAME TEXT                          a TXT record
//   link NEAR… FAR… [delay MS] [jitter PERCENT] [loss PERCENT]    alone in a file: no path, but a
//                                          link between two namespaces; all for each way
//
// Properties (times in milliseconds with decimals, families in the order IPv4, IPv6):
//
//   delay MS           added to the round trip of this hop and of all behind it
//   jitter PERCENT     this hop's round trips vary by so much up and down
//   loss PERCENT       of packets on the way to this hop, meant for it or for one behind it
//   drop PERCENT       of this hop's own answers
//   silent             answers nothing, and forwards
//   slow MS            more delay of this hop's ICMP errors only (a slow path)
//   limit linux|cisco|BURST/MS|none   ICMP errors: BURST at once, then one in MS (linux: 6/1000,
//                      icmp(7) and the kernel's inet_peer_xrlim_allow; cisco: 1/500)
//   duplicate MS       each answer comes once more, so much later
//   return HOPS        the way back is longer by so many hops: the answer's TTL tells
//   ttl N              the TTL answers start with (255, of a target 64)
//   quote BYTES        how much of the packet errors quote behind its IP header (RFC 792: 8)
//   options BYTES      the quoted header has so many bytes of IP options, a multiple of 4 up to 40;
//                      IPv6: a hop-by-hop header, a multiple of 8
//   mpls LABEL[/EXP/TTL],…   RFC 4950
//   interface NAME     RFC 5837: the name of the interface that the packet came in by, and index N
//   oldext             extensions without a length field, at offset 128 (RFC 4884, section 5.1)
//   nat ADDRESS…       errors from behind this hop quote the packet with this source
//   tos N              packets go on with this type of service or traffic class
//   ttl0               forwards a packet whose TTL has run out: the next hop quotes a TTL of 0
//   unreachable CODE[,CODE6]   instead of forwarding; TYPE-CODE for another ICMP type
//   refuse CODE[,CODE6]        the same, but whatever the TTL: never a time exceeded
//   also TYPE-CODE[,TYPE-CODE6]   forwards, and says this, too: a redirect, a source quench
//   admit BURST/MS|PERCENT     with one of these two: so many packets are not refused
//   echolimit BURST/MS|linux   answers of a destination: so many echo replies
//   every N                    of a destination: only each N-th is answered
//   mtu BYTES          larger packets are not forwarded: fragmentation needed, packet too big
//   to LABEL…          the ways on
//   balance flow|packet|destination|label   how one of several is chosen: by addresses, protocol
//                      and the first four bytes behind the IP header, for IPv6 also the flow label;
//                      at random; by destination; by destination and flow label
//   name NAME          reverse and forward: \. is a dot inside a label, \xHH any byte, %n the
//                      node's number, %a the address with dashes
//   namedelay MS       more than the resolver's own
//   namedead           the resolver never answers about this address
//   as NUMBER          TXT records as of origin.asn.cymru.com
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "simnet/model/ip.hh"

namespace simnet {

using Span = std::chrono::nanoseconds;
// A DNS name as its labels, any bytes in them.
using Labels = std::vector<std::string>;

struct IcmpKind {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};

struct MplsEntry {
  std::uint32_t label = 0;
  std::uint32_t exp = 0;
  std::uint32_t ttl = 1;
};

// So many at once, then one in each interval; 0 is no limit.
struct Limit {
  unsigned burst = 0;
  Span interval{};
};

enum class Balance { flow, packet, destination, label };

// The two kinds of unreachable, the IPv4 one first: index with Ip::v6.
using KindOfFamily = std::array<IcmpKind, 2>;

struct Properties {
  Span delay{};
  double jitter = 0;  // these three as shares of 1
  double loss = 0;
  double drop = 0;
  bool silent = false;
  Span slow{};
  Limit limit;
  std::optional<Span> duplicate;
  unsigned return_hops = 0;
  std::optional<unsigned> ttl;
  std::optional<std::size_t> quote;
  std::size_t options = 0;
  std::vector<MplsEntry> mpls;
  std::string interface;
  bool old_extension = false;
  std::vector<Ip> nat;
  std::optional<unsigned> tos;
  bool ttl0 = false;
  std::optional<KindOfFamily> unreachable;
  std::optional<KindOfFamily> also;
  bool refuse = false;  // unreachable before the TTL is looked at
  Limit admit_limit;    // packets that are not refused
  double admit = 0;     // the same as a share of 1
  Limit echo_limit;
  unsigned every = 1;
  std::size_t mtu = 0;
  std::vector<std::string> to;
  Balance balance = Balance::flow;
  Labels name;
  Span name_delay{};
  bool name_dead = false;
  std::uint32_t as = 0;
};

struct Node {
  std::string label;
  bool target = false;
  unsigned number = 0;            // from 1, in the order of the file
  std::vector<Prefix> addresses;  // one or more, of either family
  Properties is;
  std::vector<std::size_t> next;  // indexes into Description::nodes
};

struct Resolver {
  std::vector<Ip> addresses;
  Span delay = std::chrono::milliseconds(1);
  bool dead = false;
};

struct Link {
  std::vector<Ip> near, far;
  Span delay{};  // one way
  double jitter = 0;
  double loss = 0;
};

struct Description {
  std::vector<Node> nodes;
  std::vector<Ip> local;
  Resolver resolver;
  std::map<std::string, std::string> txt;  // by name in lower case
  std::optional<Link> link;
};

// "path.txt:7: delay: …"
class DescriptionError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Reads a description; `origin` is its name in messages. Throws DescriptionError.
Description parse_description(std::string_view text, const std::string& origin);

// The text of a name's labels with dots between them, in lower case.
std::string dotted(const Labels& labels);

}  // namespace simnet
