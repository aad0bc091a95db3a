#include "wire/stage.hh"

#include <algorithm>

namespace wire {

namespace {

std::string hex(std::uint8_t byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

// Compares one field of the header.
void compare(std::vector<Fault>& faults, Rule rule, std::string_view field, std::uint32_t seen,
             std::uint32_t expected) {
  if (seen == expected) return;
  faults.push_back(
      {rule, std::string(field) + ' ' + std::to_string(seen), std::to_string(expected)});
}

std::vector<Fault> header_faults(const Header& seen, const Header& expected) {
  std::vector<Fault> faults;
  compare(faults, Rule::payload_len, "payload_len", seen.payload_len, expected.payload_len);
  compare(faults, Rule::psecret, "psecret", seen.psecret, expected.psecret);
  compare(faults, Rule::step, "step", seen.step, expected.step);
  return faults;
}

std::optional<Fault> first(const std::vector<Fault>& faults) {
  if (faults.empty()) return std::nullopt;
  return faults.front();
}

// Header and size: what all messages of a client are judged by first.
std::optional<Fault> judge_frame(Bytes packet, std::uint32_t payload_len, std::uint32_t psecret) {
  const auto header = decode_header(packet);
  if (header) {
    if (auto fault = first(header_faults(*header, {payload_len, psecret, client_step, 0}))) {
      return fault;
    }
  }
  if (packet.size() != wire_size(payload_len)) {
    return size_fault(packet.size(), payload_len);
  }
  return std::nullopt;
}

// The first byte of a payload that is not as expected, counted from 0.
std::optional<Fault> judge_bytes(Rule rule, Bytes seen, std::uint8_t expected) {
  const auto wrong = std::ranges::find_if(seen, [=](auto byte) { return byte != expected; });
  if (wrong == seen.end()) return std::nullopt;
  return Fault{rule, "data byte " + std::to_string(wrong - seen.begin()) + " is " + hex(*wrong),
               hex(expected)};
}

// A reader that stands behind the header.
Reader payload_of(Bytes packet) {
  Reader in{packet};
  in.take(header_size);
  return in;
}

template <typename Message>
std::optional<Message> if_ok(const Reader& in, const Message& message) {
  if (!in.ok()) return std::nullopt;
  return message;
}

}  // namespace

std::vector<std::uint8_t> encode(std::uint32_t psecret, std::uint16_t step,
                                 std::uint16_t student_id, Bytes payload, std::uint8_t pad) {
  Writer out;
  out.u32(static_cast<std::uint32_t>(payload.size())).u32(psecret).u16(step).u16(student_id);
  out.bytes(payload).fill(padded(payload.size()) - payload.size(), pad);
  return out.done();
}

std::vector<std::uint8_t> encode_a1(std::uint16_t student_id) {
  return encode(0, client_step, student_id, bytes_of(hello));
}

std::vector<std::uint8_t> encode_b1(const A2& task, std::uint32_t packet_id,
                                    std::uint16_t student_id) {
  const auto payload = Writer().u32(packet_id).fill(task.len, 0).done();
  return encode(task.secret_a, client_step, student_id, payload);
}

std::vector<std::uint8_t> encode_d1(const C2& task, std::uint16_t student_id) {
  const auto payload = Writer().fill(task.len2, task.c).done();
  return encode(task.secret_c, client_step, student_id, payload);
}

std::vector<std::uint8_t> encode(const A2& message, std::uint16_t student_id) {
  const auto payload =
      Writer().u32(message.num).u32(message.len).u32(message.udp_port).u32(message.secret_a).done();
  return encode(0, server_step, student_id, payload);
}

std::vector<std::uint8_t> encode(const Ack& message, std::uint32_t secret_a,
                                 std::uint16_t student_id) {
  return encode(secret_a, server_step, student_id, Writer().u32(message.packet_id).done());
}

std::vector<std::uint8_t> encode(const B2& message, std::uint32_t secret_a,
                                 std::uint16_t student_id) {
  const auto payload = Writer().u32(message.tcp_port).u32(message.secret_b).done();
  return encode(secret_a, server_step, student_id, payload);
}

std::vector<std::uint8_t> encode(const C2& message, std::uint32_t secret_b,
                                 std::uint16_t student_id) {
  const auto payload =
      Writer().u32(message.num2).u32(message.len2).u32(message.secret_c).u8(message.c).done();
  return encode(secret_b, server_step, student_id, payload, message.c);
}

std::vector<std::uint8_t> encode(const D2& message, std::uint32_t secret_c,
                                 std::uint16_t student_id) {
  return encode(secret_c, server_step, student_id, Writer().u32(message.secret_d).done());
}

std::optional<Header> decode_header(Bytes packet) {
  Reader in{packet};
  const Header header{in.u32(), in.u32(), in.u16(), in.u16()};
  return if_ok(in, header);
}

std::optional<A2> decode_a2(Bytes packet) {
  Reader in = payload_of(packet);
  const A2 message{in.u32(), in.u32(), in.u32(), in.u32()};
  return if_ok(in, message);
}

std::optional<Ack> decode_ack(Bytes packet) {
  Reader in = payload_of(packet);
  const Ack message{in.u32()};
  return if_ok(in, message);
}

std::optional<B2> decode_b2(Bytes packet) {
  Reader in = payload_of(packet);
  const B2 message{in.u32(), in.u32()};
  return if_ok(in, message);
}

std::optional<C2> decode_c2(Bytes packet) {
  Reader in = payload_of(packet);
  const C2 message{in.u32(), in.u32(), in.u32(), in.u8()};
  return if_ok(in, message);
}

std::optional<D2> decode_d2(Bytes packet) {
  Reader in = payload_of(packet);
  const D2 message{in.u32()};
  return if_ok(in, message);
}

std::optional<std::size_t> padding_before_d2(Bytes behind_c2, std::size_t least, bool ended) {
  constexpr std::size_t size = wire_size(d2_len), most = wire_size(c2_len) - header_size - c2_len;
  if (behind_c2.size() < least + size) return std::nullopt;
  for (std::size_t padding = least; padding <= most; ++padding) {
    if (behind_c2.size() < padding + size) break;
    const auto header = decode_header(behind_c2.subspan(padding));
    if (header->payload_len == d2_len && header->step <= server_step) return padding;
  }
  const bool all = ended || behind_c2.size() == most + size;
  return all ? std::optional(std::min(behind_c2.size() - size, most)) : std::nullopt;
}

std::optional<Fault> judge_a1(Bytes packet) {
  if (auto fault = judge_frame(packet, hello.size(), 0)) return fault;
  const Bytes payload = packet.subspan(header_size, hello.size());
  if (std::ranges::equal(payload, bytes_of(hello))) return std::nullopt;
  std::string seen;
  for (const std::uint8_t byte : payload) {
    const bool printable = byte >= ' ' && byte <= '~';
    seen += printable ? std::string(1, static_cast<char>(byte)) : byte == 0 ? "\\0" : "?";
  }
  return Fault{Rule::hello, "payload \"" + seen + '"', "\"hello world\\0\""};
}

std::optional<Fault> judge_b1(Bytes packet, const A2& task) {
  if (auto fault = judge_frame(packet, task.len + 4, task.secret_a)) return fault;
  Reader in = payload_of(packet);
  const std::uint32_t id = in.u32();
  if (id >= task.num) {
    return Fault{Rule::packet_id, "packet_id " + std::to_string(id),
                 "0 to " + std::to_string(task.num - 1)};
  }
  return judge_bytes(Rule::zeros, in.take(task.len), 0);
}

std::optional<Fault> judge_d1_header(const Header& header, const C2& task) {
  return first(header_faults(header, {task.len2, task.secret_c, client_step, 0}));
}

std::optional<Fault> judge_d1(Bytes packet, const C2& task) {
  if (auto fault = judge_frame(packet, task.len2, task.secret_c)) return fault;
  return judge_bytes(Rule::value, packet.subspan(header_size, task.len2), task.c);
}

std::optional<Fault> judge_resend(double seconds) {
  constexpr double least = 0.45;
  if (seconds >= least) return std::nullopt;
  const int tenths = static_cast<int>(seconds * 10);
  return Fault{Rule::resend, "resent after 0." + std::to_string(tenths) + " s", "",
               "0.5 s at least"};
}

std::vector<Fault> deviations(Bytes packet, const Header& expected) {
  std::vector<Fault> faults;
  if (packet.size() != wire_size(expected.payload_len)) {
    faults.push_back(size_fault(packet.size(), expected.payload_len));
  }
  const auto header = decode_header(packet);
  if (!header) return faults;
  for (Fault& fault : header_faults(*header, expected)) faults.push_back(std::move(fault));
  compare(faults, Rule::student_id, "student_id", header->student_id, expected.student_id);
  return faults;
}

std::string Fault::text() const {
  return seen + (expected.empty() ? "" : ", " + expected + " expected") +
         (since.empty() ? "" : " (" + since + ")");
}

Fault size_fault(std::size_t seen, std::size_t payload_len) {
  return {Rule::size, std::to_string(seen) + " bytes", std::to_string(wire_size(payload_len)),
          "payload_len " + std::to_string(payload_len) + ", padded to " +
              std::to_string(padded(payload_len))};
}

std::string text(const Header& header) {
  return "payload_len " + std::to_string(header.payload_len) + ", psecret " +
         std::to_string(header.psecret) + ", step " + std::to_string(header.step) +
         ", student_id " + std::to_string(header.student_id);
}

}  // namespace wire
