#include "client/check/faulty.hh"

#include <algorithm>

namespace client {

namespace {

using wire::Rule;
using Packet = Faulty::Packet;

constexpr std::size_t payload = wire::header_size;  // where it begins
constexpr std::size_t data = payload + 4;           // of b1, behind the packet_id

// A number of so many bytes, in network byte order, over what is there.
void put(Packet& packet, std::size_t at, std::uint32_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0; value >>= 8) packet[at + i] = value & 0xff;
}
void payload_len(Packet& packet, std::uint32_t value) { put(packet, 0, value, 4); }
void psecret(Packet& packet, std::uint32_t value) { put(packet, 4, value, 4); }
void step(Packet& packet, std::uint32_t value) { put(packet, 8, value, 2); }
void packet_id(Packet& packet, std::uint32_t value) { put(packet, payload, value, 4); }

// The faults that are the same whatever the server has said.
template <std::size_t value>
void size(Packet& packet, const Known&) {
  packet.resize(value);
}
template <void (*field)(Packet&, std::uint32_t), std::uint32_t value>
void set(Packet& packet, const Known&) {
  field(packet, value);
}
void padding_counted(Packet& packet, const Known&) {
  payload_len(packet, static_cast<std::uint32_t>(packet.size() - payload));
}

constexpr Faulty a1[] = {
    {115, "a1 of 0 bytes", Rule::size, size<0>},
    {116, "a1 of 5 bytes", Rule::size, size<5>},
    {117, "a1 of a header alone", Rule::size, size<payload>},
    {118, "a1 of 23 bytes, without the NUL", Rule::size, size<23>},
    {119, "a1 of 25 bytes", Rule::size, size<25>},
    {120, "a1 of 28 bytes", Rule::size, size<28>},
    {121, "a1 of 1400 bytes", Rule::size, size<1400>},
    {122, "a1 with payload_len 11", Rule::payload_len, set<payload_len, 11>},
    {123, "a1 with payload_len 13", Rule::payload_len, set<payload_len, 13>},
    {124, "a1 with payload_len 16", Rule::payload_len, set<payload_len, 16>},
    {125, "a1 with payload_len 0x7fffffff", Rule::payload_len, set<payload_len, 0x7fffffff>},
    {126, "a1 with payload_len 0xffffffff", Rule::payload_len, set<payload_len, 0xffffffff>},
    {127, "a1 with psecret 1", Rule::psecret, set<psecret, 1>},
    {128, "a1 with step 0", Rule::step, set<step, 0>},
    {129, "a1 with step 2", Rule::step, set<step, 2>},
    {130, "a1 with its header in little-endian order", Rule::payload_len,
     [](Packet& p, const Known&) {
       payload_len(p, 0x0c000000);
       step(p, 0x0100);
     }},
    {131, "a1 with another byte for the NUL", Rule::hello,
     [](Packet& p, const Known&) { p.back() = '!'; }},
    {132, "a1 with one letter wrong", Rule::hello,
     [](Packet& p, const Known&) { p[payload + 4] = 'a'; }},
    {133, "a1 with the first letter in upper case", Rule::hello,
     [](Packet& p, const Known&) { p[payload] = 'H'; }},
    {134, "a1 with what is not text", Rule::hello,
     [](Packet& p, const Known&) {
       for (std::size_t i = payload; i < p.size(); ++i) p[i] = 0xff;
     }},
};

constexpr Faulty b1[] = {
    {228, "b1 with a wrong psecret", Rule::psecret,
     [](Packet& p, const Known& known) { psecret(p, known.a.secret_a + 1); }},
    {229, "b1 with psecret 0", Rule::psecret, set<psecret, 0>},
    {230, "b1 with step 2", Rule::step, set<step, 2>},
    {231, "b1 with a payload_len without the packet_id", Rule::payload_len,
     [](Packet& p, const Known& known) { payload_len(p, known.a.len); }},
    {232, "b1 with the padding counted in payload_len", Rule::payload_len, padding_counted, true},
    {233, "b1 without its padding", Rule::size,
     [](Packet& p, const Known& known) { p.resize(data + known.a.len); }, true},
    {234, "b1 4 bytes too short", Rule::size,
     [](Packet& p, const Known&) { p.resize(p.size() - 4); }},
    {235, "b1 4 bytes too long", Rule::size,
     [](Packet& p, const Known&) { p.resize(p.size() + 4); }},
    {236, "b1 with a data byte that is not 0", Rule::zeros,
     [](Packet& p, const Known& known) { p[data + known.a.len - 1] = 1; }},
    {237, "b1 with packet_id num", Rule::packet_id,
     [](Packet& p, const Known& known) { packet_id(p, known.a.num); }},
    {238, "b1 with packet_id 0xffffffff", Rule::packet_id, set<packet_id, 0xffffffff>},
    {239, "b1 of a header alone", Rule::size, size<payload>},
    {240, "b1 of 3 bytes", Rule::size, size<3>},
    {242, "b1 with its payload_len in little-endian order", Rule::payload_len,
     [](Packet& p, const Known&) { std::reverse(p.begin(), p.begin() + 4); }},
};

constexpr Faulty d1[] = {
    {416, "d1 with a wrong psecret", Rule::psecret,
     [](Packet& p, const Known& known) { psecret(p, known.c.secret_c + 1); }},
    {417, "d1 with secretB for psecret", Rule::psecret,
     [](Packet& p, const Known& known) { psecret(p, known.b.secret_b); }},
    {418, "d1 with step 2", Rule::step, set<step, 2>},
    {419, "d1 with the padding counted in payload_len", Rule::payload_len, padding_counted, true},
    {420, "d1 with a payload_len of 1 too many", Rule::payload_len,
     [](Packet& p, const Known& known) { payload_len(p, known.c.len2 + 1); }},
    {421, "d1 with payload_len 0xffffffff", Rule::payload_len, set<payload_len, 0xffffffff>},
    {422, "d1 with a byte that is not c", Rule::value,
     [](Packet& p, const Known& known) { p[payload + known.c.len2 - 1] ^= 1; }},
};

}  // namespace

std::span<const Faulty> faulty_a1() { return a1; }
std::span<const Faulty> faulty_b1() { return b1; }
std::span<const Faulty> faulty_d1() { return d1; }

}  // namespace client
