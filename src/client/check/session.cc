#include "client/check/session.hh"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include "cli/program.hh"
#include "net/datagram.hh"
#include "net/wait.hh"

namespace client {

namespace {

constexpr int max_unanswered = 3;
constexpr int max_sends = 20;                                  // of one packet
constexpr std::uint32_t max_count = 10'000, max_len = 60'000;  // of packets, of their bytes

std::string of(std::uint32_t index, std::uint32_t count) {
  return std::to_string(index + 1) + " of " + std::to_string(count);
}

}  // namespace

CheckSession::CheckSession(Trial& trial) : student_id(trial.target.student_id), trial_(trial) {
  change_socket();
}

LocalPorts::LocalPorts() : given_(std::random_device()()) {}

std::uint16_t LocalPorts::next() { return static_cast<std::uint16_t>(first_ + given_++ % count_); }

void CheckSession::change_socket() {
  constexpr int max_taken = 1000;
  const bool ipv6 = trial_.target.address.family() == AF_INET6;
  const auto any = net::Address::wildcard(ipv6 ? net::Family::ipv6 : net::Family::ipv4, 0);
  for (int taken = 0; taken < max_taken; ++taken) {
    auto socket = net::open_udp(any.with_port(trial_.target.ports.next()));
    if (!socket) continue;
    socket_ = std::move(*socket);
    return;
  }
  throw NotMade("no local port is free");
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

void CheckSession::keep(Message message, wire::Bytes packet) {
  packets_[static_cast<std::size_t>(message)].assign(packet.begin(), packet.end());
}

void CheckSession::send_udp(wire::Bytes packet, std::uint32_t port, const std::string& what) {
  trial_.sent = what;
  narrate("> " + what);
  // What cannot be sent now is as good as lost.
  static_cast<void>(net::send_datagram(
      socket_.get(), packet, trial_.target.address.with_port(static_cast<std::uint16_t>(port))));
}

CheckSession::Event CheckSession::take(net::Deadline deadline) {
  expect_time();
  if (deadline.passed() || !net::wait_readable({socket_.get()}, deadline)) return Event::nothing;
  std::array<std::uint8_t, 2048> buffer;
  const auto datagram = net::receive_datagram(socket_.get(), buffer);
  if (!datagram) return Event::other;
  if (datagram->error) {
    narrate("< " + datagram->from.text() + ": " + datagram->error.message());
    return Event::refused;
  }
  const auto bytes = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
  const auto header = wire::decode_header(bytes);
  narrate("< " + (header ? wire::text(*header) : std::to_string(bytes.size()) + " bytes") +
          " from " + datagram->from.text());
  if (!from_server(datagram->from)) {
    ++from_elsewhere_;
    return Event::nothing;
  }
  // By size alone, and not too exactly: what is wrong with a message is for the checks to say.
  if (bytes.size() >= wire::wire_size(wire::a2_len)) {
    if (packet(Message::a2).empty()) keep(Message::a2, bytes), a2_from = datagram->from;
    return Event::other;
  }
  if (bytes.size() >= wire::wire_size(wire::b2_len)) {
    if (!has_b2) keep(Message::b2, bytes), b = *wire::decode_b2(bytes);
    has_b2 = true;
    return Event::b2;
  }
  if (bytes.size() >= wire::wire_size(wire::ack_len)) {
    if (packet(Message::ack).empty()) keep(Message::ack, bytes);
    acked.insert(wire::decode_ack(bytes)->packet_id);
    return Event::ack;
  }
  return Event::other;
}

bool CheckSession::from_server(const net::Address& from) const {
  if (packet(Message::a2).empty()) return true;
  const bool known_host = from.same_host(a2_from) || from.same_host(trial_.target.address);
  const bool known_port = from.port() == a.udp_port || from.port() == a2_from.port() ||
                          from.port() == trial_.target.address.port();
  return known_host && known_port;
}

void CheckSession::open() {
  if (trial_.target.unanswered >= max_unanswered) {
    throw NotMade("the server does not answer: the last " + std::to_string(max_unanswered) +
                  " right a1s got no a2");
  }
  const auto a1 = wire::encode_a1(student_id);
  std::string seen = "nothing came";
  keep(Message::a2, {});
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
  for (int session = 0; session < max_sessions; ++session) {
    open();
    if (fits(a)) return;
    restart();
  }
  throw Skipped(std::to_string(max_sessions) + " sessions had no " + purpose);
}

void CheckSession::send_b1(std::uint32_t packet_id) {
  if (a.udp_port == 0 || a.udp_port > 65535) {
    throw NotMade("a2 names udp_port " + std::to_string(a.udp_port));
  }
  if (a.num > max_count || a.len > max_len) {
    throw NotMade("a2 asks for " + std::to_string(a.num) + " packets of " + std::to_string(a.len) +
                  " bytes");
  }
  send_udp(wire::encode_b1(a, packet_id, student_id), a.udp_port, "b1 " + of(packet_id, a.num));
}

void CheckSession::deliver(std::uint32_t packet_id) {
  net::Deadline refused_for_good;
  for (int sends = 0; sends < max_sends && !refused_for_good.passed(); ++sends) {
    send_b1(packet_id);
    for (const auto due = net::Deadline::after(resend_wait); !due.passed();) {
      const Event event = take(due);
      if (acked.contains(packet_id) || has_b2) return;
      if (event == Event::refused && refused_for_good.never()) {
        refused_for_good = net::Deadline::after(late_wait);
      }
    }
  }
  std::string why = refused_for_good.never() ? "sent 20 times" : "the port refused it for 3 s";
  if (from_elsewhere_ > 0) {
    why += "; what came from other ports than the server named, " +
           std::to_string(from_elsewhere_) + " datagrams, does not count";
  }
  throw NotMade("b1 " + of(packet_id, a.num) + " was not acked: " + why);
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
