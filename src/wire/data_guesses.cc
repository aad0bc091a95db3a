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
  const bool one = c != 0 && begins({c}) && all_are(data.subspan(1), 0);
  return one ? "c in the first byte only?" : "";
}

std::string guess_d1_data(Bytes data, const Evidence& evidence) {
  const std::uint8_t c = evidence.c;
  if (auto words = guess_value(data, c); !words.empty() || c == 0) return words;
  if (all_are(data, 'c')) return "the letter c?";
  if (all_are(data, c & 0x7f)) return "cut to 7 bits?";
  constexpr std::size_t id_size = 4;
  const bool id = data.size() > id_size && Reader{data}.u32() == evidence.index;
  if (id && all_are(data.subspan(id_size), c)) return "a packet_id as in b1?";
  const bool cut = data.back() == 0 && all_are(data.first(data.size() - 1), c);
  return cut ? "one byte too few?" : "";
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

bool begins_with_hello(Bytes payload) {
  const Bytes text = bytes_of(hello.substr(0, hello.size() - 1));
  return payload.size() >= text.size() && std::ranges::equal(payload.first(text.size()), text);
}

std::string guess_hello_len(Bytes payload, std::uint32_t seen) {
  const std::size_t size = payload.size(), text = hello.size() - 1;
  if (begins_with_hello(payload)) {
    if (seen == text) return size == text ? "the NUL missing?" : "the NUL not counted?";
    if (size < hello.size() + 1) return "";
    if (payload[text] == '\\' && payload[text + 1] == '0') return "the NUL written as two letters?";
    if (payload[text] == '\n' || payload[text] == '\r') return "a newline too many?";
    if (payload[text] != 0) return "";
    if (seen == hello.size() + 1 && payload[text + 1] == 0) return "two NULs?";
    const bool four = seen == hello.size() + 4 && size == seen;
    return four ? "4 padding bytes too many, and counted?" : "";
  }
  const Bytes without_space = bytes_of(std::string_view("helloworld\0\0", 12));
  if (size >= text &&
      std::ranges::equal(payload, without_space.first(std::min(size, hello.size())))) {
    return "the space missing?";
  }
  for (const std::size_t length : {1U, 2U, 4U}) {
    if (size > length && begins_with_hello(payload.subspan(length)))
      return "a length before the text?";
  }
  // Each of them in two bytes, after a byte order mark perhaps.
  const bool two = size > text && std::ranges::count(payload, 0) >= std::ptrdiff_t{text};
  return two && std::ranges::count(payload, 'l') == 3 ? "text of two bytes a letter?" : "";
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

std::string guess_d1_len(const Evidence& evidence, std::uint32_t seen) {
  const std::uint32_t right = evidence.expected.payload_len;
  const auto size = static_cast<std::uint32_t>(padded(right));
  const auto& before = evidence.before;
  const std::uint32_t psecret = decode_header(evidence.packet)->psecret;
  const bool a1 = seen == hello.size() && psecret == 0;
  const bool of_b =
      before && psecret == before->secret_b && (seen == 0 || seen == 4 || seen == hello.size());
  if (a1 || of_b) return "a message sent as c1?";
  const bool two = seen == right * 2, three = seen == right * 3, four = seen == right * 4;
  if (two || three || four) {
    if (auto words = guess_value(payload_of(evidence), evidence.c); !words.empty()) return words;
  }
  const std::uint32_t count = evidence.count;
  if (count > 1 && (seen == right * count || seen == size * count)) return "one header for all d1?";
  if (seen == right + header_size) return "the header counted?";
  if (seen == size + header_size) return "the header and the padding counted?";
  if (seen == right + 4 && !two) return "a packet_id as in b1?";
  if (two || four) return two ? "two bytes for each c?" : "four bytes for each c?";
  if (before && seen == before->len) return "len in place of len2?";
  if (before && seen == before->len + 4) return "the payload_len of b1?";
  return seen == count ? "num2 in place of len2?" : "";
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
  if (all_are(data, '0')) return "the digit 0 for the byte 0?";
  constexpr std::size_t id_size = 4;
  if (data.size() < id_size) return "";
  const auto holds_id = [count](Bytes four, Bytes others) {
    return Reader{four}.u32() < count && all_are(others, 0);
  };
  if (holds_id(data.first(id_size), data.subspan(id_size))) return "the packet_id as 64 bits?";
  return holds_id(data.last(id_size), data.first(data.size() - id_size))
             ? "the packet_id after the zeros?"
             : "";
}

std::vector<Reading<A2>> other_readings(const A2& message) {
  const auto& [num, len, udp_port, secret_a] = message;
  std::vector<Reading<A2>> readings{
      {{num, len, udp_port, reversed(secret_a)}, "secretA in little-endian byte order?"}};
  if (num != len) readings.push_back({{len, num, udp_port, secret_a}, "num and len exchanged?"});
  if (len >= 4) {
    readings.push_back({{num, len - 4, udp_port, secret_a}, "the packet_id counted in len?"});
  }
  return readings;
}

std::vector<Reading<C2>> other_readings(const C2& message) {
  const auto& [num2, len2, secret_c, c] = message;
  std::vector<Reading<C2>> readings{
      {{num2, len2, reversed(secret_c), c}, "secretC in little-endian byte order?"}};
  if (num2 != len2) readings.push_back({{len2, num2, secret_c, c}, "num2 and len2 exchanged?"});
  return readings;
}

}  // namespace wire
