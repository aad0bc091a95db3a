// The guesses of diagnosis.hh at the data of a message, and what all guesses share.
#pragma once

#include <algorithm>

#include "wire/diagnosis.hh"

namespace wire {

constexpr std::uint32_t reversed(std::uint32_t value) {
  return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
}
inline std::string little_endian(std::uint32_t value) {
  return std::to_string(value) + " in little-endian byte order?";
}
// Of a number of 32 bits: two bytes were written, or htons() took its low half and the rest is 0.
inline bool is_half(std::uint32_t seen, std::uint32_t right) {
  return right << 16 != 0 && seen == right << 16;
}
inline std::string half(std::uint32_t value) {
  return std::to_string(value) + " as 16 bits (htons)?";
}

// Whether each byte has this value.
inline bool all_are(Bytes bytes, std::uint8_t value) {
  return std::ranges::all_of(bytes, [value](std::uint8_t byte) { return byte == value; });
}

// What stands after the header.
inline Bytes payload_of(const Evidence& evidence) {
  const Bytes packet = evidence.packet;
  return packet.subspan(std::min(packet.size(), header_size));
}

// c in more than its one byte, or as text.
std::string guess_value(Bytes data, std::uint8_t c);
// Data of d1 in which a byte is not c.
std::string guess_d1_data(Bytes data, const Evidence& evidence);
// c in more than its one byte: of c2, by its payload_len.
std::string guess_wide_c(Bytes packet, std::uint32_t payload_len);
std::string guess_hello(Bytes payload);
// "hello world", whatever follows.
bool begins_with_hello(Bytes payload);
// a1 with another payload_len than it should have.
std::string guess_hello_len(Bytes payload, std::uint32_t seen);
// b1 with a packet_id of another size, or with zeros of another.
std::string guess_b1_len(std::uint32_t seen, std::uint32_t right, std::size_t size);
// d1 with another payload_len than it should have.
std::string guess_d1_len(const Evidence& evidence, std::uint32_t seen);
std::string guess_packet_id(const Evidence& evidence);
// Of the data of b1 after its packet_id.
std::string guess_zeros(Bytes data, std::uint32_t count);

}  // namespace wire
