// The messages of the course's four-stage protocol (University of Washington CSE 461, project 1) as
// plain values, and the rules a client's messages must keep. All integers are unsigned and in
// network byte order. Every message begins with a header of 12 bytes:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------------------------------------------------------+
//   |          payload_len (without header and padding)             |
//   +---------------------------------------------------------------+
//   |          psecret (the secret of the stage before, 0 in a)     |
//   +-------------------------------+-------------------------------+
//   |            step               |          student_id           |
//   +-------------------------------+-------------------------------+
//   |          payload, then 0 to 3 bytes up to a multiple of 4     |
//   +---------------------------------------------------------------+
//
// The nine messages. A client sends > and a server <; the number in a field is its size in bytes.
// Stages a and b are datagrams, stages c and d one TCP connection.
//
//          psecret step  payload
//   a1   >       0  1    "hello world" and one NUL 12                    to the main port
//   a2   <       0  2    num 4, len 4, udp_port 4, secretA 4
//   b1   > secretA  1    packet_id 4, len zeros                          num of them, to udp_port
//   ack  < secretA  2    packet_id 4                                     not for each b1 at first
//   b2   < secretA  2    tcp_port 4, secretB 4                           after the last ack
//   c1   >               none: the connection to tcp_port
//   c2   < secretB  2    num2 4, len2 4, secretC 4, c 1
//   d1   > secretC  1    len2 bytes of value c                           num2 of them
//   d2   < secretC  2    secretD 4                                       then the connection ends
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/bytes.hh"
#include "wire/rules.hh"

namespace wire {

inline constexpr std::size_t header_size = 12;
inline constexpr std::string_view hello{"hello world\0", 12};
inline constexpr std::uint16_t client_step = 1;
inline constexpr std::uint16_t server_step = 2;

// n rounded up to a multiple of 4.
constexpr std::size_t padded(std::size_t n) { return (n + 3) / 4 * 4; }
// What a message with this payload takes on the wire.
constexpr std::size_t wire_size(std::size_t payload_len) {
  return header_size + padded(payload_len);
}

// a1, b1 and d1 are the client's. (c1 is a connection alone.)
enum class Message { a1, a2, b1, ack, b2, c2, d1, d2 };

struct Header {
  std::uint32_t payload_len = 0;
  std::uint32_t psecret = 0;
  std::uint16_t step = 0;
  std::uint16_t student_id = 0;
  bool operator==(const Header&) const = default;
};

// What the server sends: the payloads of a2, ack, b2, c2 and d2.
struct A2 {
  std::uint32_t num = 0;       // of packets in stage b
  std::uint32_t len = 0;       // of zero bytes in each
  std::uint32_t udp_port = 0;  // of stage b
  std::uint32_t secret_a = 0;
};
struct Ack {
  std::uint32_t packet_id = 0;
};
struct B2 {
  std::uint32_t tcp_port = 0;  // of stages c and d
  std::uint32_t secret_b = 0;
};
struct C2 {
  std::uint32_t num2 = 0;  // of messages in stage d
  std::uint32_t len2 = 0;  // of bytes in each
  std::uint32_t secret_c = 0;
  std::uint8_t c = 0;  // the value of each byte
};
struct D2 {
  std::uint32_t secret_d = 0;
};

// Payload sizes. A client tells the server's messages apart by them, since servers differ in every
// field of the header.
inline constexpr std::size_t a2_len = 16, ack_len = 4, b2_len = 8, c2_len = 13, d2_len = 4;

// The most padding of c2, before which d2 cannot begin later: 3 bytes, and 4 more of those who pad
// what ends on the boundary.
inline constexpr std::size_t max_c2_padding = padded(c2_len) - c2_len + 4;

// A whole message: header, payload, padding of the given byte.
std::vector<std::uint8_t> encode(std::uint32_t psecret, std::uint16_t step,
                                 std::uint16_t student_id, Bytes payload, std::uint8_t pad = 0);

// The client's messages.
std::vector<std::uint8_t> encode_a1(std::uint16_t student_id);
std::vector<std::uint8_t> encode_b1(const A2& task, std::uint32_t packet_id,
                                    std::uint16_t student_id);
std::vector<std::uint8_t> encode_d1(const C2& task, std::uint16_t student_id);

// The server's messages; psecret as the table of the protocol has it.
std::vector<std::uint8_t> encode(const A2& message, std::uint16_t student_id);
std::vector<std::uint8_t> encode(const Ack& message, std::uint32_t secret_a,
                                 std::uint16_t student_id);
std::vector<std::uint8_t> encode(const B2& message, std::uint32_t secret_a,
                                 std::uint16_t student_id);
// Padded with c, as the first staff server did, for clients that read c as two bytes.
std::vector<std::uint8_t> encode(const C2& message, std::uint32_t secret_b,
                                 std::uint16_t student_id);
std::vector<std::uint8_t> encode(const D2& message, std::uint32_t secret_c,
                                 std::uint16_t student_id);

// The header that a message of the server's has when it is right.
Header server_header(Message message, std::uint32_t psecret, std::uint16_t student_id);

// The header of a packet; nullopt when it is shorter than one.
std::optional<Header> decode_header(Bytes packet);

// What follows the header, which is not looked at; nullopt when the packet is too short, bytes
// beyond are ignored.
std::optional<A2> decode_a2(Bytes packet);
std::optional<Ack> decode_ack(Bytes packet);
std::optional<B2> decode_b2(Bytes packet);
std::optional<C2> decode_c2(Bytes packet);
std::optional<D2> decode_d2(Bytes packet);

// Which message of the server's a datagram is, by its size: servers differ in every field of the
// header. Two sizes more are common, since many pad a payload that ends on the boundary by 4 bytes.
// Such an ack has the size of b2, and is told from it by a packet_id below num, where b2 has its
// tcp_port, and by its payload_len or its 4 bytes of padding.
std::optional<Message> recognise(Bytes datagram, std::uint32_t num);

// Where d2 begins in what a server has sent behind the first 25 bytes of c2: 0 to max_c2_padding
// bytes of padding come first; `least` of them for certain. nullopt while that cannot be told;
// `ended` says that nothing more will come.
std::optional<std::size_t> padding_before_d2(Bytes behind_c2, std::size_t least, bool ended);

// A broken rule: "25 bytes" seen, "28" expected, since "payload_len 13, padded to 16"; and what may
// have led to it ("the padding missing?", see diagnosis.hh). All but the first two may be empty.
struct Fault {
  Rule rule;
  std::string seen;
  std::string expected = {};
  std::string since = {};
  std::string guess = {};
  // "25 bytes, 28 expected (payload_len 13, padded to 16): the padding missing?"
  [[nodiscard]] std::string text() const;
};

// The first rule that a message of a client breaks, if any. Any student id will do, and any
// padding. `has_first` says whether packet 0 of the session came before.
std::optional<Fault> judge_a1(Bytes packet);
std::optional<Fault> judge_b1(Bytes packet, const A2& task, bool has_first = false);
// What was said in the stages before d1, where it is known: a number of it may have been taken for
// one of c2's.
struct BeforeD1 {
  std::uint32_t len = 0, secret_a = 0, secret_b = 0;
};
// What has come of the index-th d1 (from 0): its header alone, so that a wrong one is refused
// before the rest is awaited; then all of it.
std::optional<Fault> judge_d1_header(Bytes packet, const C2& task, std::uint32_t index,
                                     const std::optional<BeforeD1>& before = {});
std::optional<Fault> judge_d1(Bytes packet, const C2& task, std::uint32_t index = 0);
// A d1 that was sent with too little or too much padding shows in the next one, whose header begins
// in what was taken for the padding, or late in `head`, which came next. The fault of the d1
// before, if so.
std::optional<Fault> judge_padding(Bytes taken_for_padding, Bytes head, const C2& task);

// A packet of stage b that comes again `seconds` after it came last. A little less than the
// 0.5 s of the rule is let pass: the way may have shortened it.
std::optional<Fault> judge_resend(double seconds);

// An ack of another packet than the one awaited.
std::optional<Fault> judge_ack(std::uint32_t seen, std::uint32_t awaited);
// What comes to a client in stage b and has the size neither of an ack nor of b2.
Fault stage_b_size_fault(std::size_t seen);
// The same for what is no message of the server's, whatever its size: a b1 that is sent back in
// place of its ack, and a text.
std::optional<Fault> judge_no_message(Bytes packet, const A2& task);

// Every way in which a server's message, told by the payload_len of its right header, differs from
// the protocol's text: its size, its header, and counts, lengths and ports that hardly can be
// meant.
std::vector<Fault> deviations(Bytes packet, const Header& expected);

// A message of the wrong size on the wire.
Fault size_fault(Message message, std::size_t seen, std::size_t payload_len);

// A udp_port, or a tcp_port, that is no port.
std::optional<Fault> judge_port(const A2& message);
std::optional<Fault> judge_port(const B2& message);

// The fields of a header, or of a payload, in clear: "payload_len 12, psecret 0, step 1,
// student_id 461".
std::string text(const Header& header);
std::string text(const A2& message);
std::string text(const B2& message);
std::string text(const C2& message);
std::string text(const D2& message);

}  // namespace wire
