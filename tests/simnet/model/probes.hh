// Packets for the tests to send into the simulated network.
#pragma once

#include "simnet/model/probe.hh"

namespace simnet {

struct EchoRequest {
  std::string destination = "192.0.2.10";  // its family is the packet's
  unsigned ttl = 64;
  unsigned checksum = 0x1234;  // made so by the payload: the flow
  std::size_t size = 32;       // of the data
  bool dont_fragment = true;
};

// An ICMP echo request with a right checksum, id 7 and sequence 9.
std::vector<std::uint8_t> make_echo_request(const EchoRequest& request);

// A UDP datagram from port 40000 to a port.
std::vector<std::uint8_t> make_udp(const std::string& destination, unsigned ttl, std::uint16_t port,
                                   wire::Bytes data);

// A TCP SYN from port 40000 to port 80, sequence number 1000.
std::vector<std::uint8_t> make_syn(const std::string& destination, unsigned ttl);

}  // namespace simnet
