// The well-known faults of beginners in the stream of d1, and the words for them.
#include "wire/expect_words.hh"

namespace wire {
namespace {

Packet data(std::initializer_list<int> bytes) {
  Packet packet = encode_d1(task_c, 461);
  std::copy(bytes.begin(), bytes.end(), packet.begin() + header_size);
  return packet;
}

TEST(Diagnosis, OfD1) {
  const Packet good = encode_d1(task_c, 461);
  expect_words(
      {
          {with(good, 0, 12), "payload_len 12, 9 expected: the padding counted?"},
          {with(good, 0, 27), "payload_len 27, 9 expected: one header for all d1?"},
          {with(good, 0, 18), "payload_len 18, 9 expected: two bytes for each c?"},
          {with(data({0, 0xe3, 0, 0xe3, 0, 0xe3, 0, 0xe3, 0, 0xe3, 0, 0xe3}), 0, 18),
           "payload_len 18, 9 expected: c read as two bytes?"},
          {with(data({'2', '2', '7', '2'}), 0, 18),
           "payload_len 18, 9 expected: c written in decimal digits?"},
          {with(good, 0, 13), "payload_len 13, 9 expected: a packet_id as in b1?"},
          {Packet(12, 0xe3), "payload_len 3823363043, 9 expected: no header?"},
          {data({0, 0xe3, 0, 0xe3, 0, 0xe3, 0, 0xe3, 0}),
           "data byte 0 is 0x00, 0xe3 expected: c read as two bytes?"},
          {data({0xe3, 0, 0, 0, 0xe3, 0, 0, 0, 0xe3}),
           "data byte 1 is 0x00, 0xe3 expected: c written as four bytes?"},
          {data({0xe3, 0, 0, 0, 0, 0, 0, 0, 0}),
           "data byte 1 is 0x00, 0xe3 expected: c in the first byte only?"},
          {data({0, 0, 0, 0, 0, 0, 0, 0, 0}),
           "data byte 0 is 0x00, 0xe3 expected: zeros in place of c?"},
          {data({0}), "data byte 0 is 0x00, 0xe3 expected"},
          {data({0xe3, 0}), "data byte 1 is 0x00, 0xe3 expected"},
          {data({0xc3, 0xa3}), "data byte 0 is 0xc3, 0xe3 expected: c written as UTF-8 text?"},
          {data({0, 0, 0, 0, 0xe3}), "data byte 0 is 0x00, 0xe3 expected: a packet_id as in b1?"},
          {data({0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0}),
           "data byte 8 is 0x00, 0xe3 expected: one byte too few?"},
          {data({'c', 'c', 'c', 'c', 'c', 'c', 'c', 'c', 'c'}),
           "data byte 0 is 0x63, 0xe3 expected: the letter c?"},
          {data({'?'}), "data byte 0 is 0x3f, 0xe3 expected: c decoded as text?"},
          {data({0xef, 0xbf, 0xbd}), "data byte 0 is 0xef, 0xe3 expected: c decoded as text?"},
          {data({'2', '2', '7'}),
           "data byte 0 is 0x32, 0xe3 expected: c written in decimal "
           "digits?"},
      },
      [](Bytes packet) {
        auto fault = packet.size() == 12 ? judge_d1_header(packet, task_c, 0) : std::nullopt;
        return fault ? fault : judge_d1(packet, task_c);
      });
  Packet bodies(12, 0xe3);
  for (const bool zeros : {false, true}) {
    if (zeros) std::fill(bodies.begin() + 9, bodies.end(), std::uint8_t{0});
    EXPECT_EQ(
        judge_d1_header(bodies, task_c, 1)->text(),
        "payload_len 3823363043, 9 expected: data in place of a header: one header for all d1?");
  }
}

// Where c is 0, bytes of 0 say nothing.
TEST(Diagnosis, GuessesNothingFromZerosWhereCIsZero) {
  const C2 zero{3, 9, 3003, 0};
  const Packet good = encode_d1(zero, 461);
  EXPECT_EQ(judge_d1(with(good, 15, 7, 1), zero)->text(), "data byte 3 is 0x07, 0x00 expected");
  EXPECT_EQ(judge_d1(with(good, 0, 18), zero)->text(),
            "payload_len 18, 9 expected: two bytes for each c?");
  const C2 one_zero{3, 1, 3003, 0};
  EXPECT_EQ(judge_d1(with(encode_d1(one_zero, 461), 0, 4), one_zero)->text(),
            "payload_len 4, 1 expected: the padding counted?");
}

TEST(Diagnosis, OfD1WithFourBytesForEachC) {
  const C2 task{7, 9, 3003, 0xe3};
  EXPECT_EQ(judge_d1(with(encode_d1(task, 461), 0, 36), task)->text(),
            "payload_len 36, 9 expected: four bytes for each c?");
}

TEST(Diagnosis, OfD1WithCInThreeDigits) {
  const C2 task{7, 9, 3003, 117};
  Packet digits = with(encode_d1(task, 461), 0, 27);
  std::copy_n("117117117", 9, digits.begin() + header_size);
  EXPECT_EQ(judge_d1(digits, task)->text(),
            "payload_len 27, 9 expected: c written in decimal digits?");
}

TEST(Diagnosis, OfD1WithTheSecretBefore) {
  const Packet wrong = with(encode_d1(task_c, 461), 4, 2002);
  const BeforeD1 before{5, 1001, 2002};
  EXPECT_EQ(judge_d1_header(wrong, task_c, 0, before)->text(),
            "psecret 2002, 3003 expected: secretB in place of secretC?");
  EXPECT_EQ(judge_d1_header(with(wrong, 4, 1001), task_c, 0, before)->text(),
            "psecret 1001, 3003 expected: secretA in place of secretC?");
  EXPECT_EQ(judge_d1_header(wrong, task_c, 0)->text(), "psecret 2002, 3003 expected");
}

TEST(Diagnosis, OfD1WithWhatIsOfTheStagesBefore) {
  const auto judge = [](const Packet& packet) {
    return judge_d1_header(packet, task_c, 0, BeforeD1{5, 1001, 2002})->text();
  };
  EXPECT_EQ(judge(with(encode_d1(task_c, 461), 0, 5)),
            "payload_len 5, 9 expected: len in place of len2?");
  EXPECT_EQ(judge(encode(2002, 1, 461, {})), "payload_len 0, 9 expected: a message sent as c1?");
  EXPECT_EQ(judge(encode(2002, 1, 461, Packet(4))),
            "payload_len 4, 9 expected: a message sent as c1?");
  EXPECT_EQ(judge_d1_header(encode(3003, 1, 461, Packet(9)), C2{3, 20, 3003, 0xe3}, 0,
                            BeforeD1{5, 1001, 2002})
                ->text(),
            "payload_len 9, 20 expected: the payload_len of b1?");
  const auto of_c1 = encode(2002, 1, 461, bytes_of(hello));
  EXPECT_EQ(judge_d1_header(of_c1, C2{3, 20, 3003, 0xe3}, 0, BeforeD1{5, 1001, 2002})->text(),
            "payload_len 12, 20 expected: a message sent as c1?");
  EXPECT_EQ(judge_d1_header(encode_a1(461), C2{3, 20, 3003, 0xe3}, 0)->text(),
            "payload_len 12, 20 expected: a message sent as c1?");
  EXPECT_EQ(judge(encode(3003, 1, 461, Packet(task_c.num2, 0xe3))),
            "payload_len " + std::to_string(task_c.num2) + ", 9 expected: num2 in place of len2?");
  EXPECT_EQ(judge({'h', 'e', 'l', 'l', 'o', '\n', 0, 0, 0, 9, 0, 0}),
            "payload_len 1751477356, 9 expected: \"hell\" read as payload_len: a text sent as c1?");
  EXPECT_EQ(judge(encode(3003, 1, 461, {})), "payload_len 0, 9 expected");
}

TEST(Diagnosis, OfD1WithAnotherNumberForTheSecret) {
  const C2 large{3, 9, 0x12345, 0xe3};
  const Packet good = encode_d1(large, 461);
  expect_words(
      {{with(good, 4, 9), "psecret 9, 74565 expected: len2 in place of secretC?"},
       {with(good, 4, 0x2345), "psecret 9029, 74565 expected: cut to 16 bits?"},
       {with(good, 4, 0x23450000), "psecret 591724544, 74565 expected: 74565 as 16 bits (htons)?"}},
      [&](Bytes packet) { return judge_d1_header(packet, large, 0); });
}

// Of three d1 without padding, the first is the wrong one, not the second.
TEST(Diagnosis, NamesThePaddingThatIsMissingAtItsOwnMessage) {
  const Packet bare = resized(encode_d1(task_c, 461), 21);
  Packet stream = bare;
  stream.insert(stream.end(), bare.begin(), bare.end());
  const Bytes taken_for_padding = Bytes(stream).subspan(21, 3);
  const Bytes head = Bytes(stream).subspan(24, 12);
  ASSERT_TRUE(judge_d1_header(head, task_c, 1));
  EXPECT_EQ(judge_padding(taken_for_padding, head, task_c)->text(),
            "21 bytes, 24 expected (payload_len 9, padded to 12): the padding missing?");
  EXPECT_FALSE(judge_padding(Packet{1, 1, 1}, head, task_c));
  EXPECT_FALSE(judge_padding({}, head, task_c));
}

// The same with 4 bytes of padding too many: after the last d1, they are all that shows.
TEST(Diagnosis, NamesThePaddingThatIsTooMuchAtItsOwnMessage) {
  constexpr const char* words = "4 padding bytes although the payload ends on the boundary";
  const C2 even{3, 8, 3003, 0xe3};
  Packet next{0, 0, 0, 0};
  const Packet message = encode_d1(even, 461);
  next.insert(next.end(), message.begin(), message.end());
  ASSERT_TRUE(judge_d1_header(next, even, 1));
  EXPECT_EQ(judge_padding({}, Bytes(next).first(12), even)->text(),
            std::string("24 bytes, 20 expected: ") + words);
  EXPECT_FALSE(judge_padding({}, Bytes(next).first(11), even));
  EXPECT_FALSE(judge_padding({}, message, even));
  // As where the whole is padded to a multiple of 8.
  Packet after(7);
  const Packet odd = encode_d1(task_c, 461);
  after.insert(after.end(), odd.begin(), odd.end());
  EXPECT_EQ(judge_padding(Bytes(after).first(3), Bytes(after).subspan(3, 12), task_c)->seen,
            "28 bytes");
  EXPECT_EQ(guess_extra(4, 8), words);
  EXPECT_EQ(guess_extra(4, 9), "too much padding?");
  EXPECT_EQ(guess_extra(40, 8), "more than num2 messages?");
  EXPECT_EQ(guess_extra(1, 8), "");
  EXPECT_EQ(guess_extra(13, 8), "");
}

}  // namespace
}  // namespace wire
