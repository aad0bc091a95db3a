// Between the measurements and the network: gives each probe its packet, and each answer to the
// probe it belongs to. Any number of measurements share one prober.
#pragma once

#include <netinet/in.h>

#include <span>
#include <system_error>
#include <vector>

#include "net/probe_socket.hh"
#include "traceroute/measurement.hh"
#include "wire/icmp.hh"

namespace traceroute {

class Prober {
 public:
  // The socket outlives the prober. The first probe has this sequence number, the others count on.
  Prober(net::ProbeSocket& socket, std::uint16_t first_sequence);

  // Sends probes of a measurement, which outlives the prober; says why if one could not be sent:
  // the rest has not been tried then.
  std::error_code send(Measurement& measurement, std::span<const std::size_t> probes);
  // Takes what has arrived and tells the measurements. Returns whose answers they were.
  const std::vector<net::Address>& receive();

 private:
  // Where a probe belongs. Its key is its place in sent_.
  struct Sent {
    Measurement* measurement;
    std::size_t probe;
  };

  [[nodiscard]] std::vector<std::uint8_t> packet(std::size_t key, const Probe& probe) const;
  [[nodiscard]] const Sent* find(std::uint16_t id, std::uint16_t sequence) const;
  [[nodiscard]] const Sent* latest(std::size_t number, std::size_t modulus) const;
  [[nodiscard]] Verdict verdict(int type, int code) const;
  void take_stamp(const net::Arrival& arrival);
  void take_packet(const net::Arrival& arrival, Reply reply);
  void take_error(const net::Arrival& arrival, Reply reply);
  void tell(const Sent* sent, Reply reply);

  net::ProbeSocket& socket_;
  const wire::IcmpFamily& family_;
  std::uint16_t first_sequence_;
  std::uint16_t id_;  // of the first 65,536 probes; the next so many have the next one
  std::uint32_t nonce_;
  std::vector<Sent> sent_;
  bool stamps_agree_ = true;  // the kernel's numbering of probes is that of sent_
  net::Clock::time_point first_sent_;
  std::vector<net::Address> responders_;  // of the last receive()
};

}  // namespace traceroute
