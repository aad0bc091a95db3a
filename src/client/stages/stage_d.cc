
#include <algorithm>

#include "client/stages/stages.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

// Messages that go out at once do so in one call, as far as they fit this.
constexpr std::size_t max_piece = std::size_t{64} * 1024;
// A connection on which nothing comes for longer than a server's own patience.
constexpr auto max_silence = std::chrono::seconds(5);

// What a peer can make this program hold in memory.
constexpr std::uint32_t max_len2 = 16 * 1024 * 1024;

class StageD {
 public:
  StageD(const Exchange& exchange, CReply c) : exchange_(exchange), c_(std::move(c)) {}

  wire::D2 run() {
    const wire::C2& task = c_.message;
    if (task.len2 > max_len2) {
      throw cli::Failure("stage d: len2 " + std::to_string(task.len2) + " from " +
                         c_.server.text() + ": " + std::to_string(max_len2) +
                         " at most are supported" +
                         after_colon(wire::guess_number(task.len2, 0xffff)));
    }
    const auto packet = wire::encode_d1(task, exchange_.student_id);
    if (exchange_.pause.count() > 0) {
      send_apart(packet);
    } else {
      send_at_once(packet);
    }
    c_.after.end_padding();
    return receive();
  }

 private:
  void send_apart(wire::Bytes packet) {
    const auto pause = std::min(exchange_.pause, all_pauses / std::max(c_.message.num2, 1U));
    for (std::uint32_t i = 0; i < c_.message.num2 && !ended(); ++i) {
      const auto next = net::Deadline::after(pause).or_sooner(exchange_.deadline);
      if (i > 0) c_.after.receive(c_.connection, next);
      if (!ended()) send(packet, 1);
    }
  }

  void send_at_once(wire::Bytes packet) {
    std::vector<std::uint8_t> piece;
    const auto max_count =
        static_cast<std::uint32_t>(std::max<std::size_t>(max_piece / packet.size(), 1));
    while (sent_ < c_.message.num2 && !ended()) {
      const std::uint32_t count = std::min(c_.message.num2 - sent_, max_count);
      piece.clear();
      for (std::uint32_t i = 0; i < count; ++i) {
        piece.insert(piece.end(), packet.begin(), packet.end());
      }
      send(piece, count);
    }
  }

  // Sends the next `count` messages in one call.
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
                         ": the server did not take it in time");
    } else {
      broken_ = true;  // what the server said before may still be there to read
    }
  }

  bool ended() const { return broken_ || c_.after.ended(); }

  wire::D2 receive() {
    // The second time, all of the time that is left.
    const bool last = exchange_.pause.count() > 0 && c_.message.num2 > 0;
    const net::Clock::duration silence = last ? std::chrono::hours(24) : max_silence;
    const auto packet = c_.after.receive_d2(c_.connection, silence, exchange_.deadline);
    if (!packet) fail();
    const wire::D2 message = *wire::decode_d2(*packet);
    exchange_.narrator.received(
        "d2", c_.server, *packet, wire::text(message),
        wire::server_header(wire::Message::d2, c_.message.secret_c, exchange_.student_id));
    return message;
  }

  [[noreturn]] void fail() const {
    const std::size_t extra = c_.after.extra().size();
    const std::string came =
        extra == 0 ? "nothing"
                   : (extra < d2_size ? "only " : "") + std::to_string(extra) + " bytes";
    throw NoD2("stage d: awaited d2 (16 bytes) from " + c_.server.text() + " after " +
               std::to_string(sent_) + " of " + std::to_string(c_.message.num2) + " messages: " +
               came + " came" + (c_.after.ended() ? ", then the connection was closed" : "") +
               after_colon(wire::guess_in_place_of(wire::Message::d2, c_.after.extra())) + c_.odd);
  }

  const Exchange& exchange_;
  CReply c_;
  std::uint32_t sent_ = 0;
  bool broken_ = false;  // the server takes no more bytes
};

}  // namespace

wire::D2 stage_d(const Exchange& exchange, CReply c) {
  return StageD(exchange, std::move(c)).run();
}

}  // namespace client
