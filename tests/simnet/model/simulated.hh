// A simulated network to ask, and what its answers say.
#pragma once

#include <gtest/gtest.h>

#include "simnet/model/network.hh"
#include "simnet/model/probes.hh"

namespace simnet {

using namespace std::chrono_literals;

// A network out of a description's text.
struct Simulated {
  explicit Simulated(std::string_view text, std::uint64_t seed = 1)
      : description(parse_description(text, "test")), network(description, seed) {}
  Outcome send(const EchoRequest& request, Span now = {}) {
    return network.receive(make_echo_request(request), now);
  }
  Description description;
  Network network;
};

// The parts of an ICMP error; the packet it was found in must live on.
struct Seen {
  Probe outer;
  std::uint8_t type = 0, code = 0;
  wire::Bytes rest;  // bytes 4 to 8 of the ICMP header
  wire::Bytes quoted;
};

inline Seen look_at(const std::vector<std::uint8_t>& packet) {
  Seen seen;
  const auto parsed = parse_probe(packet);
  EXPECT_TRUE(parsed);
  if (!parsed) return seen;
  EXPECT_TRUE(transport_checksum_holds(*parsed));
  if (!parsed->v6) {
    EXPECT_EQ(finish_sum(add_words(0, parsed->header)), 0);
  }
  seen.outer = *parsed;
  seen.type = parsed->payload[0];
  seen.code = parsed->payload[1];
  seen.rest = parsed->payload.subspan(4, 4);
  seen.quoted = parsed->payload.subspan(8);
  return seen;
}

inline const char* const plain = "hops 3 delay 10\ntarget 192.0.2.10 2001:db8::10 delay 10";
inline const char* const both_families[] = {"192.0.2.10", "2001:db8::10"};

}  // namespace simnet
