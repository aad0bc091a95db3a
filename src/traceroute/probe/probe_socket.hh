// A socket that sends packets with chosen TTLs and hears what becomes of them, in the best of three
// ways that the system allows this user. It knows nothing of what the packets say.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"
#include "traceroute/probe/kernel_stamps.hh"

namespace traceroute {

enum class ProbeWay {
  raw,   // a raw ICMP socket: needs CAP_NET_RAW (raw(7))
  ping,  // ICMP datagrams: needs a group within net.ipv4.ping_group_range (icmp(7))
  udp,   // UDP datagrams, reported by the error queue: needs nothing (ip(7), IP_RECVERR)
};

struct ProbeSocketOptions {
  std::string interface;              // send by this one only
  std::optional<std::uint32_t> mark;  // for firewalls (SO_MARK)
  bool bypass_routing = false;        // only to attached networks (SO_DONTROUTE)
  bool dont_fragment = false;
  int traffic_class = 0;  // TOS or traffic class octet
};

struct OutgoingProbe {
  const net::Address* to;
  int ttl;
  std::span<const std::uint8_t> bytes;  // from the ICMP header on; the payload for UDP
  std::uint32_t flow_label = 0;         // of IPv6; 0: the socket's, or as the system chooses
};

// What receive() found.
struct Received {
  enum class Kind {
    packet,  // a packet: for a raw IPv4 socket from its IP header on, else from the ICMP header on
    error,   // an ICMP error taken from the error queue: bytes are the probe it is about, from the
             // ICMP header on, or from the UDP payload on
    stamp,   // the time at which a probe left
  };
  Kind kind = Kind::packet;
  std::span<const std::uint8_t> bytes;         // valid until the next receive()
  std::size_t size = 0;                        // before it was cut to fit the buffer
  net::Address from;                           // whose packet or error it is
  std::optional<net::Clock::time_point> when;  // by the kernel's stamp
  int ttl = 0;                                 // with which it came; 0 if not known
  // Of an error:
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t info = 0;         // the MTU, if it is about size
  std::uint16_t to_port = 0;      // where the probe was sent
  std::size_t extensions_at = 0;  // where in bytes the RFC 4884 structure begins; 0: nowhere
  // Of a stamp:
  std::uint32_t number = 0;  // of the probe, counted from 0 in the order of sending
};

class ProbeSocket {
 public:
  // Opens a socket of a family. Throws std::system_error, with EPERM or EACCES
  // when this way is not allowed, and std::runtime_error when the options cannot be followed.
  ProbeSocket(net::Family family, ProbeWay way, const ProbeSocketOptions& options);

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] net::Family family() const { return family_; }
  [[nodiscard]] ProbeWay way() const { return way_; }

  // Gives every packet to this destination an IPv6 flow label (ipv6(7), RFC 6437).
  void set_flow_label(const net::Address& destination, std::uint32_t label);

  // Sends the probes in as few calls as possible. Returns how many went out, fewer than all
  // with errno saying why the next one did not.
  std::size_t send(std::span<const OutgoingProbe> probes);

  // The size that would have fitted, after a socket that must not fragment could not send, with
  // EMSGSIZE; 0 if the kernel does not say. To be asked at once: what else is on the error queue is
  // lost.
  [[nodiscard]] std::size_t refused_by_mtu() const;

  // Takes what is there, without waiting. `earliest` is when the first probe was sent.
  const std::vector<Received>& receive(net::Clock::time_point earliest);

 private:
  void take(bool from_errors);  // from the error queue, or packets
  void note(msghdr& message, Received& arrival, std::optional<timespec>& stamp) const;

  net::Family family_;
  ProbeWay way_;
  net::FileDescriptor socket_;
  std::uint32_t flow_label_ = 0;
  StampClock clock_;
  std::vector<std::uint8_t> buffers_;
  std::size_t used_ = 0;  // of the buffers; an arrival that is no use leaves one behind
  std::vector<Received> arrivals_;
  std::vector<std::optional<timespec>> stamps_;
};

}  // namespace traceroute
