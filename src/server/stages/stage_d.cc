#include <algorithm>
#include <array>
#include <thread>

#include "net/wait.hh"
#include "server/stages/stage_session.hh"

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
  udp_.socket.reset();
  tcp_.socket.reset();
  if (plan_.c2_late.count() > 0)
    expect_quiet(connection, plan_.c2_late,
                 {wire::Rule::connection, "c1: the client spoke before c2"});
  send_stream(connection, wire::encode(numbers_.c, numbers_.b.secret_b, student_id_), "c2");
  stage_ = 'd';
  for (std::uint32_t i = 0; i < numbers_.c.num2; ++i) receive_d1(connection, i);
  expect_quiet(connection, std::max(grace, plan_.d2_late),
               {wire::Rule::count, "d1: unexpected number of buffers after message " +
                                       of(numbers_.c.num2, numbers_.c.num2)});
  send_stream(connection, wire::encode(numbers_.d, numbers_.c.secret_c, student_id_), "d2");
}

void StageSession::send_stream(net::Stream& connection, wire::Bytes message,
                               const std::string& name) {
  narrate("> " + name);
  const auto deadline = net::Deadline::after(rules_.silence);
  while (!message.empty()) {
    const auto piece = message.first(std::min(message.size(), plan_.piece));
    if (connection.send_all(piece, deadline).ending != net::Ending::full) {
      throw Ended(wire::Rule::patience, name + ": the client broke the connection");
    }
    message = message.subspan(piece.size());
    if (!message.empty()) std::this_thread::sleep_for(between_pieces);
  }
  ++sent_;
}

// Nothing may come before the server's next message.
void StageSession::expect_quiet(net::Stream& connection, std::chrono::milliseconds span,
                                const wire::Fault& fault) {
  if (!net::wait_readable({connection.get()}, net::Deadline::after(span))) return;
  std::array<std::uint8_t, 1024> buffer;
  const auto more = connection.receive_ready(buffer);
  check_stopping();
  if (more.count > 0) {
    throw Ended(fault.rule, fault.seen + ": " + std::to_string(more.count) + " bytes, 0 expected");
  }
  if (exercise_log_ && more.ending == net::Ending::end) {
    exercise_log_->wrong(wire::Rule::patience, "the client ended its side of the stream early");
  }
}

void StageSession::receive_d1(net::Stream& connection, std::uint32_t index) {
  const wire::C2& task = numbers_.c;
  const std::string name = "d1 " + of(index + 1, task.num2) + ": ";
  std::array<std::uint8_t, wire::wire_size(255)> buffer;
  const auto message = std::span(buffer).first(wire::wire_size(task.len2));
  std::size_t count = 0;
  while (count < message.size()) {
    const auto got =
        connection.receive_some(message.subspan(count), net::Deadline::after(rules_.silence));
    count += got.count;
    if (got.ending != net::Ending::full) {
      check_stopping();
      const std::string how = got.ending == net::Ending::silent ? "silence for " + silence_text()
                              : got.ending == net::Ending::end  ? "the client ended the stream"
                                                                : "the client broke the connection";
      throw Ended(
          got.ending == net::Ending::silent ? wire::Rule::silence : wire::Rule::count,
          name + how + " after " + wire::size_fault(wire::Message::d1, count, task.len2).text());
    }
    if (count < wire::header_size) continue;
    if (const auto fault = wire::judge_d1_header(message.first(count), task, index)) {
      throw Ended(fault->rule, name + fault->text());
    }
  }
  if (const auto fault = wire::judge_d1(message, task, index))
    throw Ended(fault->rule, name + fault->text());
  narrate("< " + name + wire::text(*wire::decode_header(message)));
  ++received_;
}

}  // namespace server
