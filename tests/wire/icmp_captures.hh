// Errors as routers sent them.
#pragma once

#include <cctype>
#include <string_view>
#include <vector>

#include "wire/icmp.hh"

namespace wire {

using Packet = std::vector<std::uint8_t>;

inline int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// The bytes of a capture; blanks between them do not count.
inline Packet from_hex(std::string_view text) {
  Packet packet;
  int upper = -1;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    if (upper < 0) {
      upper = hex_digit(c);
    } else {
      packet.push_back(static_cast<std::uint8_t>(upper * 16 + hex_digit(c)));
      upper = -1;
    }
  }
  return packet;
}

// From the ICMP header on. Only the first `needed` bytes are needed to know the probe.
struct Capture {
  const char* what;
  const IcmpFamily* family;
  std::string_view hex;
  std::size_t needed;
  int type;
  int code;
  int quoted_ttl;
  std::uint16_t id;
  std::uint16_t sequence;
  std::size_t extensions;
};

inline const Capture captures[] = {
    {"time exceeded, all that RFC 792 promises", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4500 003c a7fa 0000 0101 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004",
     36, 11, 0, 1, 0x2d37, 4, 0},
    {"time exceeded, 40 bytes of options in the quoted header", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4f00 0064 a7fa 0000 0101 45bb 0a00 0002 c000 020a"
     "9404 0000 0101 0101 0101 0101 0101 0101 0101 0101"
     "0101 0101 0101 0101 0101 0101 0101 0101 0101 0100"
     "0800 50c8 2d37 0004",
     76, 11, 0, 1, 0x2d37, 4, 0},
    {"time exceeded, the quote begins with another source (a translator)", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4500 003c a7fa 0000 0101 45bb cb00 714d c000 020a"
     "0800 50c8 2d37 0004",
     36, 11, 0, 1, 0x2d37, 4, 0},
    {"time exceeded, the hop before forwarded TTL 0", &icmp_v4,
     "0b00 f4ff 0000 0000"
     "4500 003c a7fa 0000 0001 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004",
     36, 11, 0, 0, 0x2d37, 4, 0},
    {"time exceeded with MPLS at offset 128, no length told", &icmp_v4,
     "0b00 f4ff 0000 0000 4500 003c"
     "a7fa 0000 0101 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004 8b1f d8b8 7f80 4e4f"
     "5051 5253 5455 5657 5859 5a5b 5c5d 5e5f"
     "6061 6263 6465 6667 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 0000 0000"
     "0000 0000 0000 0000 0000 0000 2000 e818"
     "0008 0101 05dc f101",
     36, 11, 0, 1, 0x2d37, 4, 1},
    {"prohibited", &icmp_v4,
     "030d 0000 0000 0000"
     "4500 003c a7fa 0000 0c01 45bb 0a00 0002 c000 020a"
     "0800 50c8 2d37 0004",
     36, 3, 13, 12, 0x2d37, 4, 0},
    {"IPv6 time exceeded", &icmp_v6,
     "0300 0000 0000 0000"
     "6000 0000 0028 3a01 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "8000 50c8 beef 0011",
     56, 3, 0, 1, 0xbeef, 17, 0},
    {"IPv6 time exceeded, a hop-by-hop header and a fragment header in the quote", &icmp_v6,
     "0300 0000 0000 0000"
     "6000 0000 0038 0001 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "2c00 0104 0000 0000"
     "3a00 0000 0000 0001"
     "8000 50c8 beef 0011",
     72, 3, 0, 1, 0xbeef, 17, 0},
    {"IPv6 no route", &icmp_v6,
     "0100 0000 0000 0000"
     "6000 0000 0028 3a05 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "8000 50c8 beef 0011",
     56, 1, 0, 5, 0xbeef, 17, 0},
    {"IPv6 time exceeded, an authentication header and a mobility header in the quote", &icmp_v6,
     "0300 0000 0000 0000"
     "6000 0000 0048 3301 fd00 0000 0000 0000 0000 0000 0000 0002"
     "2001 0db8 0000 0000 0000 0000 0000 0010"
     "8704 0000 0000 0001 0000 0002 0a0b 0c0d 0e0f 1011 1213 1415"
     "3a00 0000 0000 0000"
     "8000 50c8 beef 0011",
     88, 3, 0, 1, 0xbeef, 17, 0},
};

}  // namespace wire
