#include "wire/diagnosis.hh"

#include <algorithm>
#include <bit>

#include "wire/data_guesses.hh"
#include "wire/text.hh"

namespace wire {

namespace {

constexpr const char* none_of_16_bits = "not set, or htonl in place of htons?";

bool printable(std::uint8_t byte) { return byte >= ' ' && byte <= '~'; }

bool has_size_of_payload(std::size_t size, std::size_t payload_len) {
  return size == payload_len || size == padded(payload_len);
}

bool lacks_header(const Evidence& evidence) {
  const Bytes packet = evidence.packet;
  if (evidence.message != Message::d1) {
    // Another payload may have that size by chance.
    const auto header = decode_header(packet);
    const bool right = header && header->psecret == evidence.expected.psecret &&
                       header->step == evidence.expected.step;
    return !right && has_size_of_payload(packet.size(), evidence.expected.payload_len);
  }
  // Of a stream, the first bytes are all that tells: data, perhaps padded.
  const std::size_t len2 = evidence.expected.payload_len;
  if (packet.empty() || len2 == 0) return false;
  for (std::size_t i = 0; i < std::min(packet.size(), header_size); ++i) {
    const bool padding = evidence.c != 0 && i % padded(len2) >= len2;
    if (!padding && packet[i] != evidence.c) return false;
  }
  return true;
}

constexpr const char* b1_at_main_port = "a b1 at the main port?";
// Where an a1 should be: psecret is not that of stage a, and the data is a packet_id and zeros.
bool looks_like_b1(Bytes packet, const Header& header) {
  constexpr std::size_t id_size = 4;
  if (header.psecret == 0 || header.payload_len < id_size) return false;
  if (header.payload_len > packet.size() || packet.size() != wire_size(header.payload_len))
    return false;
  return all_are(packet.subspan(header_size + id_size), 0);
}

constexpr const char* a1_at_udp_port = "an a1 at udp_port?";
bool is_a1_for_b1(const Evidence& evidence) {
  return evidence.message == Message::b1 && !judge_a1(evidence.packet);
}

// "\"hell\" read as payload_len: no header?"
std::string text_read_as_len(Bytes packet, const char* cause = "no header?") {
  return '"' + std::string(packet.begin(), packet.begin() + 4) + "\" read as payload_len: " + cause;
}

std::string guess_payload_len(const Evidence& evidence, std::uint32_t seen) {
  const std::uint32_t right = evidence.expected.payload_len;
  const auto size = static_cast<std::uint32_t>(padded(right));
  const Bytes packet = evidence.packet;
  const Header header = *decode_header(packet);
  // Before what else its length may happen to look like.
  if (evidence.message == Message::a1 && looks_like_b1(packet, header)) return b1_at_main_port;
  if (is_a1_for_b1(evidence)) return a1_at_udp_port;
  if (seen == reversed(right)) return little_endian(right);
  if (is_half(seen, right)) return half(right);
  if (header.psecret == right && right != evidence.expected.psecret) {
    if (seen == evidence.expected.psecret && packet.size() == wire_size(right))
      return "payload_len and psecret exchanged?";
    if (seen == 0) return "payload_len as 64 bits?";
  }
  // A header alone may have the size of a payload.
  const bool alone = seen == 0 && packet.size() == header_size;
  if (alone && header.step == evidence.expected.step && evidence.message != Message::d1)
    return "the payload missing?";
  if (lacks_header(evidence)) {
    if (evidence.index > 0) return "data in place of a header: one header for all d1?";
    if (!std::ranges::all_of(packet.first(4), printable)) return "no header?";
    return text_read_as_len(packet);
  }
  if (evidence.message == Message::d1 && evidence.index == 0 &&
      std::ranges::all_of(packet.first(4), printable))
    return text_read_as_len(packet, "a text sent as c1?");
  if (std::ranges::all_of(packet.first(header_size), printable)) return text_read_as_len(packet);
  if (evidence.message == Message::a1) {
    const bool counted = packet.size() == wire_size(right) && seen == right + header_size;
    return counted ? "the header counted?" : guess_hello_len(payload_of(evidence), seen);
  }
  if (evidence.message == Message::b1) {
    if (auto words = guess_b1_len(seen, right, packet.size()); !words.empty()) return words;
  }
  const bool names_port = evidence.message == Message::a2 || evidence.message == Message::b2;
  if (names_port && seen == right - 2) return "the port as 16 bits?";
  if (evidence.message == Message::c2) {
    if (auto words = guess_wide_c(packet, seen); !words.empty()) return words;
  }
  if (seen == size) return "the padding counted?";
  const bool num_zeros = seen == evidence.count + 4 && packet.size() == wire_size(seen);
  if (evidence.message == Message::b1 && num_zeros) return "num in place of len?";
  if (evidence.message == Message::b1 && seen == hello.size()) return "the payload_len of a1?";
  if (evidence.message == Message::d1) return guess_d1_len(evidence, seen);
  const bool longer = packet.size() > wire_size(right);  // so that payload_len may be true
  if (longer && seen == right + 4 && right % 4 == 0 && packet.size() == wire_size(seen))
    return "4 padding bytes too many, and counted?";
  if (longer) return "";
  if (seen == right + header_size) return "the header counted?";
  return seen == size + header_size ? "the header and the padding counted?" : "";
}

constexpr const char* over_padded = "4 padding bytes although the payload ends on the boundary";

// step, or student_id, as a whole word: what follows is shifted by two bytes for each.
constexpr const char* wide_step = "step written as 4 bytes?";
std::string guess_wide_header(const Evidence& evidence) {
  const auto header = decode_header(evidence.packet);
  if (!header) return "";
  if (header->step == 0 && header->student_id == evidence.expected.step) return wide_step;
  const std::size_t right = wire_size(evidence.expected.payload_len), size = evidence.packet.size();
  if (header->step != evidence.expected.step || header->student_id != 0) return "";
  if (size == right + 2) return "student_id written as 4 bytes?";
  const bool both = evidence.message == Message::a1 && size == right + 4 &&
                    !begins_with_hello(payload_of(evidence));
  return both ? "step and student_id written as 4 bytes?" : "";
}

// The place of a secret in the payload of a server's message.
std::optional<std::size_t> secret_offset(Message message) {
  if (message == Message::a2) return 12;
  if (message == Message::b2) return 4;
  if (message == Message::c2) return 8;
  return message == Message::d2 ? std::optional<std::size_t>(0) : std::nullopt;
}

std::string guess_psecret(const Evidence& evidence, std::uint32_t seen) {
  const std::uint32_t right = evidence.expected.psecret;
  if (seen == reversed(right)) return little_endian(right);
  if (is_half(seen, right)) return half(right);
  if (evidence.message == Message::a1) {
    const bool b1 = looks_like_b1(evidence.packet, *decode_header(evidence.packet));
    return b1 ? b1_at_main_port : "";
  }
  if (is_a1_for_b1(evidence)) return a1_at_udp_port;
  Reader behind{evidence.packet.subspan(8)};
  if (seen == 0 && behind.u32() == right && behind.ok()) return "payload_len as 64 bits?";
  if (seen == 0) return "0 is for stage a only?";
  if (const auto offset = secret_offset(evidence.message)) {
    Reader in{payload_of(evidence)};
    in.take(*offset);
    if (in.u32() == seen && in.ok()) return "the message's own secret?";
  }
  if (right > 0xffff && seen == (right & 0xffff)) return "cut to 16 bits?";
  constexpr std::uint32_t max_signed = 0x7fffffff;
  if (right > max_signed &&
      (seen == (right & max_signed) || seen == 0 - right || seen == max_signed))
    return "taken for a signed number?";
  // The number that stands before the secret in a2, or in c2.
  if (evidence.message == Message::b1 && seen == evidence.udp_port)
    return "udp_port in place of secretA?";
  if (evidence.message == Message::d1 && seen == evidence.expected.payload_len)
    return "len2 in place of secretC?";
  if (!evidence.before) return "";
  if (seen == evidence.before->secret_a) return "secretA in place of secretC?";
  return seen == evidence.before->secret_b ? "secretB in place of secretC?" : "";
}

std::string guess_step(const Evidence& evidence, const Header& header) {
  const std::uint16_t right = evidence.expected.step, seen = header.step;
  if (seen == right << 8) return little_endian(right);
  if (seen == client_step) return "the client's step?";
  if (seen == server_step) return "the server's step?";
  const bool wide = evidence.packet.size() == wire_size(evidence.expected.payload_len) + 8;
  if (seen == 0 && header.student_id == 0 && wide) return "payload_len and psecret as 64 bits?";
  if (seen == 0) return header.student_id == right ? wide_step : none_of_16_bits;
  if (right == client_step && (seen == 3 || seen == 4)) return "the number of the stage?";
  return header.student_id == right ? "step and student_id exchanged?" : "";
}

std::string guess_student_id(const Evidence& evidence, const Header& header) {
  if (header.student_id == reversed(evidence.expected.student_id) >> 16)
    return little_endian(evidence.expected.student_id);
  auto words = guess_wide_header(evidence);
  if (words.empty() && header.student_id == 0) words = none_of_16_bits;
  return words;
}

}  // namespace

std::string guess_size(Message message, std::size_t seen, std::size_t payload_len) {
  const std::size_t right = wire_size(payload_len);
  const bool from_client =
      message == Message::a1 || message == Message::b1 || message == Message::d1;
  if (!from_client && has_size_of_payload(seen, payload_len)) return "no header?";
  if (seen == header_size && payload_len > 0) return "the payload missing?";
  if (seen < right && seen == header_size + payload_len) return "the padding missing?";
  if (seen == right + 4 && payload_len % 4 == 0) return over_padded;
  if (message == Message::a1 && seen + 1 == right) return "the NUL missing?";
  if (from_client && payload_len % 4 != 0 && seen == header_size + payload_len + payload_len % 4)
    return "n % 4 bytes of padding?";
  if (from_client && seen > right && seen % right == 0) return "several messages in one?";
  if (message != Message::b1) return "";
  if (seen == right - 4 && payload_len % 4 != 0) return "the packet_id missing, or rounded down?";
  const bool no_id = seen == right - 4 || seen == header_size + payload_len - 4;
  return no_id ? "the packet_id missing?" : "";
}

std::string guess_number(std::uint32_t seen, std::uint32_t max) {
  if (seen <= max) return "";
  // A smaller number, such as 65536, may be meant.
  constexpr std::uint32_t min_odd = 1 << 24, min_two_bytes = 256;
  const std::uint32_t upper = seen >> 16, other = reversed(seen);
  const bool reverse = seen >= min_odd && reversed(seen) <= max;
  const bool two_bytes = is_half(seen, upper) && upper <= max && !std::has_single_bit(upper);
  if (!reverse) return two_bytes ? half(upper) : "";
  if (!two_bytes || other < min_two_bytes) return little_endian(other);
  std::string either = little_endian(other);
  either.back() = ',';
  return either + " or " + half(upper);
}

std::string quoted_text(Bytes packet) {
  constexpr std::size_t max_shown = 80;
  const std::string_view all = text_of(packet);
  constexpr unsigned char max_utf8 = 0xf4;
  const auto is_of_text = [](unsigned char c) {
    return c < ' ' ? c == '\t' || c == '\r' || c == '\n' : c != 0x7f && c <= max_utf8;
  };
  if (all.size() < header_size || !std::ranges::all_of(all.substr(0, header_size), is_of_text)) {
    return "";
  }
  std::string_view text = all.substr(0, all.find('\0'));
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  return '"' + visible(text.substr(0, max_shown)) + (text.size() > max_shown ? "..." : "") + '"';
}

std::string guess_in_place_of(Message message, Bytes came) {
  const std::string said = quoted_text(came);
  const std::size_t payload_len = server_header(message, 0, 0).payload_len;
  return said.empty() ? guess_size(message, came.size(), payload_len) : said;
}

std::string guess_extra(std::size_t seen, std::size_t len2) {
  if (seen == 4 && len2 % 4 == 0) return over_padded;
  if (seen == 2 || seen == 4) return "too much padding?";
  return seen % wire_size(len2) == 0 ? "more than num2 messages?" : "";
}

std::string guess(Rule rule, const Evidence& evidence) {
  const auto header = decode_header(evidence.packet);
  if (rule == Rule::size) {
    if (auto words = guess_wide_header(evidence); !words.empty()) return words;
    const bool bare =
        std::ranges::equal(evidence.packet, bytes_of(hello.substr(0, hello.size() - 1)));
    if (bare && evidence.message == Message::a1) return "no header?";
    auto words =
        guess_size(evidence.message, evidence.packet.size(), evidence.expected.payload_len);
    const std::uint32_t named = header ? header->payload_len : 0;
    if (evidence.message == Message::c2 && named % 4 == 0 &&
        evidence.packet.size() == wire_size(named) + 4)
      return over_padded;
    // With another payload_len, it may be more payload.
    const bool padding = header && named == evidence.expected.payload_len;
    return words == over_padded && !padding ? "" : words;
  }
  if (!header) return "";
  const Bytes data = payload_of(evidence).first(
      std::min<std::size_t>(evidence.packet.size() - header_size, evidence.expected.payload_len));
  switch (rule) {
    case Rule::payload_len:
      return guess_payload_len(evidence, header->payload_len);
    case Rule::psecret:
      return guess_psecret(evidence, header->psecret);
    case Rule::step:
      return guess_step(evidence, *header);
    case Rule::student_id:
      return guess_student_id(evidence, *header);
    case Rule::hello:
      return guess_hello(data);
    case Rule::packet_id:
      return guess_packet_id(evidence);
    case Rule::zeros:
      return data.size() > 4 ? guess_zeros(data.subspan(4), evidence.count) : "";
    case Rule::value:
      return guess_d1_data(data, evidence);
    default:
      return "";
  }
}

}  // namespace wire
