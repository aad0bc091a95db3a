// What routers append to an ICMP error after the quoted packet: MPLS labels, interfaces and more.
#pragma once

#include <optional>
#include <string>

#include "wire/bytes.hh"

namespace wire {

// One object of the extension structure (RFC 4884, section 8).
struct ExtensionObject {
  std::uint8_t class_number = 0;
  std::uint8_t type = 0;
  std::vector<std::uint8_t> data;
};

// The extension structure that begins here: version 2, with a checksum that is right or 0 (not
// given), and objects of whole 32-bit words that fill it exactly. Else nullopt.
std::optional<std::vector<ExtensionObject>> parse_extensions(Bytes structure);

// The objects after a quoted packet, which is `told_size` long, or 128 bytes where that is 0 (RFC
// 4884, section 5.1). The first `cut` bytes of the packet are missing. Empty if there are none, or
// none to be believed.
std::vector<ExtensionObject> find_extensions(Bytes quote, std::size_t told_size,
                                             std::size_t cut = 0);

// A label stack entry (RFC 4950, RFC 3032 section 2.1).
struct MplsLabel {
  std::uint32_t label = 0;
  std::uint8_t experimental = 0;
  bool bottom = false;
  std::uint8_t ttl = 0;
};
// The labels of an MPLS object (class 1, type 1), at least one; empty for any other object.
std::vector<MplsLabel> mpls_labels(const ExtensionObject& object);

// An interface by which the packet came or went (RFC 5837).
struct InterfaceInfo {
  std::uint8_t role = 0;  // 0 incoming, 1 its sub-IP part, 2 outgoing, 3 next hop
  std::optional<std::uint32_t> index;
  std::vector<std::uint8_t> address;  // 4 or 16 bytes, or none
  std::optional<std::string> name;    // as the router wrote it: not to be printed unseen
  std::optional<std::uint32_t> mtu;
};
// The interface of an object of class 2, which may end in more words; nullopt for any other, or a
// malformed one.
std::optional<InterfaceInfo> interface_info(const ExtensionObject& object);

}  // namespace wire
