#include "wire/stage.hh"

#include <algorithm>
#include <functional>

#include "support/prefixes.hh"

namespace wire {
namespace {

using Packet = std::vector<std::uint8_t>;

Packet hex(std::string_view text) {
  Packet packet;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    while (text[i] == ' ') ++i;
    packet.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return packet;
}

// The messages as the handout draws them.
const A2 task_a{7, 5, 4242, 1001};
const C2 task_c{3, 9, 3003, 0xfe};

TEST(StageMessages, StandOnTheWireAsTheTableSays) {
  EXPECT_EQ(encode_a1(461), hex("0000000c 00000000 0001 01cd 68656c6c6f20776f726c6400"));
  EXPECT_EQ(encode(A2{7, 5, 4242, 1001}, 461),
            hex("00000010 00000000 0002 01cd 00000007 00000005 00001092 000003e9"));
  EXPECT_EQ(encode_b1(task_a, 6, 461),
            hex("00000009 000003e9 0001 01cd 00000006 0000000000 000000"));
  EXPECT_EQ(encode(Ack{6}, 1001, 461), hex("00000004 000003e9 0002 01cd 00000006"));
  EXPECT_EQ(encode(B2{65535, 2002}, 1001, 461),
            hex("00000008 000003e9 0002 01cd 0000ffff 000007d2"));
  EXPECT_EQ(encode(task_c, 2002, 461),
            hex("0000000d 000007d2 0002 01cd 00000003 00000009 00000bbb fefefefe"));
  EXPECT_EQ(encode_d1(task_c, 461), hex("00000009 00000bbb 0001 01cd fefefefefefefefefe 000000"));
  EXPECT_EQ(encode(D2{4294967295}, 3003, 461), hex("00000004 00000bbb 0002 01cd ffffffff"));
}

// Of servers that pad by four bytes more, and fill in the header as they like.
TEST(StageMessages, OfTheServerAreRecognised) {
  constexpr std::uint32_t num = 10;
  const std::string header = "00000004 000003e9 0002 01cd",
                    long_payload = "00000008 000003e9 0002 01cd";
  const std::pair<std::string, std::optional<Message>> rows[] = {
      {header + "000000", std::nullopt},
      {header + "00000006", Message::ack},
      {header + "0000000a", Message::ack},  // whatever it acknowledges
      {header + "ffffffff", Message::ack},
      {long_payload + "00000006", Message::ack},
      {long_payload + "0000ffff 000007", Message::ack},
      {header + "00000006 00000000", Message::ack},
      {header + "00000006 000007d2", Message::ack},
      {long_payload + "00000006 00000000", Message::ack},
      {long_payload + "00000006 000007d2", Message::b2},
      {long_payload + "0000ffff 00000000", Message::b2},
      {header + "0000000a 00000000", Message::b2},
      {header + "0000ffff 000007d2", Message::b2},
      {header + "00000006 00000000 00000000", Message::b2},
      {header + "0000ffff 000007d2 00000000 000000", Message::b2},
      {header + "00000007 00000005 00001092 000003e9", Message::a2},
      {header + "00000007 00000005 00001092 000003e9 00000000", Message::a2}};
  for (const auto& [text, message] : rows) EXPECT_EQ(recognise(hex(text), num), message) << text;
}

TEST(StageMessages, SizesArePaddedToFour) {
  EXPECT_EQ(wire_size(0), 12U);
  EXPECT_EQ(wire_size(1), 16U);
  EXPECT_EQ(wire_size(4), 16U);
  EXPECT_EQ(wire_size(13), 28U);
}

TEST(StageMessages, EveryProperPrefixOfAServersMessageIsRefused) {
  expect_only_whole(encode(task_a, 1), [](Bytes packet) { return decode_a2(packet).has_value(); });
  expect_only_whole(encode(Ack{1}, 2, 3),
                    [](Bytes packet) { return decode_ack(packet).has_value(); });
  expect_only_whole(encode(B2{1, 2}, 3, 4),
                    [](Bytes packet) { return decode_b2(packet).has_value(); });
  expect_only_whole(encode(D2{1}, 2, 3),
                    [](Bytes packet) { return decode_d2(packet).has_value(); });
  const Packet c2 = encode(task_c, 1, 2);
  expect_only_whole(Bytes(c2).first(25),
                    [](Bytes packet) { return decode_c2(packet).has_value(); });
}

TEST(StageMessages, EveryProperPrefixOfAClientsMessageBreaksARule) {
  expect_only_whole(encode_a1(461), [](Bytes packet) { return !judge_a1(packet); });
  expect_only_whole(encode_b1(task_a, 3, 461),
                    [](Bytes packet) { return !judge_b1(packet, task_a); });
  expect_only_whole(encode_d1(task_c, 461), [](Bytes packet) { return !judge_d1(packet, task_c); });
}

// A good message, one change, and what a server must say to it.
struct Case {
  const char* name;
  Packet packet;
  const char* words;  // nullptr: no fault
};

template <typename Change>
Packet changed(Packet packet, Change change) {
  change(packet);
  return packet;
}

Packet with(Packet packet, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    packet[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  return packet;
}

Packet resized(Packet packet, std::size_t size) {
  packet.resize(size);
  return packet;
}

Packet with_step(Packet packet, std::uint8_t step) {
  packet[9] = step;
  return packet;
}

Packet with_text(const char* text) {
  Packet packet = encode_a1(461);
  std::copy(text, text + 11, packet.begin() + 12);
  return packet;
}

void expect_words(const std::vector<Case>& cases,
                  const std::function<std::optional<Fault>(Bytes)>& judge) {
  for (const Case& c : cases) {
    const auto fault = judge(c.packet);
    EXPECT_EQ(fault ? fault->text() : "", c.words ? c.words : "") << c.name;
  }
}

TEST(StageRules, A1) {
  const Packet good = encode_a1(461);
  expect_words(
      {
          {"right", good, nullptr},
          {"id 0", encode_a1(0), nullptr},
          {"id 999", encode_a1(999), nullptr},
          {"id 65535", encode_a1(65535), nullptr},
          {"empty", {}, "0 bytes, 24 expected (payload_len 12, padded to 12)"},
          {"5 bytes", resized(good, 5), "5 bytes, 24 expected (payload_len 12, padded to 12)"},
          {"header only", resized(good, 12),
           "12 bytes, 24 expected (payload_len 12, padded to 12): the payload missing?"},
          {"no NUL", with(resized(good, 23), 0, 11),
           "payload_len 11, 12 expected: the NUL missing?"},
          {"no NUL, length kept", resized(good, 23),
           "23 bytes, 24 expected (payload_len 12, padded to 12): the NUL missing?"},
          {"payload_len 11", with(good, 0, 11),
           "payload_len 11, 12 expected: the NUL not counted?"},
          {"payload_len 13", with(good, 0, 13), "payload_len 13, 12 expected"},
          {"payload_len 16", with(good, 0, 16), "payload_len 16, 12 expected"},
          {"payload_len 2^31-1", with(good, 0, 0x7fffffff), "payload_len 2147483647, 12 expected"},
          {"payload_len 2^32-1", with(good, 0, 0xffffffff), "payload_len 4294967295, 12 expected"},
          {"25 bytes", resized(good, 25), "25 bytes, 24 expected (payload_len 12, padded to 12)"},
          {"28 bytes", resized(good, 28),
           "28 bytes, 24 expected: 4 padding bytes although the payload ends on the boundary"},
          {"psecret 1", with(good, 4, 1), "psecret 1, 0 expected"},
          {"step 0", with_step(good, 0),
           "step 0, 1 expected: not set, or htonl in place of htons?"},
          {"step 2", with_step(good, 2), "step 2, 1 expected: the server's step?"},
          {"a letter wrong", with_text("hello worle"),
           "payload \"hello worle\\0\", \"hello world\\0\" expected"},
          {"upper case", with_text("HELLO WORLD"),
           "payload \"HELLO WORLD\\0\", \"hello world\\0\" expected: a letter in upper case?"},
          {"not text", with_text("\x01\x02\x7f\xff\xfe worl\n"),
           "payload \"????? worl?\\0\", \"hello world\\0\" expected"},
          {"little-endian header",
           changed(good, [](Packet& p) { std::reverse(p.begin(), p.begin() + 4); }),
           "payload_len 201326592, 12 expected: 12 in little-endian byte order?"},
          {"1,400 bytes", resized(good, 1400),
           "1400 bytes, 24 expected (payload_len 12, padded to 12)"},
      },
      judge_a1);
}

TEST(StageRules, B1) {
  const Packet good = encode_b1(task_a, 6, 461);
  expect_words(
      {
          {"right", good, nullptr},
          {"padding of any value", changed(good, [](Packet& p) { p.at(p.size() - 1) = 0xff; }),
           nullptr},
          {"wrong psecret", with(good, 4, 1002), "psecret 1002, 1001 expected"},
          {"psecret 0", with(good, 4, 0), "psecret 0, 1001 expected: 0 is for stage a only?"},
          {"step 2", with_step(good, 2), "step 2, 1 expected: the server's step?"},
          {"payload_len without the id", with(good, 0, 5),
           "payload_len 5, 9 expected: the packet_id not counted?"},
          {"payload_len padded", with(good, 0, 12),
           "payload_len 12, 9 expected: the padding counted?"},
          {"not padded", resized(good, 21),
           "21 bytes, 24 expected (payload_len 9, padded to 12): the padding missing?"},
          {"4 bytes short", resized(good, 20),
           "20 bytes, 24 expected (payload_len 9, padded to 12): the packet_id missing, or rounded "
           "down?"},
          {"4 bytes long", resized(good, 28),
           "28 bytes, 24 expected (payload_len 9, padded to 12)"},
          {"a data byte", changed(good, [](Packet& p) { p[20] = 7; }),
           "data byte 4 is 0x07, 0x00 expected"},
          {"id = num", with(good, 12, 7), "packet_id 7, 0 to 6 expected: counted from 1?"},
          {"id 2^32-1", with(good, 12, 0xffffffff), "packet_id 4294967295, 0 to 6 expected: -1?"},
          {"header only", resized(good, 12),
           "12 bytes, 24 expected (payload_len 9, padded to 12): the payload missing?"},
          {"3 bytes", resized(good, 3), "3 bytes, 24 expected (payload_len 9, padded to 12)"},
      },
      [](Bytes packet) { return judge_b1(packet, task_a); });
}

TEST(StageRules, D1) {
  const Packet good = encode_d1(task_c, 461);
  expect_words(
      {
          {"right", good, nullptr},
          {"padding of any value", changed(good, [](Packet& p) { p.at(p.size() - 1) = 0xff; }),
           nullptr},
          {"wrong psecret", with(good, 4, 1), "psecret 1, 3003 expected"},
          {"step 2", with_step(good, 2), "step 2, 1 expected: the server's step?"},
          {"payload_len padded", with(good, 0, 12),
           "payload_len 12, 9 expected: the padding counted?"},
          {"payload_len + 1", with(good, 0, 10), "payload_len 10, 9 expected"},
          {"payload_len 2^32-1", with(good, 0, 0xffffffff), "payload_len 4294967295, 9 expected"},
          {"a wrong byte", changed(good, [](Packet& p) { p[20] = 0; }),
           "data byte 8 is 0x00, 0xfe expected: one byte too few?"},
          {"no padding", resized(good, 21),
           "21 bytes, 24 expected (payload_len 9, padded to 12): the padding missing?"},
      },
      [](Bytes packet) { return judge_d1(packet, task_c); });
}

TEST(StageDeviations, NameEveryFieldThatDiffers) {
  const auto packet = encode(8, 1, 999, Bytes(), 0);
  std::vector<std::string> words;
  for (const Fault& fault : deviations(packet, {4, 7, 2, 461})) words.push_back(fault.text());
  EXPECT_EQ(words, (std::vector<std::string>{
                       "12 bytes, 16 expected (payload_len 4, padded to 4): the payload missing?",
                       "payload_len 0, 4 expected",
                       "psecret 8, 7 expected",
                       "step 1, 2 expected: the client's step?",
                       "student_id 999, 461 expected",
                   }));
  EXPECT_TRUE(deviations(encode(Ack{1}, 7, 461), {4, 7, 2, 461}).empty());
}

// What may stand between the 25 bytes of c2 and d2.
TEST(StageD2, IsFoundBehindAnyPadding) {
  const Packet d2 = encode(D2{5}, 3003, 461);
  for (const std::uint8_t pad : std::initializer_list<std::uint8_t>{0, 4, 255}) {
    for (std::size_t padding = 0; padding <= 7; ++padding) {
      Packet behind(padding, pad);
      behind.insert(behind.end(), d2.begin(), d2.end());
      for (std::size_t size = 0; size < behind.size(); ++size) {
        EXPECT_EQ(padding_before_d2(Bytes(behind).first(size), 0, false), std::nullopt)
            << padding << " of padding, " << size << " bytes";
      }
      for (std::size_t least = 0; least <= padding; ++least) {
        EXPECT_EQ(padding_before_d2(behind, least, false), padding) << int{pad};
      }
      behind.push_back(pad);
      EXPECT_EQ(padding_before_d2(behind, 0, false), padding) << "though more follows";
    }
  }
}

TEST(StageD2, OfAnUnknownHeaderIsTheLastSixteenBytesOfTheStream) {
  const Packet strange = encode(1, 77, 3, Bytes(Packet{0, 0, 0, 9}), 0);
  Packet odd = with(strange, 0, 16);
  EXPECT_EQ(padding_before_d2(odd, 0, false), std::nullopt);
  EXPECT_EQ(padding_before_d2(odd, 0, true), 0U);
  odd.insert(odd.begin(), 3, 0xff);
  EXPECT_EQ(padding_before_d2(odd, 0, true), 3U);
  EXPECT_EQ(padding_before_d2(odd, 0, false), std::nullopt) << "4 more may be padding";
  EXPECT_EQ(padding_before_d2(resized(odd, 23), 3, false), 3U) << "no more than 7 can";
  EXPECT_EQ(padding_before_d2(resized(odd, 23), 7, false), 7U);
  EXPECT_EQ(padding_before_d2(Bytes(odd).first(15), 0, true), std::nullopt);
}

}  // namespace
}  // namespace wire
