#include <algorithm>
#include <thread>

#include "client/check/checks.hh"

namespace client {

namespace {

using wire::Rule;
using Packets = CheckSession::Packets;
using SoughtC2 = Sought<wire::C2>;

// Sends the stream in pieces of at most so many bytes, with a pause between them.
void send_pieces(CheckSession& session, wire::Bytes stream, std::size_t size,
                 std::chrono::milliseconds pause) {
  for (std::size_t at = 0; at < stream.size(); at += size) {
    if (at > 0) std::this_thread::sleep_for(pause);
    session.send_d1(stream.subspan(at, std::min(size, stream.size() - at)),
                    "d1s in pieces of " + std::to_string(size) + " bytes");
  }
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
              std::min<std::chrono::milliseconds>(5ms, 2000ms / std::max(session.c.num2, 1U)));
}

template <int pad>  // -1: c
void padded(CheckSession& session) {
  const auto payload = wire::Writer().fill(session.c.len2, session.c.c).done();
  const auto value = pad < 0 ? session.c.c : static_cast<std::uint8_t>(pad);
  const auto message =
      wire::encode(session.c.secret_c, wire::client_step, session.student_id, payload, value);
  session.send_messages(Packets(session.c.num2, message),
                        "d1 padded with " + std::to_string(value));
}

// The first messages slowly. If no d2 comes, but none does either when they are only a little
// apart, then this is not about time.
void slowly(Trial& trial) {
  constexpr std::size_t slow_ones = 2;
  CheckSession session(trial);
  session.reach_c2_with(two_messages);
  const Packets all = session.right_messages();
  for (std::size_t i = 0; i < slow_ones; ++i) {
    session.pause(1600ms);
    session.send_d1(all[i], "d1 " + std::to_string(i + 1));
  }
  session.pause(50ms);
  session.send_messages({all.begin() + slow_ones, all.end()}, "d1", Pace::apart);
  try {
    return session.take_d2();
  } catch (const D2Missing& missing) {
    const std::string sent = trial.sent, seen = missing.what();
    CheckSession quick(trial);
    quick.reach_c2_with({});
    quick.send_messages(quick.right_messages(), "d1", Pace::apart);
    std::string excuse;
    try {
      quick.take_d2();
    } catch (const D2Missing&) {
      excuse = "messages that are 50 ms apart get no d2 either, on which the handout is silent";
    }
    trial.sent = sent;
    throw Broken(seen, excuse);
  }
}

Check sending(std::size_t number, std::string_view title, Rule rule, void (*send)(CheckSession&),
              const SoughtC2& sought = {}) {
  return {number, title, rule, "d2", [=](Trial& trial) {
            CheckSession session(trial);
            session.reach_c2_with(sought);
            send(session);
            require([&] { session.take_d2(); });
          }};
}

// What its messages were asked for in c2 may be the cause.
void last_message(Trial& trial) {
  try {
    require([&] { CheckSession(trial).reach(Message::d2); });
  } catch (const Broken& error) {
    throw Broken(error.what() + after_colon(guess_at_c2(trial)));
  }
}

void closed_after_d2(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::d2);
  const auto end = session.await_end(net::Deadline::after(close_wait));
  if (!end.closed) throw Broken(end.seen + " 5 s after it");
}

void at_least_one(Trial& trial) {
  CheckSession session(trial);
  session.reach(Message::d2);
  if (session.d.secret_d == 0) throw Broken("secretD 0");
}

}  // namespace

std::vector<Check> stage_d_checks() {
  return {
      {401, "d2 comes after num2 messages", Rule::d2, "d2 within 4 s", last_message},
      check_field(402, "d2 is 16 bytes", Message::d2, Rule::size, "16 bytes"),
      check_field(403, "d2 has payload_len 4", Message::d2, Rule::payload_len, "payload_len 4"),
      check_field(404, "d2 has psecret secretC", Message::d2, Rule::psecret, "secretC"),
      check_field(405, "d2 has step 2", Message::d2, Rule::step, "step 2"),
      check_field(406, "d2 has the client's student_id", Message::d2, Rule::student_id,
                  "the student_id of a1"),
      {407, "the connection is closed after d2", Rule::d2, "closed within 5 s", closed_after_d2},
      {408, "secretD is at least 1", Rule::at_least_one, "at least 1", at_least_one},
      sending(409, "all messages in one piece", Rule::stream,
              [](CheckSession& s) { s.send_d1(s.right_d1s(), "all d1s in one piece"); }),
      sending(410, "the stream in small pieces", Rule::stream, in_small_pieces),
      sending(411, "header and payload apart", Rule::stream, head_and_body_apart),
      sending(412, "pieces across two messages", Rule::stream, across_messages),
      {413, "messages 1.6 s apart", Rule::silence, "d2", slowly},
      sending(414, "messages padded with c", Rule::pad, padded<-1>, some_padding),
      sending(415, "messages padded with 0xff", Rule::pad, padded<0xff>, some_padding),
  };
}

}  // namespace client
