// The classic output, in the layout of the traceroute that Linux distributions install: scripts
// read it.
#pragma once

#include <functional>
#include <string>

#include "traceroute/trace/trace.hh"

namespace traceroute {

struct Style {
  bool numeric = false;     // no names
  bool extensions = false;  // MPLS labels and the like
  bool origins = false;     // AS numbers
  bool way_back = false;    // the length of the way back, where it differs
  // What is known of an address; an empty text for nothing.
  std::function<std::string(const net::Address&)> name;
  std::function<std::string(const net::Address&)> origin;

  // What of it is to be shown.
  [[nodiscard]] std::string shown_name(const net::Address& address) const {
    return numeric || !name ? "" : name(address);
  }
  [[nodiscard]] std::string shown_origin(const net::Address& address) const {
    return origins && origin ? origin(address) : "";
  }
};

// "NAME (ADDRESS)", of the destination.
std::string destination_text(const Plan& plan);

// "traceroute to NAME (ADDRESS), 30 hops max, 60 byte packets\n"
std::string header(const Plan& plan);

// " 3  a.example (198.51.100.1)  1.100 ms * b.example (198.51.100.2)  1.300 ms !X\n"
std::string line(const Hop& hop, const Style& style);

// Who answered at a TTL: " name (address)", and what the style asks for besides.
std::string responder(const Reply& reply, int ttl, const Style& style);

// What stands after the time of an answer that is neither a router's nor the destination's own:
// "!H", "!F-1400", "!<4-1>"; else empty.
std::string mark(const Reply& reply);

// "QUOTE:TTL=0,TOS=0x20,SRC=203.0.113.7,CHECKSUM=0x1a2b": what the path changed in the probe of a
// reply, as far as it is known; empty if nothing.
std::string rewritten_text(const Reply& reply);

// "MPLS:L=24013,E=0,S=1,T=1;INC:5,"xe-0/0/1.100";9/0:04616533": all objects, as traceroute 2.1.6
// has them; those that have no layout of their own as class/type: and their words in hexadecimal.
std::string extensions_text(const std::vector<wire::ExtensionObject>& objects);

}  // namespace traceroute
