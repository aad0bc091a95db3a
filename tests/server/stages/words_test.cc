// The well-known faults of clients, and the words for each in the line that the server says of a
// session, or of an a1 that opens none: what was seen, what was expected, and the likely mistake. A
// server that exercises clients (-c) says the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "server/stages/session_plan.hh"
#include "support/stage_server_peer.hh"

namespace server {
namespace {

// Lengths that a fault needs.
enum class Length { any, off_boundary, on_boundary };

struct Row {
  const char* fault;
  char stage;  // of the message in which it is
  // Sends it, after all that comes before; a regular expression, in which N is a number.
  const char* words;
  Length length;
  void (*send)(Client& client, net::Stream& connection);
};

Packet reversed(Packet packet, std::size_t at, std::size_t size = 4) {
  const auto begin = packet.begin() + static_cast<long>(at);
  std::reverse(begin, begin + static_cast<long>(size));
  return packet;
}
Packet bare(Packet packet) { return {packet.begin() + 12, packet.end()}; }
std::uint32_t size_of(const Packet& packet) { return static_cast<std::uint32_t>(packet.size()); }

void send_a1(Client& client, const Packet& packet) { client.udp.send(packet, client.main_port); }
void send_b1(Client& client, const Packet& packet) { client.udp.send(packet, client.stage_b); }
void send_d1(net::Stream& connection, const Packet& packet, std::uint32_t count = 1) {
  for (; count > 0; --count) (void)connection.send_all(packet, net::Deadline::after(20s));
}

const Row rows[] = {
    {"little-endian", 'a', "payload_len 201326592, 12 expected: 12 in little-endian byte order\\?",
     Length::any, [](Client& c, auto&) { send_a1(c, reversed(wire::encode_a1(c.id), 0)); }},
    {"no header", 'a',
     "payload_len 1751477356, 12 expected: \"hell\" read as payload_len: no header\\?", Length::any,
     [](Client& c, auto&) { send_a1(c, bare(wire::encode_a1(c.id))); }},
    {"the NUL not counted", 'a', "payload_len 11, 12 expected: the NUL not counted\\?", Length::any,
     [](Client& c, auto&) { send_a1(c, with(wire::encode_a1(c.id), 0, 11)); }},
    {"step of 4 bytes", 'a', "step 0, 1 expected: step written as 4 bytes\\?", Length::any,
     [](Client& c, auto&) { send_a1(c, with(wire::encode_a1(c.id), 8, 1)); }},
    {"a b1 at the main port", 'a',
     "refused: (payload_len N, 12|psecret N, 0) expected: a b1 at the main port\\?", Length::any,
     [](Client& c, auto&) {
       c.through_a();
       send_a1(c, c.b1(1));
     }},
    // 2048 bytes of it are taken, and a kernel may tell no more than that it was longer.
    {"the whole buffer sent", 'a', "(4096|2049) bytes, 24 expected", Length::any,
     [](Client& c, auto&) { send_a1(c, resized(wire::encode_a1(c.id), 4096)); }},
    {"the whole buffer sent", 'b', "b1: (4096|2049) bytes, N expected", Length::any,
     [](Client& c, auto&) { send_b1(c, resized(c.b1(0), 4096)); }},
    {"packet_id from 1", 'b', "packet_id N, 0 to N expected: counted from 1\\?", Length::any,
     [](Client& c, auto&) { send_b1(c, c.b1(c.a.num)); }},
    {"packet_id in little-endian order", 'b',
     "packet_id 16777216, 0 to N expected: 1 in little-endian byte order\\?", Length::any,
     [](Client& c, auto&) { send_b1(c, with(c.b1(0), 12, 1 << 24)); }},
    {"psecret 0", 'b', "psecret 0, N expected: 0 is for stage a only\\?", Length::any,
     [](Client& c, auto&) { send_b1(c, with(c.b1(0), 4, 0)); }},
    {"padding counted", 'b', "payload_len N, N expected: the padding counted\\?",
     Length::off_boundary,
     [](Client& c, auto&) { send_b1(c, with(c.b1(0), 0, size_of(c.b1(0)) - 12)); }},
    {"padding missing", 'b',
     "N bytes, N expected \\(payload_len N, padded to N\\): the padding missing\\?",
     Length::off_boundary, [](Client& c, auto&) { send_b1(c, resized(c.b1(0), 16 + c.a.len)); }},
    {"too much padding", 'b',
     "N bytes, N expected: 4 padding bytes although the payload ends on the boundary",
     Length::on_boundary,
     [](Client& c, auto&) { send_b1(c, resized(c.b1(0), c.b1(0).size() + 4)); }},
    {"resent too soon", 'b', "b1 packet 0: resent after 0\\.[0-3] s \\(0.5 s at least\\)",
     Length::any,
     [](Client& c, auto&) {
       send_b1(c, c.b1(0));
       send_b1(c, c.b1(0));
     }},
    {"padding missing", 'd',
     "d1 1 of N: N bytes, N expected \\(payload_len N, padded to N\\): the padding missing\\?",
     Length::off_boundary,
     [](Client& c, auto& to) { send_d1(to, resized(c.d1(), 12 + c.c.len2), c.c.num2); }},
    {"too much padding", 'd',
     "d1 1 of N: N bytes, N expected: 4 padding bytes although the payload ends on the boundary",
     Length::on_boundary,
     [](Client& c, auto& to) { send_d1(to, resized(c.d1(), c.d1().size() + 4), c.c.num2); }},
    {"the secret of the stage before", 'd', "psecret N, N expected: secretB in place of secretC\\?",
     Length::any, [](Client& c, auto& to) { send_d1(to, with(c.d1(), 4, c.b.secret_b)); }},
    {"the secret of the first stage", 'd', "psecret N, N expected: secretA in place of secretC\\?",
     Length::any, [](Client& c, auto& to) { send_d1(to, with(c.d1(), 4, c.a.secret_a)); }},
    {"a header as c1", 'd', "d1 1 of N: payload_len 0, N expected: a message sent as c1\\?",
     Length::any,
     [](Client& c, auto& to) { send_d1(to, wire::encode(c.b.secret_b, 1, c.id, {})); }},
    {"one header for all", 'd', "d1 1 of N: payload_len N, N expected: one header for all d1\\?",
     Length::any, [](Client& c, auto& to) { send_d1(to, with(c.d1(), 0, c.c.len2 * c.c.num2)); }},
    {"one message too many", 'd',
     "unexpected number of buffers after message N of N: N bytes, 0 expected: more than num2 "
     "messages\\?",
     Length::any,
     [](Client& c, auto& to) {
       Packet all = c.all_d1();
       const Packet more = c.d1();
       all.insert(all.end(), more.begin(), more.end());
       send_d1(to, all);
     }},
    {"c of two bytes", 'd', "data byte 0 is 0x00, 0x.. expected: c read as two bytes\\?",
     Length::any,
     [](Client& c, auto& to) {
       Packet packet = c.d1();
       for (std::size_t i = 0; i < c.c.len2; i += 2) packet[12 + i] = 0;
       send_d1(to, packet);
     }},
    {"zeros for c", 'd', "data byte 0 is 0x00, 0x.. expected: zeros in place of c\\?", Length::any,
     [](Client& c, auto& to) {
       Packet packet = c.d1();
       std::fill(packet.begin() + 12, packet.end(), 0);
       send_d1(to, packet);
     }},
};

bool fits(Length length, std::uint32_t size) {
  const bool on_boundary = size % 4 == 0;
  return size > 2 && (length == Length::any || on_boundary == (length == Length::on_boundary));
}

// What the server says of a client that has this fault. Sessions without the length that it needs
// are left.
std::string said_of(const Row& row, std::optional<std::uint64_t> seed) {
  testing::internal::CaptureStderr();
  {
    Server server(500ms, 0, 100, net::Family::ipv4, seed);
    for (bool sent = false; !sent;) {
      Client client(server);
      std::optional<net::Stream> connection;
      if (row.stage == 'b') client.through_a();
      if (row.stage == 'd') connection.emplace(client.through_c());
      sent = row.stage == 'a' || fits(row.length, row.stage == 'b' ? client.a.len : client.c.len2);
      net::Stream none{net::FileDescriptor()};
      if (sent) row.send(client, connection ? *connection : none);
      if (row.stage == 'a') {
        // When a right one is answered, the wrong one has been looked at.
        Client(server).through_a();
      } else if (sent) {
        EXPECT_TRUE(wait_until([&] { return server.idle(); }));
      }
    }
  }
  return testing::internal::GetCapturedStderr();
}

void expect_words(const Row& row, const std::string& said) {
  const std::regex words(std::regex_replace(row.words, std::regex("\\bN\\b"), "[0-9]+"));
  EXPECT_TRUE(std::regex_search(said, words)) << row.fault << ": " << said;
}

TEST(Words, OfAClientsFaultInTheServersLog) {
  for (const Row& row : rows) expect_words(row, said_of(row, std::nullopt));
}

// Of a session whose udp_port is there at once.
TEST(Words, OfAClientsFaultWhenItIsExercised) {
  for (const Row& row : rows) {
    if (row.stage == 'd') continue;
    std::uint64_t seed = 0;
    while (exercising_plan(seed).udp_late > 0ms ||
           !fits(row.length, exercising_plan(seed).numbers.a.len))
      ++seed;
    expect_words(row, said_of(row, seed));
  }
}

}  // namespace
}  // namespace server
