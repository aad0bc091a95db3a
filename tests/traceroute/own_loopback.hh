// An address of loopback that no other process uses, for tests that hear what all of them send.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <string>

#include "net/address.hh"
#include "wire/bytes.hh"

// 127.0.0.0/8 is all this host's.
inline net::Address own_loopback(unsigned which = 0) {
  const auto number = static_cast<unsigned>(getpid()) * 4 + which;
  const std::string text = "127." + std::to_string(64 + (number >> 16) % 128) + '.' +
                           std::to_string(number >> 8 & 255) + '.' + std::to_string(number & 255);
  return net::resolve(text, 0, net::Family::any, {}).front();
}

// Whether an IPv4 packet goes there.
inline bool goes_to(wire::Bytes packet, const net::Address& address) {
  constexpr std::size_t destination_at = 16;
  const auto wanted = address.bytes();
  return packet.size() >= destination_at + wanted.size() &&
         std::ranges::equal(wanted, packet.subspan(destination_at, wanted.size()));
}
