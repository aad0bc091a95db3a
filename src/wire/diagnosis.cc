#include "wire/diagnosis.hh"

#include <algorithm>

namespace wire {

namespace {

constexpr std::uint32_t reversed(std::uint32_t value) {
  return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
}

std::string little_endian(std::uint32_t value) {
  return std::to_string(value) + " in little-endian byte order?";
}

bool printable(std::uint8_t byte) { return byte >= ' ' && byte <= '~'; }

// What stands behind the header.
Bytes payload_of(const Evidence& evidence) {
  const Bytes packet = evidence.packet;
  return packet.subspan(std::min(packet.size(), header_size));
}

bool has_size_of_payload(std::size_t size, std::size_t payload_len) {
  return size == payload_len || size == padded(payload_len);
}

bool lacks_header(const Evidence& evidence) {
  const Bytes packet = evidence.packet;
  if (evidence.message != Message::d1) {
    return has_size_of_payload(packet.size(), evidence.expected.payload_len);
  }
  // Of a stream, the first bytes are all that tells.
  const Bytes head = packet.first(std::min(packet.size(), header_size));
  return !head.empty() && std::ranges::all_of(head, [&](auto b) { return b == evidence.c; });
}

std::string guess_payload_len(const Evidence& evidence, std::uint32_t seen) {
  const std::uint32_t right = evidence.expected.payload_len;
  const auto size = static_cast<std::uint32_t>(padded(right));
  const Bytes packet = evidence.packet;
  if (lacks_header(evidence)) {
    if (evidence.index > 0) return "data in place of a header: one header for all d1?";
    if (!std::ranges::all_of(packet.first(4), printable)) return "no header?";
    return '"' + std::string(packet.begin(), packet.begin() + 4) +
           "\" read as payload_len: no header?";
  }
  if (seen == reversed(right)) return little_endian(right);
  if (evidence.message == Message::a1 && seen == right - 1) return "the NUL not counted?";
  if (evidence.message == Message::b1 && seen == right - 4) return "the packet_id not counted?";
  if (seen == size) return "the padding counted?";
  if (seen == right + header_size) return "the header counted?";
  if (seen == size + header_size) return "the header and the padding counted?";
  if (evidence.message != Message::d1) return "";
  if (evidence.count > 1 && (seen == right * evidence.count || seen == size * evidence.count)) {
    return "one header for all d1?";
  }
  return seen == right * 2 ? "c read as two bytes?" : "";
}

// The place of a secret in the payload of a server's message.
std::optional<std::size_t> secret_offset(Message message) {
  switch (message) {
    case Message::a2:
      return 12;
    case Message::b2:
      return 4;
    case Message::c2:
      return 8;
    case Message::d2:
      return 0;
    default:
      return std::nullopt;
  }
}

std::string guess_psecret(const Evidence& evidence, std::uint32_t seen) {
  const std::uint32_t right = evidence.expected.psecret;
  if (seen == reversed(right)) return little_endian(right);
  if (const auto offset = secret_offset(evidence.message)) {
    Reader in{payload_of(evidence)};
    in.take(*offset);
    if (in.u32() == seen && in.ok()) return "the message's own secret?";
  }
  return seen == 0 ? "0 is for stage a only?" : "";
}

std::string guess_step(const Evidence& evidence, std::uint16_t seen) {
  const std::uint16_t right = evidence.expected.step;
  if (seen == right << 8) return little_endian(right);
  if (seen == client_step) return "the client's step?";
  return seen == server_step ? "the server's step?" : "";
}

std::string guess_hello(Bytes payload) {
  const Bytes right = bytes_of(hello);
  if (payload.size() < right.size()) return "";
  payload = payload.first(right.size());
  const auto lower = [](int byte) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; };
  if (std::ranges::equal(payload, right, {}, lower)) return "a letter in upper case?";
  if (payload[0] == 0 || payload[1] == 0) return "text of two bytes a letter?";
  if (payload[0] == '"') return "quotation marks sent?";
  if (payload[5] == ',') return "a comma too many?";
  if (!std::ranges::equal(payload.first(right.size() - 1), right.first(right.size() - 1)))
    return "";
  return payload.back() == '\n' ? "a newline in place of the NUL?" : "the NUL missing?";
}

std::string guess_packet_id(const Evidence& evidence) {
  const std::uint32_t seen = Reader{payload_of(evidence)}.u32();
  if (seen == evidence.count) return "counted from 1?";
  return reversed(seen) < evidence.count ? little_endian(reversed(seen)) : "";
}

// c as decimal digits, and, from 0x80 on, the two bytes of its UTF-8 form (RFC 3629).
std::string guess_value(Bytes data, std::uint8_t c) {
  const auto begins = [&](std::initializer_list<int> bytes) {
    return data.size() >= bytes.size() && std::equal(bytes.begin(), bytes.end(), data.begin());
  };
  if (c >= 0x80 && begins({0xc0 | c >> 6, 0x80 | (c & 0x3f)})) return "c written as UTF-8 text?";
  if (c >= 0x80 && (begins({'?'}) || begins({0xef, 0xbf, 0xbd}))) return "c decoded as text?";
  if (begins({0, c}) || begins({c, 0})) return "c read as two bytes?";
  if (begins({0, 0, 0, c}) || begins({c, 0, 0, 0})) return "c written as four bytes?";
  const std::string digits = std::to_string(c);
  if (data.size() > digits.size() &&
      std::ranges::equal(data.first(digits.size()), bytes_of(digits)))
    return "c written in decimal digits?";
  return "";
}

std::string guess_zeros(Bytes data) {
  return std::ranges::all_of(data, [](auto b) { return b == '0'; }) ? "the digit 0 for the byte 0?"
                                                                    : "";
}

}  // namespace

std::string guess_size(Message message, std::size_t seen, std::size_t payload_len) {
  const std::size_t right = wire_size(payload_len);
  const bool from_client =
      message == Message::a1 || message == Message::b1 || message == Message::d1;
  if (!from_client && has_size_of_payload(seen, payload_len)) return "no header?";
  if (seen == header_size && payload_len > 0) return "the payload missing?";
  if (seen < right && seen == header_size + payload_len) return "the padding missing?";
  if (seen == right + 4 && payload_len % 4 == 0) {
    return "4 padding bytes although the payload ends on the boundary";
  }
  if (message == Message::a1 && seen + 1 == right) return "the NUL missing?";
  const bool no_id = seen == right - 4 || seen == header_size + payload_len - 4;
  return message == Message::b1 && no_id ? "the packet_id missing?" : "";
}

std::string guess_number(std::uint32_t seen, std::uint32_t max) {
  return seen > max && reversed(seen) <= max ? little_endian(reversed(seen)) : "";
}

std::string guess(Rule rule, const Evidence& evidence) {
  if (rule == Rule::size)
    return guess_size(evidence.message, evidence.packet.size(), evidence.expected.payload_len);
  const auto header = decode_header(evidence.packet);
  if (!header) return "";
  const Bytes data = payload_of(evidence).first(
      std::min<std::size_t>(evidence.packet.size() - header_size, evidence.expected.payload_len));
  switch (rule) {
    case Rule::payload_len:
      return guess_payload_len(evidence, header->payload_len);
    case Rule::psecret:
      return guess_psecret(evidence, header->psecret);
    case Rule::step:
      return guess_step(evidence, header->step);
    case Rule::student_id:
      return header->student_id == reversed(evidence.expected.student_id) >> 16
                 ? little_endian(evidence.expected.student_id)
                 : "";
    case Rule::hello:
      return guess_hello(data);
    case Rule::packet_id:
      return guess_packet_id(evidence);
    case Rule::zeros:
      return data.size() > 4 ? guess_zeros(data.subspan(4)) : "";
    case Rule::value:
      return guess_value(data, evidence.c);
    default:
      return "";
  }
}

}  // namespace wire
