#include <algorithm>
#include <thread>

#include "client/check/checks.hh"
#include "client/check/faulty.hh"

namespace client {

namespace {

using wire::Rule;
using Packet = std::vector<std::uint8_t>;

// Sends the stream in pieces of at most so many bytes, with a pause between them.
void send_pieces(CheckSession& session, wire::Bytes stream, std::size_t size,
                 std::chrono::milliseconds pause) {
  for (std::size_t at = 0; at < stream.size(); at += size) {
    if (at > 0) std::this_thread::sleep_for(pause);
    session.send_d1(stream.subspan(at, std::min(size, stream.size() - at)),
                    "d1s in pieces of " + std::to_string(size) + " bytes");
  }
}

void in_one_piece(CheckSession& session) {
  session.send_d1(session.right_d1s(), "all d1s in one piece");
}

void in_small_pieces(CheckSession& session) {
  // A long stream is not drawn out for ever.
  const auto stream = session.right_d1s();
  send_pieces(session, stream, std::max<std::size_t>(7, stream.size() / 300), 2ms);
}

void head_and_body_apart(CheckSession& session) {
  const auto message = wire::encode_d1(session.c, session.student_id);
  for (std::uint32_t i = 0; i < session.c.num2; ++i) {
    session.send_d1(wire::Bytes(message).first(wire::header_size), "a d1's header");
    std::this_thread::sleep_for(i < 5 ? 20ms : 0ms);
    session.send_d1(wire::Bytes(message).subspan(wire::header_size), "a d1's payload");
  }
}

void across_messages(CheckSession& session) {
  const auto stream = session.right_d1s();
  const std::size_t size = stream.size() / std::max(session.c.num2, 1U);
  const auto half = wire::Bytes(stream).first(size / 2);
  session.send_d1(half, "half a d1");
  std::this_thread::sleep_for(20ms);
  send_pieces(session, wire::Bytes(stream).subspan(half.size()), std::max<std::size_t>(size, 1),
              5ms);
}

void slowly(CheckSession& session) {
  constexpr std::uint32_t slow_ones = 2;
  const auto message = wire::encode_d1(session.c, session.student_id);
  for (std::uint32_t i = 0; i < session.c.num2; ++i) {
    std::this_thread::sleep_for(i < slow_ones ? 1600ms : 5ms);
    session.send_d1(message, "d1 " + std::to_string(i + 1));
  }
}

template <int pad>  // -1: c
void padded(CheckSession& session) {
  const auto payload = wire::Writer().fill(session.c.len2, session.c.c).done();
  const auto value = pad < 0 ? session.c.c : static_cast<std::uint8_t>(pad);
  const auto message =
      wire::encode(session.c.secret_c, wire::client_step, session.student_id, payload, value);
  for (std::uint32_t i = 0; i < session.c.num2; ++i) {
    session.send_d1(message, "d1 padded with " + std::to_string(value));
    std::this_thread::sleep_for(5ms);
  }
}

bool pads(const wire::C2& c) { return c.len2 % 4 != 0 && c.num2 > 0; }

void completes(Trial& trial, void (*send)(CheckSession&), bool needs_padding) {
  CheckSession session(trial);
  if (needs_padding) {
    session.reach_c2_with(pads, "len2 off the boundary");
  } else {
    session.reach(Message::c2);
  }
  send(session);
  require([&] { session.take_d2(); });
}

Check sending(std::string_view title, Rule rule, void (*send)(CheckSession&),
              bool needs_padding = false) {
  return {title, rule, "d2", [=](Trial& trial) { completes(trial, send, needs_padding); }};
}

// Closed, and no secretD; and the server lives.
void expect_refusal(Trial& trial, CheckSession& session) {
  const std::string sent = trial.sent;
  const auto end = session.await_end(net::Deadline::after(close_wait));
  if (end.d2 || !end.closed) throw Broken(end.seen + (end.closed ? "" : " after 5 s"));
  trial.sent = sent;
  expect_serving(trial);
}

// One of the messages, the first or the last, is wrong.
void expect_fault_refused(Trial& trial, const Faulty& fault, bool last) {
  CheckSession session(trial);
  if (fault.needs_padding) {
    session.reach_c2_with(pads, "len2 off the boundary");
  } else {
    session.reach_c2_with([](const wire::C2& c) { return c.num2 > 0 && c.len2 > 0; },
                          "num2 and len2 above 0");
  }
  const Packet right = wire::encode_d1(session.c, session.student_id);
  Packet wrong = right;
  fault.spoil(wrong, {session.a, session.b, session.c});
  const std::uint32_t which = last ? session.c.num2 - 1 : 0;
  const std::string name =
      "d1 " + std::to_string(which + 1) + " of " + std::to_string(session.c.num2);
  const std::string what = describe_fault(name, wire::judge_d1(wrong, session.c));
  for (std::uint32_t i = 0; i < session.c.num2; ++i) {
    session.send_d1(i == which ? wrong : right, what);
    std::this_thread::sleep_for(5ms);
  }
  expect_refusal(trial, session);
}

using Spoil = void (*)(CheckSession& session, const Packet& message);

// The stream as a whole is wrong.
Check refusing(std::string_view title, Rule rule, Spoil send, bool needs_padding = false) {
  return {title, rule, "the connection is closed within 5 s, without d2", [=](Trial& trial) {
            CheckSession session(trial);
            if (needs_padding) {
              session.reach_c2_with(pads, "len2 off the boundary");
            } else {
              session.reach_c2_with([](const wire::C2& c) { return c.num2 > 1 && c.len2 > 0; },
                                    "num2 above 1");
            }
            send(session, wire::encode_d1(session.c, session.student_id));
            trial.sent = title;
            expect_refusal(trial, session);
          }};
}

void send_first(CheckSession& session, const Packet& message, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    session.send_d1(message, "d1 " + std::to_string(i + 1));
    std::this_thread::sleep_for(5ms);
  }
}

void without_padding(CheckSession& session, const Packet& message) {
  const Packet bare(message.begin(), message.begin() + wire::header_size + session.c.len2);
  send_first(session, bare, session.c.num2);
}

void one_header(CheckSession& session, const Packet& message) {
  send_first(session, message, 1);
  const Packet body(message.begin() + wire::header_size, message.end());
  send_first(session, body, session.c.num2 - 1);
}

void one_too_few(CheckSession& session, const Packet& message) {
  send_first(session, message, session.c.num2 - 1);
}

void one_too_few_then_end(CheckSession& session, const Packet& message) {
  send_first(session, message, session.c.num2 - 1);
  session.half_close();
}

void one_too_many(CheckSession& session, const Packet& message) {
  auto stream = session.right_d1s();
  stream.insert(stream.end(), message.begin(), message.end());
  session.send_d1(stream, "num2 + 1 d1s");
}

void silent_in_the_middle(CheckSession& session, const Packet& message) {
  send_first(session, message, 1);
  std::this_thread::sleep_for(forget_wait);
  send_first(session, message, session.c.num2 - 1);
}

void closed_after_d2(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::c2);
  session.send_all_d1();
  session.take_d2();
  const auto end = session.await_end(net::Deadline::after(close_wait));
  if (!end.closed) throw Broken(end.seen + " 5 s after it");
}

void at_least_one(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::d2);
  if (session.d.secret_d == 0) throw Broken("secretD 0");
}

void lives_after_reset(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::c2);
  const auto stream = session.right_d1s();
  session.send_d1(wire::Bytes(stream).first(stream.size() / 2), "half of the d1s, then a reset");
  session.drop_connection(true);
  expect_serving(trial);
}

}  // namespace

std::vector<Check> stage_d_checks() {
  std::vector<Check> all{
      {"d2 comes after num2 messages", Rule::d2, "d2 within 4 s",
       [](Trial& trial) {
         completes(
             trial, [](CheckSession& session) { session.send_all_d1(); }, false);
       }},
      check_field("d2 is 16 bytes", Message::d2, Rule::size, "16 bytes"),
      check_field("d2 has payload_len 4", Message::d2, Rule::payload_len, "payload_len 4"),
      check_field("d2 has psecret secretC", Message::d2, Rule::psecret, "secretC"),
      check_field("d2 has step 2", Message::d2, Rule::step, "step 2"),
      check_field("d2 has the client's student_id", Message::d2, Rule::student_id,
                  "the student_id of a1"),
      {"the connection is closed after d2", Rule::d2, "closed within 5 s", closed_after_d2},
      {"secretD is at least 1", Rule::at_least_one, "at least 1", at_least_one},
      sending("all messages in one piece", Rule::stream, in_one_piece),
      sending("the stream in small pieces", Rule::stream, in_small_pieces),
      sending("header and payload apart", Rule::stream, head_and_body_apart),
      sending("pieces across two messages", Rule::stream, across_messages),
      sending("messages 1.6 s apart", Rule::silence, slowly),
      sending("messages padded with c", Rule::pad, padded<-1>, true),
      sending("messages padded with 0xff", Rule::pad, padded<0xff>, true),
  };
  for (const Faulty& fault : faulty_d1()) {
    all.push_back({fault.title, fault.rule, "the connection is closed within 5 s, without d2",
                   [&fault](Trial& trial) { expect_fault_refused(trial, fault, false); }});
  }
  // A server may check the first message alone.
  static constexpr std::string_view last_titles[] = {"d1 with a wrong psecret, the last one",
                                                     "d1 with step 2, the last one",
                                                     "d1 with a byte that is not c, the last one"};
  std::size_t next = 0;
  for (const std::size_t index : {std::size_t{0}, std::size_t{2}, faulty_d1().size() - 1}) {
    const Faulty& fault = faulty_d1()[index];
    all.push_back({last_titles[next++], fault.rule,
                   "the connection is closed within 5 s, without d2",
                   [&fault](Trial& trial) { expect_fault_refused(trial, fault, true); }});
  }
  for (Check& check : std::vector<Check>{
           refusing("d1 without its padding", Rule::size, without_padding, true),
           refusing("a header on the first d1 only", Rule::count, one_header),
           refusing("one d1 too few, then silence", Rule::silence, one_too_few),
           refusing("one d1 too few, then the end of the stream", Rule::count,
                    one_too_few_then_end),
           refusing("one d1 too many", Rule::count, one_too_many),
           refusing("3.7 s of silence between d1s", Rule::silence, silent_in_the_middle),
           {"a reset between d1s", Rule::many, "the server lives", lives_after_reset}}) {
    all.push_back(std::move(check));
  }
  return all;
}

}  // namespace client
