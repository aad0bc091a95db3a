#include "client/check_session.hh"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "cli/program.hh"
#include "net/socket.hh"

namespace client {

namespace {

constexpr int most_unanswered = 3;
constexpr int most_sends = 40;    // of one packet
constexpr int most_sessions = 8;  // tried until one fits a purpose
constexpr auto late_listener = 3s;
constexpr std::uint32_t most_count = 10'000, most_len = 60'000, most_bytes = 64 * 1024 * 1024;

constexpr std::size_t c2_size = wire::header_size + wire::c2_len;
constexpr std::size_t c2_padding = wire::wire_size(wire::c2_len) - c2_size;
constexpr std::size_t d2_size = wire::wire_size(wire::d2_len);

std::string counted(std::size_t count) { return std::to_string(count) + " bytes"; }

bool is_port(std::uint32_t port) { return port > 0 && port <= 65535; }

}  // namespace

CheckSession::CheckSession(Trial& trial) : student_id(trial.target.student_id), trial_(trial) {
  change_socket();
}

void CheckSession::change_socket() {
  socket_ = net::open_udp(trial_.target.address.family(), net::LocalPort::dynamic);
}

void CheckSession::restart() {
  change_socket();
  connection_.reset();
  acked.clear();
  has_b2 = false;
}

void CheckSession::narrate(const std::string& text) const {
  if (trial_.target.verbose) cli::say("check " + std::to_string(trial_.number) + ": " + text);
}

void CheckSession::expect_time() const {
  if (trial_.deadline.passed())
    throw NotMade("no end within the time for a check; last sent: " + trial_.sent);
}

std::string CheckSession::of(std::uint32_t index) const {
  return std::to_string(index + 1) + " of " + std::to_string(a.num);
}

void CheckSession::send_udp(wire::Bytes packet, std::uint16_t port, const std::string& what) {
  trial_.sent = what;
  narrate("> " + what);
  // What cannot be sent now is as good as lost.
  static_cast<void>(
      net::send_datagram(socket_.get(), packet, trial_.target.address.with_port(port)));
}

CheckSession::Event CheckSession::take(net::Deadline deadline) {
  expect_time();
  if (deadline.passed() || !net::wait_readable({socket_.get()}, deadline)) return Event::nothing;
  std::array<std::uint8_t, 2048> buffer;
  const auto datagram = net::receive_datagram(socket_.get(), buffer);
  if (!datagram) return Event::other;
  last_from = datagram->from;
  if (datagram->error) {
    narrate("< " + datagram->from.text() + ": " + datagram->error.message());
    return Event::refused;
  }
  const auto bytes = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
  const auto header = wire::decode_header(bytes);
  narrate("< " + (header ? wire::text(*header) : counted(bytes.size())) + " from " +
          last_from.text());
  const auto keep = [&](Message message) {
    packets_[static_cast<std::size_t>(message)].assign(bytes.begin(), bytes.end());
  };
  // By size alone, and not too exactly: what is wrong with a message is for the checks to say.
  if (bytes.size() >= wire::wire_size(wire::a2_len)) {
    if (packet(Message::a2).empty()) keep(Message::a2);
    return Event::other;
  }
  if (bytes.size() >= wire::wire_size(wire::b2_len)) {
    if (!has_b2) keep(Message::b2), b = *wire::decode_b2(bytes);
    has_b2 = true;
    return Event::b2;
  }
  if (bytes.size() >= wire::wire_size(wire::ack_len)) {
    if (packet(Message::ack).empty()) keep(Message::ack);
    acked.insert(wire::decode_ack(bytes)->packet_id);
    return Event::ack;
  }
  return Event::other;
}

void CheckSession::open() {
  if (trial_.target.unanswered >= most_unanswered) {
    throw NotMade("the server does not answer: the last " + std::to_string(most_unanswered) +
                  " right a1s got no a2");
  }
  const auto a1 = wire::encode_a1(student_id);
  std::string seen = "nothing came";
  packets_[static_cast<std::size_t>(Message::a2)].clear();
  for (const auto end = net::Deadline::after(answer_wait); !end.passed();) {
    send_udp(a1, trial_.target.address.port(), "a1");
    const auto due = net::Deadline::after(1s);
    for (bool refused = false; !refused && !due.passed();) {
      const Event event = take(due);
      const wire::Bytes a2 = packet(Message::a2);
      if (!a2.empty()) {
        trial_.target.unanswered = 0;
        a = *wire::decode_a2(a2);
        return;
      }
      refused = event == Event::refused;
      if (refused) seen = "the port refused it";
      if (event != Event::refused && event != Event::nothing)
        seen = "what came is shorter than 28 bytes";
      if (refused) std::this_thread::sleep_for(200ms);
    }
  }
  ++trial_.target.unanswered;
  throw NotMade("no a2 came to a right a1 within 4 s: " + seen);
}

void CheckSession::open_with(bool (*fits)(const wire::A2&), const std::string& purpose) {
  for (int session = 0; session < most_sessions; ++session) {
    open();
    if (fits(a)) return;
    restart();
  }
  throw Skipped(std::to_string(most_sessions) + " sessions had no " + purpose);
}

void CheckSession::send_b1(std::uint32_t packet_id) {
  if (!is_port(a.udp_port)) {
    throw NotMade("a2 names udp_port " + std::to_string(a.udp_port));
  }
  if (a.num > most_count || a.len > most_len) {
    throw NotMade("a2 asks for " + std::to_string(a.num) + " packets of " + std::to_string(a.len) +
                  " bytes");
  }
  send_udp(wire::encode_b1(a, packet_id, student_id), static_cast<std::uint16_t>(a.udp_port),
           "b1 " + of(packet_id));
}

void CheckSession::deliver(std::uint32_t packet_id) {
  net::Deadline refused_for_good;
  for (int sends = 0; sends < most_sends && !refused_for_good.passed(); ++sends) {
    send_b1(packet_id);
    for (const auto due = net::Deadline::after(resend_wait); !due.passed();) {
      const Event event = take(due);
      if (acked.contains(packet_id) || has_b2) return;
      if (event == Event::refused && refused_for_good.never()) {
        refused_for_good = net::Deadline::after(late_listener);
      }
    }
  }
  const std::string why =
      refused_for_good.never() ? "sent 40 times" : "the port refused it for 3 s";
  throw NotMade("b1 " + of(packet_id) + " was not acked: " + why);
}

void CheckSession::finish_b() {
  for (std::uint32_t id = 0; id < a.num && !has_b2; ++id) {
    if (!acked.contains(id)) deliver(id);
  }
  // Nothing but a packet that comes again asks for a lost b2.
  for (const auto end = net::Deadline::after(answer_wait); !has_b2 && !end.passed();) {
    for (const auto due = net::Deadline::after(resend_wait); !has_b2 && !due.passed();) take(due);
    if (!has_b2 && a.num > 0) send_b1(a.num - 1);
  }
  if (!has_b2) throw NotMade("no b2 came within 4 s of the last ack");
}

void CheckSession::reach_c() { reach(Message::b2); }

void CheckSession::connect() {
  for (const auto give_up = net::Deadline::after(late_listener);;
       std::this_thread::sleep_for(50ms)) {
    try {
      return connect_once();
    } catch (const NotMade&) {
      if (give_up.passed()) throw;
    }
  }
}

void CheckSession::connect_once() {
  expect_time();
  if (!is_port(b.tcp_port)) throw NotMade("b2 names tcp_port " + std::to_string(b.tcp_port));
  const auto server = trial_.target.address.with_port(static_cast<std::uint16_t>(b.tcp_port));
  trial_.sent = "c1: a connection to tcp_port";
  try {
    connection_.emplace(
        net::connect_tcp({server}, net::Deadline::after(answer_wait), net::LocalPort::dynamic));
  } catch (const std::system_error& error) {
    throw NotMade(error.what());
  }
  narrate("> c1: connected");
}

void CheckSession::take_c2() {
  std::array<std::uint8_t, wire::wire_size(wire::c2_len)> buffer;
  const auto got = connection_->receive_exactly(std::span(buffer).first(c2_size),
                                                net::Deadline::after(answer_wait));
  if (got.ending != net::Ending::full) {
    const bool open = got.ending == net::Ending::silent;
    throw NotMade("no c2 came after the connection: " + counted(got.count) +
                  (open ? " within 4 s" : ", then it was closed"));
  }
  // The padding may come apart, or not at all.
  const auto padding =
      connection_->receive_exactly(std::span(buffer).subspan(c2_size), net::Deadline::after(300ms));
  const auto bytes = wire::Bytes(buffer).first(c2_size + padding.count);
  packets_[static_cast<std::size_t>(Message::c2)].assign(bytes.begin(), bytes.end());
  came_.assign(bytes.begin() + c2_size, bytes.end());
  c = *wire::decode_c2(bytes);
  narrate("< c2: " + wire::text(*wire::decode_header(bytes)));
  if (c.num2 > most_count || c.len2 > most_bytes / std::max(c.num2, 1U)) {
    throw NotMade("c2 asks for " + std::to_string(c.num2) + " messages of " +
                  std::to_string(c.len2) + " bytes");
  }
}

void CheckSession::reach_d() { reach(Message::c2); }

void CheckSession::reach_d_with(bool (*fits)(const wire::C2&), const std::string& purpose) {
  for (int session = 0; session < most_sessions; ++session) {
    reach_d();
    if (fits(c)) return;
    restart();
  }
  throw Skipped(std::to_string(most_sessions) + " sessions had no " + purpose);
}

void CheckSession::send_d1(wire::Bytes bytes, const std::string& what) {
  trial_.sent = what;
  narrate("> " + what);
  // A server may have closed already; what it said before is still there to read.
  static_cast<void>(connection_->send_all(bytes, net::Deadline::after(answer_wait)));
}

std::vector<std::uint8_t> CheckSession::right_d1s() const {
  std::vector<std::uint8_t> bytes;
  const auto message = wire::encode_d1(c, student_id);
  for (std::uint32_t i = 0; i < c.num2; ++i)
    bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

void CheckSession::send_all_d1() {
  const auto message = wire::encode_d1(c, student_id);
  for (std::uint32_t i = 0; i < c.num2; ++i) {
    // Some servers take what one recv() gives them for a message.
    if (i > 0) std::this_thread::sleep_for(5ms);
    send_d1(message, "d1 " + std::to_string(i + 1) + " of " + std::to_string(c.num2));
  }
}

CheckSession::End CheckSession::await_end(net::Deadline deadline) {
  constexpr std::size_t enough = 64 * 1024;
  End end;
  while (!end.closed && came_.size() < enough) {
    expect_time();
    std::array<std::uint8_t, 4096> buffer;
    const auto got = connection_->receive_some(buffer, deadline);
    if (got.ending == net::Ending::silent) break;
    end.closed = got.ending != net::Ending::full;
    came_.insert(came_.end(), buffer.begin(), buffer.begin() + static_cast<long>(got.count));
  }
  end.d2 = came_.size() >= d2_size;
  const std::size_t extra = came_.size() - std::min(came_.size(), c2_padding);
  end.seen = end.d2 ? "d2" : extra > 0 ? counted(extra) : "nothing";
  end.seen += came_.size() >= enough ? " and far more bytes" : "";
  end.seen += end.closed ? ", then the connection was closed" : ", and the connection is open";
  return end;
}

void CheckSession::take_d2() {
  const std::size_t least = packet(Message::c2).size() - c2_size;
  const auto deadline = net::Deadline::after(answer_wait);
  for (bool ended = false;;) {
    expect_time();
    const auto behind = wire::Bytes(came_).first(std::min(came_.size(), c2_padding + d2_size));
    if (const auto padding = wire::padding_before_d2(behind, least, ended)) {
      packets_[static_cast<std::size_t>(Message::d2)].assign(
          came_.begin() + static_cast<long>(*padding), came_.end());
      d = *wire::decode_d2(packet(Message::d2));
      narrate("< d2: " + wire::text(*wire::decode_header(packet(Message::d2))));
      return;
    }
    if (ended) break;
    std::array<std::uint8_t, 64> buffer;
    const auto got = connection_->receive_some(buffer, deadline);
    came_.insert(came_.end(), buffer.begin(), buffer.begin() + static_cast<long>(got.count));
    ended = got.ending != net::Ending::full;
  }
  const std::size_t extra = came_.size() - std::min(came_.size(), least);
  throw NotMade("no d2 came after the last d1: " + counted(extra) +
                (deadline.passed() ? " within 4 s" : ", then the connection was closed"));
}

void CheckSession::reach_end() { reach(Message::d2); }

void CheckSession::reach(Message message) {
  open();
  if (message == Message::a2) return;
  if (message == Message::ack) return deliver(0);
  finish_b();
  if (message == Message::b2) return;
  connect();
  take_c2();
  if (message == Message::c2) return;
  send_all_d1();
  take_d2();
}

void CheckSession::half_close() { shutdown(connection_->get(), SHUT_WR); }

void CheckSession::drop_connection(bool reset) {
  // With a linger time of 0 the end is a reset (socket(7), SO_LINGER).
  const linger at_once{1, 0};
  if (reset) {
    setsockopt(connection_->get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  connection_.reset();
}

wire::Bytes CheckSession::packet(Message message) const {
  return packets_[static_cast<std::size_t>(message)];
}

wire::Header CheckSession::expected_header(Message message) const {
  const auto header = [&](std::size_t payload_len, std::uint32_t psecret) {
    return wire::Header{static_cast<std::uint32_t>(payload_len), psecret, wire::server_step,
                        student_id};
  };
  switch (message) {
    case Message::a2:
      return header(wire::a2_len, 0);
    case Message::ack:
      return header(wire::ack_len, a.secret_a);
    case Message::b2:
      return header(wire::b2_len, a.secret_a);
    case Message::c2:
      return header(wire::c2_len, b.secret_b);
    default:
      return header(wire::d2_len, c.secret_c);
  }
}

void expect_serving(Trial& trial) {
  const std::string sent = trial.sent;
  CheckSession(trial).open();
  trial.sent = sent;
}

}  // namespace client
