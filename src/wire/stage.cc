#include "wire/stage.hh"

#include <algorithm>

#include "wire/text.hh"

namespace wire {

namespace {

// A reader that stands behind the header.
Reader payload_of(Bytes packet) {
  Reader in{packet};
  in.take(header_size);
  return in;
}

template <typename Value>
std::optional<Value> if_ok(const Reader& in, const Value& message) {
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

Header server_header(Message message, std::uint32_t psecret, std::uint16_t student_id) {
  const std::size_t payload_len = message == Message::a2   ? a2_len
                                  : message == Message::b2 ? b2_len
                                  : message == Message::c2 ? c2_len
                                                           : ack_len;  // as of d2
  return {static_cast<std::uint32_t>(payload_len), psecret, server_step, student_id};
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

std::optional<Message> recognise(Bytes datagram, std::uint32_t num) {
  const std::size_t size = datagram.size();
  if (size >= wire_size(a2_len)) return Message::a2;
  if (size < wire_size(ack_len)) return std::nullopt;
  if (size < wire_size(b2_len)) return Message::ack;
  const bool ack =
      size < wire_size(b2_len) + 4 && decode_ack(datagram)->packet_id < num &&
      (decode_header(datagram)->payload_len == ack_len || decode_b2(datagram)->secret_b == 0);
  return ack ? Message::ack : Message::b2;
}

std::optional<std::size_t> padding_before_d2(Bytes behind_c2, std::size_t least, bool ended) {
  constexpr std::size_t size = wire_size(d2_len), right = padded(c2_len) - c2_len;
  if (behind_c2.size() < least + size) return std::nullopt;
  for (std::size_t padding = least; padding <= max_c2_padding; ++padding) {
    if (behind_c2.size() < padding + size) break;
    const auto header = decode_header(behind_c2.subspan(padding));
    if (header->payload_len == d2_len && header->step <= server_step) return padding;
  }
  const bool all = ended || behind_c2.size() == max_c2_padding + size;
  return all ? std::optional(std::min(behind_c2.size() - size, std::max(least, right)))
             : std::nullopt;
}

std::string text(const Header& header) {
  return format("payload_len %u, psecret %u, step %u, student_id %u", header.payload_len,
                header.psecret, header.step, header.student_id);
}

std::string text(const A2& message) {
  return format("num %u, len %u, udp_port %u, secretA %u", message.num, message.len,
                message.udp_port, message.secret_a);
}

std::string text(const B2& message) {
  return format("tcp_port %u, secretB %u", message.tcp_port, message.secret_b);
}

std::string text(const C2& message) {
  return format("num2 %u, len2 %u, secretC %u, c %u", message.num2, message.len2, message.secret_c,
                message.c);
}

std::string text(const D2& message) { return format("secretD %u", message.secret_d); }

}  // namespace wire
