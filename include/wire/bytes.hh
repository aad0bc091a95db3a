// Bounded reading and writing of integers in network byte order (RFC 791, appendix B).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace wire {

using Bytes = std::span<const std::uint8_t>;

// The bytes of a text, without a NUL, and the text of bytes; valid as long as what they are of.
Bytes bytes_of(std::string_view text);
std::string_view text_of(Bytes bytes);

// Reads straight through a packet: reading past the end gives zeros and makes ok() false for good,
// so that a parser asks once, after it has read everything.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  // The next count bytes; empty when fewer are left.
  Bytes take(std::size_t count);

  [[nodiscard]] Bytes rest() const { return rest_; }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  Bytes rest_;
  bool ok_ = true;
};

// Appends to a packet.
class Writer {
 public:
  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u32(std::uint32_t value);
  Writer& bytes(Bytes value);
  Writer& fill(std::size_t count, std::uint8_t value);

  [[nodiscard]] std::size_t size() const { return packet_.size(); }
  // The packet written so far, moved out.
  std::vector<std::uint8_t> done() { return std::move(packet_); }

 private:
  std::vector<std::uint8_t> packet_;
};

}  // namespace wire
