#include <sys/socket.h>

#include <algorithm>

#include "client/stages/stages.hh"
#include "net/wait.hh"

namespace client {

namespace {

// What all pauses together may take: a short one each where there are many messages.
constexpr std::chrono::milliseconds all_pauses{2000};
// Messages that go out at once do so in one call, as far as they fit this.
constexpr std::size_t max_piece = std::size_t{64} * 1024;
// A connection on which nothing comes for longer than a server's own patience.
constexpr auto max_silence = std::chrono::seconds(5);

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
    if (exchange_.pause.count() > 0) {
      send_apart(packet);
    } else {
      send_at_once(packet);
    }
    padding_ = std::min(count_, max_padding);
    return receive();
  }

 private:
  void send_apart(wire::Bytes packet) {
    const auto pause = std::min(exchange_.pause, all_pauses / std::max(c_.message.num2, 1U));
    for (std::uint32_t i = 0; i < c_.message.num2 && !ended_; ++i) {
      if (i > 0) listen(net::Deadline::after(pause));
      if (!ended_) send(packet, 1);
    }
  }

  void send_at_once(wire::Bytes packet) {
    std::vector<std::uint8_t> piece;
    const auto max_count =
        static_cast<std::uint32_t>(std::max<std::size_t>(max_piece / packet.size(), 1));
    while (sent_ < c_.message.num2 && !ended_) {
      const std::uint32_t count = std::min(c_.message.num2 - sent_, max_count);
      piece.clear();
      for (std::uint32_t i = 0; i < count; ++i) {
        piece.insert(piece.end(), packet.begin(), packet.end());
      }
      send(piece, count);
    }
  }

  // The next messages, so many, in one call.
  void send(wire::Bytes piece, std::uint32_t count) {
    const wire::C2& task = c_.message;
    const auto name = [&](std::uint32_t index) {
      return "d1 " + std::to_string(index + 1) + " of " + std::to_string(task.num2);
    };
    for (std::uint32_t i = 0; i < count; ++i) {
      exchange_.narrator.sent(
          name(sent_ + i), c_.server, piece,
          std::to_string(task.len2) + " bytes of value " + std::to_string(task.c));
    }
    const net::Transfer sent = c_.connection.send_all(piece, exchange_.deadline);
    if (sent.ending == net::Ending::full) {
      sent_ += count;
    } else if (sent.ending == net::Ending::silent) {
      const auto whole = static_cast<std::uint32_t>(sent.count / (piece.size() / count));
      throw cli::Failure("stage d: " + name(sent_ + whole) + " to " + c_.server.text() +
                         ": the server takes no more bytes");
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
    // The second time, all of the time that is left.
    const bool last = exchange_.pause.count() > 0 && c_.message.num2 > 0;
    auto silent = last ? net::Deadline() : net::Deadline::after(max_silence);
    while (true) {
      const auto bytes = wire::Bytes(behind_c2_).first(count_);
      if (const auto size = wire::padding_before_d2(bytes, padding_, ended_)) return found(*size);
      if (ended_ || silent.passed() || exchange_.deadline.passed()) fail();
      const bool whole = count_ >= padding_ + d2_size;
      const bool more = listen(whole ? net::Deadline::after(patience) : silent);
      if (!more && whole) return found(count_ - d2_size);
      if (more && !last) silent = net::Deadline::after(max_silence);
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
    throw NoD2("stage d: awaited d2 (16 bytes) from " + c_.server.text() + " after " +
               std::to_string(sent_) + " of " + std::to_string(c_.message.num2) +
               " messages: " + came + " came" + (ended_ ? ", then the connection was closed" : ""));
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
