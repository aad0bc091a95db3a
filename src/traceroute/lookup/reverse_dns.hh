// What is looked up about an address: its name, and the network that announces it.
#pragma once

#include <string>
#include <string_view>

#include "net/address.hh"

namespace traceroute {

// The name by libc's resolver (getnameinfo(3)), or an empty text. May take many seconds.
std::string reverse_name(const net::Address& address);

// Whether a name can be printed: whoever owns an address writes its name, and may write escapes,
// newlines or whole lines of output into it. Only letters, digits, '-', '_' and '.' are let
// through, and no address in the place of a name.
bool is_printable_name(std::string_view name);

// The numbers of the networks that announce the address, "AS64500" or "AS64500/AS64501", or an
// empty text: by DNS, from the TXT records of origin.asn.cymru.com. May take many seconds.
std::string origin_as(const net::Address& address);

// The parts of that: the name to ask for,
std::string origin_query(const net::Address& address);
// and what a text like "64500 64501 | 192.0.2.0/24 | ZZ | ..." says; empty if it is nothing of the
// kind.
std::string parse_origin(std::string_view text);

}  // namespace traceroute
