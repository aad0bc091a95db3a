#include "wire/data_guesses.hh"

#include "wire/text.hh"

namespace wire {

constexpr std::uint32_t minus_1 = 0xffffffff;

// c as decimal digits, and, from 0x80 on, the two bytes of its UTF-8 form (RFC 3629).
std::string guess_value(Bytes data, std::uint8_t c) {
  const auto begins = [&](std::initializer_list<int> bytes) {
    return data.size() >= bytes.size() && std::equal(bytes.begin(), bytes.end(), data.begin());
  };
  const auto repeats = [&](const std::vector<int>& unit) {
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (data[i] != unit[i % unit.size()]) return false;
    }
    return c != 0 && data.size() >= unit.size();
  };
  if (c >= 0x80 && begins({0xc0 | c >> 6, 0x80 | (c & 0x3f)})) return "c written as UTF-8 text?";
  if (c >= 0x80 && (begins({'?'}) || begins({0xef, 0xbf, 0xbd}))) return "c decoded as text?";
  if (repeats({0, c}) || repeats({c, 0})) return "c read as two bytes?";
  if (repeats({0, 0, 0, c}) || repeats({c, 0, 0, 0})) return "c written as four bytes?";
  const std::string digits = std::to_string(c);
  if (data.size() > digits.size() &&
      std::ranges::equal(data.first(digits.size()), bytes_of(digits)))
    return "c written in decimal digits?";
  if (repeats({0})) return "zeros in place of c?";
  const bool one =
      c != 0 && begins({c}) && std::ranges::all_of(data.subspan(1), [](auto b) { return b == 0; });
  return one ? "c in the first byte only?" : "";
}

// c2 with c in more than its one byte; the last of four is where the padding should end.
std::string guess_wide_c(Bytes packet, std::uint32_t payload_len) {
  constexpr std::size_t at = header_size + c2_len - 1;
  if (payload_len == c2_len + 1) return "c written as two bytes?";
  const bool four = payload_len == c2_len + 3 && packet.size() >= at + 4;
  return four && packet[at] == 0 && packet[at + 1] == 0 && packet[at + 2] == 0 &&
                 packet[at + 3] != 0
             ? "c written as four bytes?"
             : "";
}

std::string guess_hello(Bytes payload) {
  const Bytes right = bytes_of(hello);
  if (payload.size() < right.size()) return "";
  payload = payload.first(right.size());
  const auto small = [](std::uint8_t byte) { return lower(static_cast<char>(byte)); };
  if (std::ranges::equal(payload, right, {}, small)) return "a letter in upper case?";
  if (payload[0] == 0 || payload[1] == 0) return "text of two bytes a letter?";
  if (payload[0] == '"') return "quotation marks sent?";
  if (payload[5] == ',') return "a comma too many?";
  if (!std::ranges::equal(payload.first(right.size() - 1), right.first(right.size() - 1)))
    return "";
  return payload.back() == '\n' ? "a newline in place of the NUL?" : "the NUL missing?";
}

std::string guess_longer_hello(Bytes payload) {
  const std::size_t text = hello.size() - 1;
  if (payload.size() <= hello.size() ||
      !std::ranges::equal(payload.first(text), bytes_of(hello.substr(0, text))))
    return "";
  if (payload[text] == '\\' && payload[text + 1] == '0') return "the NUL written as two letters?";
  return payload[text] == 0 && payload[text + 1] == 0 ? "two NULs?" : "";
}

std::string guess_b1_len(std::uint32_t seen, std::uint32_t right, std::size_t size) {
  if (seen == right - 4 && size == wire_size(seen)) return "the packet_id missing, or part of len?";
  if (seen == right - 4) return "the packet_id not counted?";
  if (seen == right - 3) return "the packet_id as one byte?";
  if (seen == right - 2) return "the packet_id as 16 bits?";
  if (seen == right + 4) return "the packet_id as 64 bits?";
  const bool fours = seen == 4 + (right - 4) * 4 && size == wire_size(seen);
  return fours ? "four bytes for each zero?" : "";
}

std::string guess_packet_id(const Evidence& evidence) {
  const std::uint32_t seen = Reader{payload_of(evidence)}.u32();
  if (seen == evidence.count)
    return evidence.has_first ? "one packet too many?" : "counted from 1?";
  if (seen == minus_1) return "-1?";
  if (reversed(seen) < evidence.count) return little_endian(reversed(seen));
  const std::uint32_t upper = seen >> 16;
  if (upper < evidence.count && is_half(seen, upper)) return half(upper);
  // In the last byte as a number, in the first as text.
  for (const std::uint32_t letter : {seen, reversed(seen)}) {
    if (letter < '0' || letter > '9' || letter - '0' >= evidence.count) continue;
    return format("the digit %u for the number %u?", letter - '0', letter - '0');
  }
  return "";
}

std::string guess_ack(std::uint32_t seen, std::uint32_t awaited) {
  if (seen == awaited + 1) return "counted from 1?";
  if (seen == minus_1) return "-1?";
  if (is_half(seen, awaited)) return half(awaited);
  return seen != awaited && seen == reversed(awaited) ? little_endian(awaited) : "";
}

std::string guess_zeros(Bytes data, std::uint32_t count) {
  if (std::ranges::all_of(data, [](auto b) { return b == '0'; }))
    return "the digit 0 for the byte 0?";
  constexpr std::size_t id_size = 4;
  if (data.size() < id_size) return "";
  const auto holds_id = [count](Bytes four, Bytes others) {
    return Reader{four}.u32() < count && std::ranges::all_of(others, [](auto b) { return b == 0; });
  };
  if (holds_id(data.first(id_size), data.subspan(id_size))) return "the packet_id as 64 bits?";
  return holds_id(data.last(id_size), data.first(data.size() - id_size))
             ? "the packet_id after the zeros?"
             : "";
}

}  // namespace wire
