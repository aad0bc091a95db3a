// The well-known faults of beginners in a1 and b1, each as the bytes that come of it, and the words
// for them: the number first, then the guess.
#include "wire/expect_words.hh"

namespace wire {
namespace {

Packet text(std::string_view payload) { return encode(0, 1, 461, bytes_of(payload)); }
Packet written(std::string_view bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Diagnosis, OfA1) {
  const Packet good = encode_a1(461);
  expect_words(
      {
          {with(good, 0, 201326592),
           "payload_len 201326592, 12 expected: 12 in little-endian byte order?"},
          {cut(good, 12),
           "payload_len 1751477356, 12 expected: \"hell\" read as payload_len: no "
           "header?"},
          {with(good, 0, 12 << 16), "payload_len 786432, 12 expected: 12 as 16 bits (htons)?"},
          {with(good, 0, 11), "payload_len 11, 12 expected: the NUL not counted?"},
          {resized(cut(good, 12), 11),
           "11 bytes, 24 expected (payload_len 12, padded to 12): no header?"},
          {Packet(11), "11 bytes, 24 expected (payload_len 12, padded to 12)"},
          {text(""), "payload_len 0, 12 expected: the payload missing?"},
          {Packet(12), "payload_len 0, 12 expected: no header?"},
          {text({"hello world\0\0", 13}), "payload_len 13, 12 expected: two NULs?"},
          {text("hello world\\0"), "payload_len 13, 12 expected: the NUL written as two letters?"},
          {text("hello, world!"), "payload_len 13, 12 expected"},
          {with(good, 0, 13), "payload_len 13, 12 expected"},
          {with(with(good, 0, 0), 4, 12),
           "payload_len 0, 12 expected: payload_len and psecret exchanged?"},
          {with(with(resized(good, 36), 0, 0), 4, 12),
           "payload_len 0, 12 expected: payload_len as 64 bits?"},
          {encode_b1(task_a, 3, 461), "payload_len 9, 12 expected: a b1 at the main port?"},
          {encode_b1(A2{3, 8, 4242, 7}, 1, 461), "psecret 7, 0 expected: a b1 at the main port?"},
          {encode_b1(A2{3, 7, 4242, 12}, 1, 461),
           "payload_len 11, 12 expected: a b1 at the main port?"},
          {encode_b1(A2{3, 9, 4242, 7}, 1, 461),
           "payload_len 13, 12 expected: a b1 at the main port?"},
          {with(good, 4, 7), "psecret 7, 0 expected"},
          {encode(7, 1, 461, bytes_of("hello")), "payload_len 5, 12 expected"},
          {with(good, 0, 24), "payload_len 24, 12 expected: the header counted?"},
          {text({"h\0e\0l\0l\0o\0 \0w\0o\0r\0l\0d\0\0\0", 24}),
           "payload_len 24, 12 expected: text of two bytes a letter?"},
          {text({"\xff\xfeh\0e\0l\0l\0o\0 \0w\0o\0r\0l\0d\0\0\0", 26}),
           "payload_len 26, 12 expected: text of two bytes a letter?"},
          {text({"hello world\n\0", 13}), "payload_len 13, 12 expected: a newline too many?"},
          {text("hello world\r\n"), "payload_len 13, 12 expected: a newline too many?"},
          {text({"helloworld\0", 11}), "payload_len 11, 12 expected: the space missing?"},
          {text({"\0\x0bhello world", 13}),
           "payload_len 13, 12 expected: a length before the text?"},
          {text({"\0\0\0\x0chello world\0", 16}),
           "payload_len 16, 12 expected: a length before the text?"},
          {written("12 0 1 461 hello world"),
           "payload_len 825368624, 12 expected: \"12 0\" read as payload_len: no header?"},
          {with(Packet(32), 0, 12), "step 0, 1 expected: payload_len and psecret as 64 bits?"},
          {with(with(resized(good, 28), 8, 1 << 16), 12, 461 << 16),
           "28 bytes, 24 expected: step and student_id written as 4 bytes?"},
          {resized(good, 48),
           "48 bytes, 24 expected (payload_len 12, padded to 12): several messages in one?"},
          {with(good, 8, 4, 2), "step 4, 1 expected: the number of the stage?"},
          {with(resized(good, 40), 0, 28), "payload_len 28, 12 expected"},
          {with(resized(good, 28), 0, 16),
           "payload_len 16, 12 expected: 4 padding bytes too many, and counted?"},
          {resized(good, 23),
           "23 bytes, 24 expected (payload_len 12, padded to 12): the NUL missing?"},
          {resized(good, 12),
           "12 bytes, 24 expected (payload_len 12, padded to 12): the payload missing?"},
          {resized(good, 28),
           "28 bytes, 24 expected: 4 padding bytes although the payload ends on the boundary"},
          {with(good, 8, 256, 2), "step 256, 1 expected: 1 in little-endian byte order?"},
          {with(good, 8, 2, 2), "step 2, 1 expected: the server's step?"},
          {with(good, 8, 1), "step 0, 1 expected: step written as 4 bytes?"},
          {with(good, 8, 461), "step 0, 1 expected: not set, or htonl in place of htons?"},
          {with(good, 8, 461 << 16 | 1), "step 461, 1 expected: step and student_id exchanged?"},
          {resized(with(good, 8, 1 << 16), 26),
           "26 bytes, 24 expected (payload_len 12, padded to 12): student_id written as 4 bytes?"},
          {resized(with(good, 0, 201326592), 12),
           "payload_len 201326592, 12 expected: 12 in little-endian byte order?"},
          {text("hello world\n"),
           "payload \"hello world?\", \"hello world\\0\" expected: a newline in place of the NUL?"},
          {text("hello world "),
           "payload \"hello world \", \"hello world\\0\" expected: the NUL missing?"},
          {text({"Hello World\0", 12}),
           "payload \"Hello World\\0\", \"hello world\\0\" expected: a letter in upper case?"},
          {text("hello, world"),
           "payload \"hello, world\", \"hello world\\0\" expected: a comma too many?"},
          {text({"h\0e\0l\0l\0o\0 \0", 12}),
           "payload \"h\\0e\\0l\\0l\\0o\\0 \\0\", \"hello "
           "world\\0\" expected: text of two bytes a letter?"},
      },
      judge_a1);
}

TEST(Diagnosis, OfB1) {
  const Packet good = encode_b1(task_a, 6, 461);
  expect_words(
      {
          {with(good, 0, 0x09000000),
           "payload_len 150994944, 9 expected: 9 in little-endian byte order?"},
          {with(good, 0, 12), "payload_len 12, 9 expected: the padding counted?"},
          {with(good, 0, 24), "payload_len 24, 9 expected: the header and the padding counted?"},
          {with(good, 0, 5), "payload_len 5, 9 expected: the packet_id not counted?"},
          {resized(with(good, 0, 5), 20),
           "payload_len 5, 9 expected: the packet_id missing, or part of len?"},
          {with(good, 0, 6), "payload_len 6, 9 expected: the packet_id as one byte?"},
          {with(good, 0, 7), "payload_len 7, 9 expected: the packet_id as 16 bits?"},
          {with(good, 0, 13), "payload_len 13, 9 expected: the packet_id as 64 bits?"},
          {with(with(good, 0, 1001), 4, 9),
           "payload_len 1001, 9 expected: payload_len and psecret exchanged?"},
          {with(with(good, 12, 0), 17, 6),
           "data byte 4 is 0x06, 0x00 expected: the packet_id after the zeros?"},
          {with(with(good, 12, 0), 16, 6),
           "data byte 3 is 0x06, 0x00 expected: the packet_id as 64 bits?"},
          {with(with(good, 12, 0), 16, 7), "data byte 3 is 0x07, 0x00 expected"},
          {with(good, 12, '3' << 24),
           "packet_id 855638016, 0 to 6 expected: the digit 3 for the number 3?"},
          {cut(good, 12), "payload_len 6, 9 expected: no header?"},
          {resized(good, 21),
           "21 bytes, 24 expected (payload_len 9, padded to 12): the padding missing?"},
          {resized(good, 20),
           "20 bytes, 24 expected (payload_len 9, padded to 12): the packet_id missing, or rounded "
           "down?"},
          {resized(good, 22),
           "22 bytes, 24 expected (payload_len 9, padded to 12): n % 4 bytes of padding?"},
          {with(with(good, 4, 0), 8, 1001), "psecret 0, 1001 expected: payload_len as 64 bits?"},
          {with(good, 4, 0xe9030000),
           "psecret 3909287936, 1001 expected: 1001 in little-endian byte order?"},
          {with(good, 4, 0), "psecret 0, 1001 expected: 0 is for stage a only?"},
          {with(good, 4, 1001 << 16), "psecret 65601536, 1001 expected: 1001 as 16 bits (htons)?"},
          {with(good, 4, 4242), "psecret 4242, 1001 expected: udp_port in place of secretA?"},
          {with(good, 12, 7), "packet_id 7, 0 to 6 expected: counted from 1?"},
          {with(good, 12, 0xffffffff), "packet_id 4294967295, 0 to 6 expected: -1?"},
          {with(good, 12, 6 << 16), "packet_id 393216, 0 to 6 expected: 6 as 16 bits (htons)?"},
          {with(good, 12, 7 << 16), "packet_id 458752, 0 to 6 expected"},
          {with(good, 12, '6'), "packet_id 54, 0 to 6 expected: the digit 6 for the number 6?"},
          {with(good, 12, '7'), "packet_id 55, 0 to 6 expected"},
          {with(good, 12, 0x01000000),
           "packet_id 16777216, 0 to 6 expected: 1 in little-endian byte order?"},
          {with(with(good, 16, 0x30303030), 20, '0', 1),
           "data byte 0 is 0x30, 0x00 expected: the digit 0 for the byte 0?"},
      },
      [](Bytes packet) { return judge_b1(packet, task_a); });
  const A2 long_one{7, 10, 4242, 1001};
  EXPECT_EQ(judge_b1(encode(1001, 1, 461, Packet(44)), long_one)->text(),
            "payload_len 44, 14 expected: four bytes for each zero?");
  // These have the size of a payload.
  const A2 of_28{11, 24, 4242, 1001};
  EXPECT_EQ(judge_b1(with(encode_b1(of_28, 0, 461), 0, 12), of_28)->text(),
            "payload_len 12, 28 expected: the payload_len of a1?");
  EXPECT_EQ(judge_b1(encode(1001, 1, 461, Packet(15)), of_28)->text(),
            "payload_len 15, 28 expected: num in place of len?");
  const A2 of_24{11, 20, 4242, 1001};
  EXPECT_EQ(judge_b1(encode_a1(461), of_24)->text(),
            "payload_len 12, 24 expected: an a1 at udp_port?");
  const A2 of_12{11, 8, 4242, 1001};
  EXPECT_EQ(judge_b1(encode_a1(461), of_12)->text(),
            "psecret 0, 1001 expected: an a1 at udp_port?");
  const A2 even{7, 4, 4242, 1001};
  const auto fault = judge_b1(resized(encode_b1(even, 0, 461), 24), even);
  EXPECT_EQ(fault->text(),
            "24 bytes, 20 expected: 4 padding bytes although the payload ends on the boundary");
}

// What a packet_id of num means depends on whether packet 0 has come.
TEST(Diagnosis, OfB1AfterPacket0) {
  const auto fault = judge_b1(with(encode_b1(task_a, 6, 461), 12, 7), task_a, true);
  EXPECT_EQ(fault->text(), "packet_id 7, 0 to 6 expected: one packet too many?");
}

TEST(Diagnosis, OfASecretThatIsNoSignedNumber) {
  const A2 large{7, 5, 4242, 0x90000001};
  for (const std::uint32_t seen : {0x10000001U, 0x6fffffffU, 0x7fffffffU}) {
    const auto fault = judge_b1(with(encode_b1(large, 6, 461), 4, seen), large);
    EXPECT_EQ(fault->guess, "taken for a signed number?") << seen;
  }
}

}  // namespace
}  // namespace wire
