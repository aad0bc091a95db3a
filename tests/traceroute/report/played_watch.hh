// A watch of a path that has some of everything, to be shown.
#pragma once

#include "traceroute/report/hop_text.hh"
#include "traceroute/watch/virtual_watch.hh"

namespace traceroute {

// Hop 2 answers once a second, 20 % are lost on the way to hop 3, hop 4 is silent.
inline const simnet::Description mixed = describe(
    "all delay 10\nhops 1\nhop limit 1/1000\nhop loss 20\nhop silent\nhops 1\ntarget 192.0.2.10\n");

inline Style style() {
  Style style;
  style.name = [](const net::Address& address) {
    const std::string host = address.host();
    return host == "198.18.0.5"   ? "long-name-of-a-router.example.net"
           : host == "192.0.2.10" ? "destination.example.net"
                                  : "";
  };
  return style;
}

// The watch after 60 rounds, five a second.
inline watch::VirtualWatch played() {
  watch::VirtualWatch play(mixed, std::chrono::milliseconds(200));
  play.play(60);
  return play;
}

}  // namespace traceroute
