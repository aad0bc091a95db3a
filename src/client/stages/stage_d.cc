#include <sys/socket.h>

#include <algorithm>

#include "cli/program.hh"
#include "client/stages/stages.hh"
#include "net/wait.hh"

namespace client {

namespace {

// Servers that read one message a recv() need to see them apart, so the messages go out with a
// pause, a short one where there are many of them.
constexpr std::chrono::milliseconds max_pause{5}, all_pauses{100};

// What a peer can make this program hold in memory.
constexpr std::uint32_t max_len2 = 16 * 1024 * 1024;

constexpr std::size_t d2_size = wire::wire_size(wire::d2_len);

class StageD {
 public:
  StageD(const Exchange& exchange, CReply c) : exchange_(exchange), c_(std::move(c)) {
    std::ranges::copy(c_.padding, behind_c2_.begin());
    count_ = c_.padding.size();
  }

  wire::D2 run() {
    const wire::C2& task = c_.message;
    if (task.len2 > max_len2) {
      throw cli::Failure("stage d: len2 " + std::to_string(task.len2) + " from " +
                         c_.server.text() + ": " + std::to_string(max_len2) +
                         " at most are supported");
    }
    const auto packet = wire::encode_d1(task, exchange_.student_id);
    const auto pause = task.num2 == 0 ? max_pause : std::min(max_pause, all_pauses / task.num2);
    for (std::uint32_t i = 0; i < task.num2 && !ended_; ++i) {
      if (i > 0) listen(net::Deadline::after(pause));
      if (!ended_) send(packet, i);
    }
    padding_ = std::min(count_, max_padding);
    return receive();
  }

 private:
  void send(wire::Bytes packet, std::uint32_t index) {
    const wire::C2& task = c_.message;
    const std::string name = "d1 " + std::to_string(index + 1) + " of " + std::to_string(task.num2);
    exchange_.narrator.sent(
        name, c_.server, packet,
        std::to_string(task.len2) + " bytes of value " + std::to_string(task.c));
    const net::Transfer sent = c_.connection.send_all(packet, exchange_.deadline);
    if (sent.ending == net::Ending::full) {
      ++sent_;
    } else if (sent.ending == net::Ending::silent) {
      throw cli::Failure("stage d: " + name + " to " + c_.server.text() + ": only " +
                         std::to_string(sent.count) + " bytes taken in time");
    } else {
      ended_ = true;  // what the server said before may still be there to read
    }
  }

  // Takes what the server has sent by the deadline; returns whether anything came.
  bool listen(net::Deadline deadline) {
    if (count_ == behind_c2_.size()) return false;
    if (!net::wait_readable({c_.connection.get()}, deadline.or_sooner(exchange_.deadline)))
      return false;
    const net::Transfer got = c_.connection.receive_ready(std::span(behind_c2_).subspan(count_));
    count_ += got.count;
    if (got.ending == net::Ending::end || got.ending == net::Ending::broken) ended_ = true;
    return true;
  }

  wire::D2 receive() {
    // A server whose d2 does not look right is given this long to end the stream, which shows where
    // d2 ends.
    constexpr auto patience = std::chrono::seconds(1);
    while (true) {
      const auto bytes = wire::Bytes(behind_c2_).first(count_);
      if (const auto size = wire::padding_before_d2(bytes, padding_, ended_)) return found(*size);
      if (ended_ || exchange_.deadline.passed()) fail();
      const bool whole = count_ >= padding_ + d2_size;
      const bool more = listen(whole ? net::Deadline::after(patience) : net::Deadline());
      if (!more && whole) return found(count_ - d2_size);
    }
  }

  wire::D2 found(std::size_t padding) const {
    const auto packet = wire::Bytes(behind_c2_).subspan(padding, d2_size);
    const wire::D2 message = *wire::decode_d2(packet);
    exchange_.narrator.received(
        "d2", c_.server, packet, "secretD " + std::to_string(message.secret_d),
        {wire::d2_len, c_.message.secret_c, wire::server_step, exchange_.student_id});
    return message;
  }

  [[noreturn]] void fail() const {
    const std::string came =
        count_ <= padding_ ? "nothing" : "only " + std::to_string(count_ - padding_) + " bytes";
    throw cli::Failure("stage d: awaited d2 (16 bytes) from " + c_.server.text() + " after " +
                       std::to_string(sent_) + " of " + std::to_string(c_.message.num2) +
                       " messages: " + came + " came" +
                       (ended_ ? ", then the connection was closed" : ""));
  }

  static constexpr std::size_t max_padding =
      wire::wire_size(wire::c2_len) - wire::header_size - wire::c2_len;

  const Exchange& exchange_;
  CReply c_;
  std::array<std::uint8_t, max_padding + d2_size> behind_c2_{};  // the rest of c2, then d2
  std::size_t count_ = 0;
  std::size_t padding_ = 0;  // of c2, as far as it is certain
  std::uint32_t sent_ = 0;
  bool ended_ = false;
};

}  // namespace

wire::D2 stage_d(const Exchange& exchange, CReply c) {
  return StageD(exchange, std::move(c)).run();
}

}  // namespace client
