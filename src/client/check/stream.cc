// Stages c and d of a check's session.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "cli/program.hh"
#include "client/check/session.hh"
#include "net/connect.hh"
#include "net/socket.hh"

namespace client {

namespace {

// What a server can make a check send in stage d.
constexpr std::uint32_t max_count = 10'000, max_bytes = 64 * 1024 * 1024;

constexpr std::size_t c2_size = wire::header_size + wire::c2_len;
constexpr std::size_t c2_padding = wire::wire_size(wire::c2_len) - c2_size;
constexpr std::size_t d2_size = wire::wire_size(wire::d2_len);

std::string counted(std::size_t count) { return std::to_string(count) + " bytes"; }

}  // namespace

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

void CheckSession::connect() {
  for (const auto give_up = net::Deadline::after(late_wait);; std::this_thread::sleep_for(50ms)) {
    try {
      return connect_once();
    } catch (const NotMade&) {
      if (give_up.passed()) throw;
    }
  }
}

void CheckSession::connect_once() {
  expect_time();
  if (b.tcp_port == 0 || b.tcp_port > 65535)
    throw NotMade("b2 names tcp_port " + std::to_string(b.tcp_port));
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
  keep(Message::c2, bytes);
  came_.assign(bytes.begin() + c2_size, bytes.end());
  c = *wire::decode_c2(bytes);
  narrate("< c2: " + wire::text(*wire::decode_header(bytes)));
  if (c.num2 > max_count || c.len2 > max_bytes / std::max(c.num2, 1U)) {
    throw NotMade("c2 asks for " + std::to_string(c.num2) + " messages of " +
                  std::to_string(c.len2) + " bytes");
  }
}

void CheckSession::reach_c2_with(bool (*fits)(const wire::C2&), const std::string& purpose) {
  for (int session = 0; session < max_sessions; ++session) {
    reach(Message::c2);
    if (fits(c)) return;
    restart();
  }
  throw Skipped(std::to_string(max_sessions) + " sessions had no " + purpose);
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
  constexpr std::size_t enough = std::size_t{64} * 1024;
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
      keep(Message::d2, wire::Bytes(came_).subspan(*padding));
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

void CheckSession::half_close() { shutdown(connection_->get(), SHUT_WR); }

void CheckSession::drop_connection(bool reset) {
  // With a linger time of 0 the end is a reset (socket(7), SO_LINGER).
  const linger at_once{1, 0};
  if (reset) {
    setsockopt(connection_->get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  connection_.reset();
}

}  // namespace client
