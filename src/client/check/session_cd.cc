// Stages c and d of a check's session.

#include <algorithm>
#include <thread>

#include "cli/program.hh"
#include "client/check/session.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

constexpr std::chrono::milliseconds max_pause{50};  // between two messages

std::string counted(std::size_t count) { return std::to_string(count) + " bytes"; }

std::vector<std::uint8_t> joined(const CheckSession::Packets& messages) {
  std::vector<std::uint8_t> stream;
  for (const auto& message : messages) {
    stream.insert(stream.end(), message.begin(), message.end());
  }
  return stream;
}

}  // namespace

void CheckSession::reach(Message message) {
  if (message == Message::ack) {
    open_with_packets();
    deliver(0);
    // The last packet may be answered by b2 before its ack.
    const auto end = soon(1s);
    while (packet(Message::ack).empty() && !end.passed()) take(end);
    if (packet(Message::ack).empty()) throw Skipped("b2 came in place of an ack");
    return;
  }
  if (message == Message::d2) return find_pace();
  if (message == Message::a2) return open();
  open_short();
  finish_b();
  if (message == Message::b2) return;
  connect();
  // Long enough for a server that sends byte by byte.
  take_c2(2500ms);
}

// An exchange to its end: with all messages of stage d at once, and, if no d2 comes, another one
// with pauses. A server that is known to need these may still have been too busy to see two
// messages apart.
void CheckSession::find_pace() {
  constexpr int max_attempts = 3;
  Target& target = trial_.target;
  const Pace known = target.pace;
  Pace pace = known == Pace::apart ? Pace::apart : Pace::at_once;
  for (int attempt = 1;; ++attempt) {
    try {
      reach_c2_with({});
      send_messages(right_messages(), "d1", pace);
      take_d2();
      if (c.num2 > 1 && target.pace == Pace::unknown) target.pace = pace;
      return;
    } catch (const D2Missing&) {
      if (c.num2 == 0) throw Skipped("the server asks for no messages in stage d");
      const bool last = known == Pace::unknown ? pace == Pace::apart : attempt == max_attempts;
      if (known == Pace::at_once || last) throw;
      pace = Pace::apart;
      restart();
    }
  }
}

void CheckSession::connect(std::chrono::milliseconds max_late) {
  expect_time();
  if (const auto fault = wire::judge_port(b)) {
    throw NotMade("b2: " + fault->text());
  }
  const auto server = trial_.target.address.with_port(static_cast<std::uint16_t>(b.tcp_port));
  trial_.sent = "c1: a connection to tcp_port";
  bool late = false;
  try {
    connection_ = connect_when_ready(server, max_late, soon(answer_wait),
                                     [&](const std::string&) { late = true; });
  } catch (const std::system_error& error) {
    if (net::is_shortage(error.code().value())) throw;
    throw NotMade(error.what());
  }
  // A session that uses the port of another one has no b2.
  if (late && has_b2) trial_.target.tcp_late.add(net::Clock::now() - b2_came_);
  narrate("> c1: connected");
}

void CheckSession::take_c2(std::chrono::milliseconds padding_wait) {
  const auto [first, bytes] = receive_c2(*connection_, soon(answer_wait), padding_wait);
  const bool full = first.ending == net::Ending::full;
  if (!full || !wire::quoted_text(bytes).empty()) {
    std::string came = counted(first.count);
    if (!full) came += first.ending == net::Ending::silent ? " within 4 s" : ", then it was closed";
    throw NotMade("no c2 came after the connection: " + came +
                  after_colon(wire::guess_in_place_of(Message::c2, bytes)));
  }
  keep(Message::c2, bytes);
  after_ = AfterC2(bytes);
  c = *wire::decode_c2(bytes);
  trial_.target.secrets.add(c.secret_c, "secretC");
  narrate("< c2: " + wire::text(*wire::decode_header(bytes)));
  if (c.num2 > max_count || c.len2 > max_bytes / std::max(c.num2, 1U)) {
    throw TooMuch(Message::c2,
                  "c2 asks for " + std::to_string(c.num2) + " messages of " +
                      std::to_string(c.len2) + " bytes",
                  std::max(c.num2, c.len2));
  }
}

// With nothing in particular sought, a session with messages to send is preferred, since some
// servers that ask for none send no d2.
void CheckSession::reach_c2_with(const Sought<wire::C2>& sought) {
  constexpr int max_c2_sessions = 4;
  for (int session = 1;; ++session) {
    open_short();
    finish_b();
    connect();
    take_c2();
    if (sought.fits ? sought.fits(c) : c.num2 > 0) return;
    if (session == max_c2_sessions) break;
    restart();
  }
  if (sought.fits) {
    throw Skipped(std::to_string(max_c2_sessions) + " sessions had no " + sought.what);
  }
}

void CheckSession::send_d1(wire::Bytes bytes, const std::string& what) {
  trial_.sent = what;
  narrate("> " + what);
  // A server may have closed already; what it said before is still there to read.
  const auto sent = connection_->send_all(bytes, soon(answer_wait));
  if (sent.ending == net::Ending::silent) {
    expect_time();
    throw NotMade("the server took no more bytes for 4 s");
  }
}

CheckSession::Packets CheckSession::right_messages() const {
  return Packets(c.num2, wire::encode_d1(c, student_id));
}

std::vector<std::uint8_t> CheckSession::right_d1s() const { return joined(right_messages()); }

void CheckSession::send_messages(const Packets& messages, const std::string& what) {
  send_messages(messages, what, trial_.target.pace);
}

void CheckSession::send_messages(const Packets& messages, const std::string& what, Pace pace) {
  if (pace != Pace::apart) return send_d1(joined(messages), what);
  const auto between = std::min(max_pause, all_pauses / static_cast<int>(messages.size() + 1));
  for (const auto& message : messages) {
    if (&message != &messages.front()) std::this_thread::sleep_for(between);
    send_d1(message, what);
  }
}

CheckSession::End CheckSession::await_end(net::Deadline deadline) {
  while (!after_.ended() && after_.receive(*connection_, deadline)) expect_time();
  End end{after_.ended(), after_.has_d2(), ""};
  const std::size_t extra = after_.size() - std::min(after_.size(), wire::max_c2_padding);
  end.seen = end.d2 ? "d2" : extra > 0 ? counted(extra) : "nothing";
  end.seen += after_.full() ? " and far more bytes" : "";
  end.seen += end.closed ? ", then the connection was closed" : ", and the connection is open";
  return end;
}

void CheckSession::take_d2() {
  if (const auto d2 = after_.receive_d2(*connection_, answer_wait, soon(answer_wait))) {
    keep(Message::d2, *d2);
    d = *wire::decode_d2(*d2);
    narrate("< d2: " + wire::text(*wire::decode_header(*d2)));
    return;
  }
  expect_time();
  throw D2Missing("no d2 came after the last d1: " + counted(after_.extra().size()) +
                  (after_.ended() ? ", then the connection was closed" : " within 4 s") +
                  after_colon(wire::guess_in_place_of(Message::d2, after_.extra())));
}

void CheckSession::half_close() { connection_->half_close(); }

void CheckSession::drop_connection(bool reset) {
  if (reset) connection_->reset_on_close();
  connection_.reset();
}

}  // namespace client
