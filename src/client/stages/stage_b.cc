#include <map>
#include <optional>
#include <system_error>

#include "client/stages/exchange.hh"
#include "client/stages/stages.hh"
#include "net/datagram.hh"
#include "net/wait.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

class StageB {
 public:
  StageB(const Exchange& exchange, AReply& a) : exchange_(exchange), a_(a) { begin(); }

  BReply run() {
    std::optional<BReply> reply;
    while (!reply) {
      send_due();
      if (exchange_.deadline.passed() || refusals_.for_good()) fail();
      net::wait_readable({a_.socket.get()}, next_due().or_sooner(exchange_.deadline));
      for (int i = 0; i < net::max_in_turn && !reply; ++i) {
        const auto incoming = receive(a_.socket);
        if (!incoming) break;
        if (!incoming->error) {
          reply = take(incoming->packet, incoming->from);
        } else if (incoming->from == a_.server) {
          refuse(incoming->error);
        }
      }
    }
    return *reply;
  }

 private:
  void begin() {
    const wire::A2& task = a_.message;
    if (task.len > max_len) {
      throw cli::Failure("stage b: len " + std::to_string(task.len) + " from " + a_.server.text() +
                         ": " + std::to_string(max_len) + " at most fit a datagram" +
                         after_colon(wire::guess_number(task.len, max_len)));
    }
    next_id_ = 0;
    in_flight_.clear();
    resend_.begin();
  }

  void send(std::uint32_t id) {
    resend_.sent(id);
    if (in_flight_.contains(id) && acked_ < a_.message.num) {
      exchange_.narrator.note("  no ack of packet_id " + std::to_string(id) + ": sent again");
    }
    const auto packet = wire::encode_b1(a_.message, id, exchange_.student_id);
    exchange_.narrator.sent("b1", a_.server, packet,
                            "packet_id " + std::to_string(id) + " of " +
                                std::to_string(a_.message.num) + ", " +
                                std::to_string(a_.message.len) + " zero bytes");
    refusals_.sent();
    // A packet that cannot be sent now is as good as lost, and is sent again.
    unsent_ = net::send_datagram(a_.socket.get(), packet, a_.server);
    in_flight_[id] = net::Deadline::after(resend_.get());
    if (unsent_) return refuse(unsent_);
    ++sent_;
  }

  // What is due again first, then new packets while the window has room. The last packet stays in
  // flight after its ack, since nothing else asks the server again for a lost b2.
  void send_due() {
    for (const auto& [id, due] : in_flight_) {
      if (due.passed()) send(id);
    }
    while (next_id_ < a_.message.num && in_flight_.size() < exchange_.window) send(next_id_++);
  }

  net::Deadline next_due() const {
    net::Deadline soonest;
    for (const auto& [id, due] : in_flight_) soonest = soonest.or_sooner(due);
    return soonest;
  }

  void refuse(std::error_code error) {
    exchange_.narrator.note("  " + a_.server.text() + ": " + error.message());
    refusals_.refused();
  }

  std::optional<BReply> take(wire::Bytes packet, const net::Address& from) {
    if (replaced_.sent(from, packet, a_.message)) {
      exchange_.narrator.note("< ignored " + std::to_string(packet.size()) + " bytes from " +
                              from.text() + ", of the session before");
      return std::nullopt;
    }
    if (is_strangers(packet, from)) {
      exchange_.narrator.note("< ignored " + std::to_string(packet.size()) + " bytes from " +
                              from.text() + ", a stranger");
      return std::nullopt;
    }
    const bool whole = packet.size() % 4 == 0;
    const auto foreign = wire::judge_no_message(packet, a_.message);
    std::optional<wire::Message> message;
    if (whole && !foreign) message = wire::recognise(packet, a_.message.num);
    if (message == wire::Message::b2) return take_b2(*wire::decode_b2(packet), packet, from);
    if (message == wire::Message::ack) {
      take_ack(*wire::decode_ack(packet), packet, from);
    } else if (message == wire::Message::a2) {
      take_late_a2(*wire::decode_a2(packet), from);
    } else {
      seen_ = (foreign ? *foreign : wire::stage_b_size_fault(packet.size())).text();
      exchange_.narrator.note("< ignored from " + from.text() + ": " + seen_);
    }
    return std::nullopt;
  }

  // Anybody can send to this socket. A server may answer from another port or address than it
  // named, but then it shows secretA, or is a second a2; from its own host, a b2 must at least be
  // usable.
  bool is_strangers(wire::Bytes packet, const net::Address& from) const {
    const auto header = wire::decode_header(packet);
    if (from == a_.server || (header && header->psecret == a_.message.secret_a)) return false;
    if (!from.same_host(a_.server)) {
      return !header || *header != wire::server_header(wire::Message::a2, 0, exchange_.student_id);
    }
    const auto b2 = wire::decode_b2(packet);
    return b2 && wire::recognise(packet, a_.message.num) == wire::Message::b2 &&
           wire::judge_port(*b2);
  }

  void take_ack(const wire::Ack& ack, wire::Bytes packet, const net::Address& from) {
    exchange_.narrator.received("ack", from, packet, "packet_id " + std::to_string(ack.packet_id),
                                expected_header(wire::Message::ack));
    resend_.acked(ack.packet_id);
    const bool awaited = in_flight_.contains(ack.packet_id) && acked_ < a_.message.num;
    if (!awaited) {
      if (ack.packet_id >= next_id_ && !in_flight_.empty()) {
        const std::uint32_t first = in_flight_.begin()->first;
        seen_ = "ack: " + wire::judge_ack(ack.packet_id, first)->text();
        exchange_.narrator.note("  deviation: " + seen_);
      }
      return;
    }
    seen_ = "ack of packet " + std::to_string(ack.packet_id);
    if (++acked_ < a_.message.num) {
      in_flight_.erase(ack.packet_id);
    } else {
      in_flight_[ack.packet_id] = net::Deadline::after(b2_interval);
    }
  }

  BReply take_b2(const wire::B2& message, wire::Bytes packet, const net::Address& from) {
    exchange_.narrator.received("b2", from, packet, wire::text(message),
                                expected_header(wire::Message::b2));
    // What was sent and not acked may be there: its ack is late, or was lost.
    if (next_id_ < a_.message.num) {
      exchange_.narrator.note("  deviation: b2 came when " + std::to_string(next_id_) + " of " +
                              std::to_string(a_.message.num) + " packets had been sent");
    }
    if (const auto fault = wire::judge_port(message)) {
      throw cli::Failure("stage b: b2 from " + from.text() + ": " + fault->text());
    }
    return {message, a_.server.with_port(static_cast<std::uint16_t>(message.tcp_port))};
  }

  // An a1 that was sent twice has opened two sessions; some servers forget the first for the
  // second.
  void take_late_a2(const wire::A2& message, const net::Address& from) {
    if (replaced_.came_before(message, a_.message)) {
      exchange_.narrator.note("< the same a2 once more from " + from.text());
      return;
    }
    exchange_.narrator.note("< another a2 from " + from.text());
    resend_.late_a2(a_.time);
    seen_ = "another a2";
    if (acked_ > 0 || wire::judge_port(message)) return;
    replaced_.add(a_.message);
    a_.message = message;
    a_.server = a_.server.with_port(static_cast<std::uint16_t>(message.udp_port));
    begin();
  }

  wire::Header expected_header(wire::Message message) const {
    return wire::server_header(message, a_.message.secret_a, exchange_.student_id);
  }

  [[noreturn]] void fail() const {
    const wire::A2& task = a_.message;
    const std::string awaited = acked_ < task.num && !in_flight_.empty()
                                    ? "the ack of packet " +
                                          std::to_string(in_flight_.begin()->first) + " of " +
                                          std::to_string(task.num)
                                    : "b2";
    throw cli::Failure("stage b: awaited " + awaited + " from " + a_.server.text() + ": " +
                       std::to_string(sent_) + " packets sent, " + std::to_string(acked_) +
                       " acked; last came: " + seen_ +
                       (unsent_ ? "; the last one could not be sent: " + unsent_.message()
                        : refusals_.is_refused() ? "; the last one sent was refused"
                                                 : ""));
  }

  const Exchange& exchange_;
  AReply& a_;
  std::uint32_t next_id_ = 0;
  std::uint32_t acked_ = 0;
  std::uint64_t sent_ = 0;
  std::map<std::uint32_t, net::Deadline> in_flight_;  // packet_id → when it is due again
  ReplacedSessions replaced_;
  ResendInterval resend_;
  PortRefusals refusals_;
  std::error_code unsent_;  // why the last packet could not be sent, if so
  std::string seen_ = "nothing";
};

}  // namespace

BReply stage_b(const Exchange& exchange, AReply& a) { return StageB(exchange, a).run(); }

}  // namespace client
