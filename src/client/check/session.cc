// What all stages of a check's session need.
#include "client/check/session.hh"

#include <algorithm>
#include <thread>

#include "cli/program.hh"
#include "net/datagram.hh"
#include "net/wait.hh"
#include "wire/diagnosis.hh"
#include "wire/text.hh"

namespace client {

CheckSession::CheckSession(Trial& trial)
    : student_id(trial.target.student_id), trial_(trial), resend_(trial.target.resend.get()) {
  change_socket();
}

void CheckSession::change_socket() {
  const auto any = net::Address::wildcard(trial_.target.address.family(), 0);
  for (unsigned taken = 0; taken < local_ports; ++taken) {
    auto socket = net::open_udp(any.with_port(next_local_port()));
    if (!socket) continue;
    socket_ = std::move(*socket);
    net::report_arrival_time(socket_.get());
    return;
  }
  throw NotMade("no local port is free");
}

void CheckSession::restart() {
  change_socket();
  connection_.reset();
  a1_sent_.reset();
  b1_sent_.clear();
  packets_.clear();
  acked.clear();
  replaced_ = {};
  resend_ = ResendInterval(trial_.target.resend.get());
  has_b2 = refused_before_ = false;
  odd_reply_.clear();
}

void CheckSession::narrate(const std::string& text) const {
  if (!trial_.target.verbose) return;
  const std::chrono::duration<double> since_begin = net::Clock::now() - begin_;
  cli::say(wire::format("check %zu at %.3f s: ", trial_.number, since_begin.count()) + text);
}

void CheckSession::expect_time() const {
  if (trial_.target.dead) throw Dead("");
  if (trial_.deadline.passed())
    throw Skipped("no end within the time for a check; last sent: " + trial_.sent);
}

net::Deadline CheckSession::soon(std::chrono::milliseconds span) const {
  return net::Deadline::after(span).or_sooner(trial_.deadline);
}

void CheckSession::pause(std::chrono::milliseconds span) const {
  std::this_thread::sleep_until(soon(span).when());
  expect_time();
}

void CheckSession::keep(Message message, wire::Bytes packet) {
  packets_[message].assign(packet.begin(), packet.end());
}

void CheckSession::send_udp(wire::Bytes packet, std::uint32_t port, const std::string& what) {
  trial_.sent = what;
  narrate("> " + what);
  unsent_ = net::send_datagram(socket_.get(), packet,
                               trial_.target.address.with_port(static_cast<std::uint16_t>(port)));
  // What this machine has no room for now, or a refusal of before fails, is as good as lost.
  const bool passes = net::is_shortage(unsent_.value()) ||
                      unsent_ == std::errc::connection_refused ||
                      unsent_ == std::errc::host_unreachable;
  if (!passes) expect_sent();
}

// What never left this machine is no silence of the server.
void CheckSession::expect_sent() const {
  if (unsent_) throw std::system_error(unsent_, "send to " + trial_.target.address.host());
}

void CheckSession::send_wrong(wire::Bytes packet, std::uint32_t port, const std::string& what,
                              bool in_turn) {
  constexpr std::size_t max_shown = 32;
  std::string bytes;
  for (const std::uint8_t byte : packet.first(std::min(packet.size(), max_shown))) {
    bytes += wire::format(" %02x", byte);
  }
  if (packet.size() > max_shown) bytes += " ...";
  if (packet.empty()) bytes = " none";
  const Suspicion suspicion(trial_, what + "; its bytes:" + bytes, in_turn);
  send_udp(packet, port, what);
  expect_sent();
}

CheckSession::Event CheckSession::take(net::Deadline deadline) {
  expect_time();
  // Who was stopped until after the deadline has not looked what came meanwhile.
  if (!net::wait_readable({socket_.get()}, deadline)) return Event::nothing;
  const auto incoming = receive(socket_);
  if (!incoming) return Event::nothing;
  const auto& [from, error, bytes, arrival] = *incoming;
  if (error) {
    narrate("< " + from.text() + ": " + error.message());
    return Event::refused;
  }
  const auto header = wire::decode_header(bytes);
  narrate("< " + (header ? wire::text(*header) : std::to_string(bytes.size()) + " bytes") +
          " from " + from.text());
  if (!from_server(from, header) || replaced_.sent(from, bytes, a)) return Event::nothing;
  // Not too exactly: what is wrong with a message is for the checks to say.
  const bool has_a2 = !packet(Message::a2).empty();
  const auto foreign = has_a2 ? wire::judge_no_message(bytes, a) : std::nullopt;
  const bool is_text = !wire::quoted_text(bytes).empty();
  const auto message = foreign || is_text ? std::nullopt : wire::recognise(bytes, a.num);
  if (!message || (!has_a2 && message != Message::a2)) {
    if (!has_a2) {
      keep(Message::a1, bytes);  // as what came in its place
      return Event::other;
    }
    odd_reply_ = (foreign ? *foreign : wire::stage_b_size_fault(bytes.size())).text();
    return Event::odd;
  }
  const bool first = packet(*message).empty();
  // An a1 that was sent twice has opened two sessions; some servers forget the first for the
  // second.
  const bool newer = message == Message::a2 && acked.empty() && !has_b2 &&
                     (first || !replaced_.came_before(*wire::decode_a2(bytes), a));
  if (first || newer) keep(*message, bytes);
  if (newer && !first) {
    replaced_.add(a);
    b1_sent_.clear();
    resend_.begin();
    resend_.late_a2(a2_came_ - begin_);
  }
  if (message == Message::a2) {
    if (first || newer) {
      a = *wire::decode_a2(bytes), a2_from = from, a2_arrival = arrival;
      trial_.target.secrets.add(a.secret_a, "secretA");
    }
    return Event::other;
  }
  if (from.port() != a.udp_port) other_source = from;
  if (message == Message::ack) {
    const std::uint32_t packet_id = wire::decode_ack(bytes)->packet_id;
    acked.insert(packet_id);
    const auto sent = b1_sent_.find(packet_id);
    if (sent != b1_sent_.end()) {
      ++sent->second.acks;
    } else if (!b1_sent_.empty()) {
      odd_reply_ = "ack: " + wire::judge_ack(packet_id, last_b1_)->text();
    }
    resend_.acked(packet_id);
    trial_.target.resend.add(resend_.proved());
    return Event::ack;
  }
  if (!has_b2) {
    b = *wire::decode_b2(bytes), b2_came_ = net::Clock::now();
    trial_.target.secrets.add(b.secret_b, "secretB");
  }
  has_b2 = true;
  return Event::b2;
}

// What comes from a port that the server did not name may be for somebody else who had this
// socket's port before, unless it knows the secret.
bool CheckSession::from_server(const net::Address& from,
                               const std::optional<wire::Header>& header) const {
  const bool named = from.port() == a.udp_port || from.port() == a2_from.port() ||
                     from.port() == trial_.target.address.port();
  return packet(Message::a2).empty() || named || (header && header->psecret == a.secret_a);
}

wire::Bytes CheckSession::packet(Message message) const {
  const auto found = packets_.find(message);
  return found == packets_.end() ? wire::Bytes() : wire::Bytes(found->second);
}

wire::Header CheckSession::expected_header(Message message) const {
  const std::uint32_t psecret = message == Message::a2   ? 0
                                : message == Message::c2 ? b.secret_b
                                : message == Message::d2 ? c.secret_c
                                                         : a.secret_a;
  return wire::server_header(message, psecret, student_id);
}

}  // namespace client
