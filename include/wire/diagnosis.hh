// Guesses: the well-known cause of a wrong number in a message, in words. The number itself is
// reported first, by wire::Fault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/stage.hh"

namespace wire {

// A message in which something was wrong, and what is known of it.
struct Evidence {
  Message message;
  Bytes packet;                         // as far as it came
  Header expected;                      // the right one
  std::uint32_t count = 0;              // num of b1, num2 of d1
  std::uint32_t index = 0;              // of a d1, from 0
  std::uint8_t c = 0;                   // of a d1
  bool has_first = false;               // of a b1: packet 0 came before
  std::optional<BeforeD1> before = {};  // of a d1
  std::uint32_t udp_port = 0;           // of a b1
};

// What may have led to the broken rule: "12 in little-endian byte order?"; empty when nothing well
// known does.
std::string guess(Rule rule, const Evidence& evidence);

// The same for the size of a message on the wire.
std::string guess_size(Message message, std::size_t seen, std::size_t payload_len);

// The same for one number of which only a bound is known: "4 in little-endian byte order?" for
// 67108864, at most 65535. Empty for a number within the bound.
std::string guess_number(std::uint32_t seen, std::uint32_t max);

// The same for the packet_id of an ack, where that of another packet is awaited.
std::string guess_ack(std::uint32_t seen, std::uint32_t awaited);

// The same for bytes that came after the last d1.
std::string guess_extra(std::size_t seen, std::size_t len2);

// How a server may have meant an a2 of which no right packet is acked, or a c2 of which no right
// messages get d2, with the well-known fault: "secretA in little-endian byte order?".
template <typename Message>
struct Reading {
  Message message;
  std::string words;
};
std::vector<Reading<A2>> other_readings(const A2& message);
std::vector<Reading<C2>> other_readings(const C2& message);

// What a server says in words where a message is awaited, in quotes: no header is a text, since its
// numbers have bytes of 0. Empty for what is none.
std::string quoted_text(Bytes packet);

// For what came in place of a message of the server's: its words, or else the guess at its size.
std::string guess_in_place_of(Message message, Bytes came);

}  // namespace wire
