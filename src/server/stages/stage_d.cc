#include <algorithm>
#include <array>
#include <thread>

#include "net/wait.hh"
#include "server/stages/stage_session.hh"
#include "wire/diagnosis.hh"

namespace server {

namespace {

// How long after the last message another one still counts as one too many.
constexpr auto grace = std::chrono::milliseconds(10);

// Of an awkward session.
constexpr auto between_pieces = std::chrono::milliseconds(15);

std::string of(std::uint32_t index, std::uint32_t count) {
  return std::to_string(index) + " of " + std::to_string(count);
}

}  // namespace

void StageSession::stage_d(net::Stream& connection) {
  timers_.clear();
  unsent_.clear();  // who has connected had all that it needed
  udp_.socket.reset();
  tcp_.socket.reset();
  if (plan_.c2_late.count() > 0) {
    expect_quiet(connection, plan_.c2_late, "c1: the client spoke before c2",
                 wire::Rule::connection);
  }
  const wire::C2& c = numbers_.c;
  send_stream(connection, wire::encode(c, numbers_.b.secret_b, student_id_), "c2", wire::text(c));
  stage_ = 'd';
  std::array<std::uint8_t, 3> padding;  // what was taken for that of the message before
  for (std::uint32_t i = 0; i < c.num2; ++i) receive_d1(connection, i, padding);
  expect_quiet(connection, std::max(grace, plan_.d2_late),
               "d1: unexpected number of buffers after message " + of(c.num2, c.num2),
               wire::Rule::count);
  send_stream(connection, wire::encode(numbers_.d, c.secret_c, student_id_), "d2",
              wire::text(numbers_.d));
}

void StageSession::send_stream(net::Stream& connection, wire::Bytes message,
                               const std::string& name, const std::string& fields) {
  narrate("> " + name, wire::text(*wire::decode_header(message)) + "; " + fields);
  const auto deadline = net::Deadline::after(rules_.silence);
  while (!message.empty()) {
    const auto piece = message.first(std::min(message.size(), plan_.piece));
    if (connection.send_all(piece, deadline).ending != net::Ending::full) {
      check_stopping();
      const std::string seen = "the client broke the connection";
      throw broken(name, {wire::Rule::patience, seen});
    }
    message = message.subspan(piece.size());
    if (!message.empty()) std::this_thread::sleep_for(between_pieces);
  }
  ++sent_;
}

// Nothing may come before the server's next message.
void StageSession::expect_quiet(net::Stream& connection, std::chrono::milliseconds span,
                                const std::string& message, wire::Rule rule) {
  if (!net::wait_readable({connection.get()}, net::Deadline::after(span))) return;
  std::array<std::uint8_t, 1024> buffer;
  const auto more = connection.receive_ready(buffer);
  check_stopping();
  if (more.count > 0) {
    std::string cause;
    if (rule == wire::Rule::count) cause = wire::guess_extra(more.count, numbers_.c.len2);
    throw broken(message, {rule, std::to_string(more.count) + " bytes", "0", "", cause});
  }
  if (rules_.exercise_seed && more.ending == net::Ending::end) {
    log_.wrong(wire::Rule::patience, "the client ended its side of the stream early");
  }
}

// Each must come whole within the bound of a standstill, however slowly its bytes come.
void StageSession::receive_d1(net::Stream& connection, std::uint32_t index,
                              std::span<std::uint8_t, 3> padding) {
  const wire::C2& task = numbers_.c;
  const wire::BeforeD1 before{numbers_.a.len, numbers_.a.secret_a, numbers_.b.secret_b};
  const std::string name = "d1 " + of(index + 1, task.num2);
  const auto standstill = net::Deadline::after(max_standstill());
  std::array<std::uint8_t, wire::wire_size(255)> buffer;
  const auto message = std::span(buffer).first(wire::wire_size(task.len2));
  const std::size_t padded = wire::padded(task.len2) - task.len2;
  std::size_t count = 0;
  while (count < message.size()) {
    const auto got = connection.receive_some(
        message.subspan(count), net::Deadline::after(rules_.silence).or_sooner(standstill));
    count += got.count;
    if (got.ending != net::Ending::full) {
      check_stopping();
      if (index > 0) check_padding_before(index, padding.first(padded), message.first(count));
      const bool silent = got.ending == net::Ending::silent;
      const std::string how = silent ? (standstill.passed() ? "not whole after " + standstill_text()
                                                            : "silence for " + silence_text())
                              : got.ending == net::Ending::end ? "the client ended the stream"
                                                               : "the client broke the connection";
      wire::Fault fault = wire::size_fault(wire::Message::d1, count, task.len2);
      fault.rule = silent ? wire::Rule::silence : wire::Rule::count;
      fault.seen = how + " after " + fault.seen;
      throw broken(name, fault);
    }
    if (count < wire::header_size) continue;
    const auto come = message.first(count);
    if (const auto fault = wire::judge_d1_header(come, task, index, before)) {
      if (index > 0) check_padding_before(index, padding.first(padded), message.first(count));
      throw broken(name, *fault);
    }
  }
  if (const auto fault = wire::judge_d1(message, task, index)) throw broken(name, *fault);
  narrate("< " + name, wire::text(*wire::decode_header(message)));
  std::ranges::copy(message.last(padded), padding.begin());
  ++received_;
}

// Padding that is missing, or too much, shows in the next d1; the d1 itself is named.
void StageSession::check_padding_before(std::uint32_t index, wire::Bytes padding,
                                        wire::Bytes next) const {
  if (const auto fault = wire::judge_padding(padding, next, numbers_.c)) {
    throw broken("d1 " + of(index, numbers_.c.num2), *fault);
  }
}

}  // namespace server
