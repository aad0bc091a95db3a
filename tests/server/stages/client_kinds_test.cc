// Right clients of many kinds, as students write them, while one datagram in twenty is lost each
// way: all get the last secret, and none needs more than twice the packets that it has to send.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "net/joining_thread.hh"
#include "server/stages/session_plan.hh"
#include "support/from_environment.hh"
#include "support/scripted/needs_descriptors.hh"
#include "support/stage_server_peer.hh"

namespace server {
namespace {

NEEDS_DESCRIPTORS(256);

constexpr std::uint32_t loss_percent = 5;
constexpr auto resend_interval = 500ms;

// How a client goes through the stages, where it differs from the others.
struct Kind {
  const char* name;
  std::uint32_t window = 1;               // packets under way
  bool backwards = false;                 // the last packet_id first
  bool needs_last_ack = false;            // passes over b2 before the ack of the last packet
  bool resends_on_stale = false;          // at once, when anything else comes than what it awaits
  bool flushes = false;                   // throws away what has come before it sends
  bool socket_a_stage = false;            // another socket for stage b
  bool socket_a_packet = false;           // a new socket each time it sends
  std::chrono::milliseconds pause = 0ms;  // before each new packet, and before it connects
  bool takes_c_for_text = false;          // dies of what is not ASCII
  bool reads_c_as_two_bytes = false;
  std::size_t piece = 100'000;  // bytes of stage d in one send
  std::uint8_t pad = 0;
};

const Kind kinds[] = {
    {.name = "StopAndWait"},
    {.name = "StopAndWaitThatNeedsItsLastAck", .needs_last_ack = true},
    {.name = "ResendsOnAnythingStale", .needs_last_ack = true, .resends_on_stale = true},
    {.name = "ResendsOnAnythingStaleAndTakesB2Early", .resends_on_stale = true},
    {.name = "FlushesBeforeItSends", .needs_last_ack = true, .flushes = true},
    {.name = "Backwards", .backwards = true},
    {.name = "SmallWindow", .window = 3},
    {.name = "AllAtOnce", .window = 64},
    {.name = "AllAtOnceBackwards", .window = 64, .backwards = true},
    {.name = "SocketForEachStage", .socket_a_stage = true},
    {.name = "SocketForEachPacket", .socket_a_packet = true},
    {.name = "SocketForEachPacketThatNeedsItsLastAck",
     .needs_last_ack = true,
     .socket_a_packet = true},
    {.name = "Slow", .pause = 600ms},
    {.name = "DecodesText", .takes_c_for_text = true},
    {.name = "ReadsCAsTwoBytes", .reads_c_as_two_bytes = true, .piece = 1},
    {.name = "PadsWithAnything", .piece = 17, .pad = 0xa5},
};

class LossyClient {
 public:
  LossyClient(Server& server, const Kind& kind, std::uint64_t seed)
      : kind_(kind), draw_(seed), client_(server) {}

  // What went wrong; empty when it has the last secret.
  std::string run() {
    stage_a();
    if (!stage_b()) return "stage b: no b2 within its time";
    if (sent_ > 2 * needed()) {
      return std::to_string(sent_) + " packets sent, " + std::to_string(needed()) + " needed";
    }
    std::this_thread::sleep_for(kind_.pause);
    client_.stage_c = client_.main_port.with_port(static_cast<std::uint16_t>(client_.b.tcp_port));
    auto connection = client_.connect();
    client_.expect_c2(connection);
    if (kind_.takes_c_for_text && client_.c.c >= 0x80) return "c is no text";
    for (Packet all = all_d1(); !all.empty();) {
      const auto piece = std::min(kind_.piece, all.size());
      (void)connection.send_all(wire::Bytes(all).first(piece), net::Deadline::after(20s));
      all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(piece));
    }
    client_.expect_d2(connection);
    return client_.d.secret_d == 0 ? "no secretD" : "";
  }

 private:
  bool lost() {
    const bool is_lost = draw_(0, 99) < loss_percent;
    lost_ += is_lost;
    return is_lost;
  }

  // The next datagram that was not lost.
  std::optional<Packet> receive(net::Deadline deadline) {
    while (socket().wait(deadline)) {
      const auto packet = socket().take();
      if (!packet) continue;
      if (packet->size() == 16) ++acks_;
      if (!lost() && !loses_last_ack(*packet)) return packet;
    }
    return std::nullopt;
  }

  // Who needs it loses it at first, for certain.
  bool loses_last_ack(const Packet& packet) {
    if (!kind_.needs_last_ack || last_ack_lost_ || packet.size() != 16) return false;
    last_ack_lost_ = wire::decode_ack(packet)->packet_id == last_;
    lost_ += last_ack_lost_;
    return last_ack_lost_;
  }

  Datagrams& socket() { return fresh_ ? *fresh_ : client_.udp; }

  void stage_a() {
    while (true) {
      client_.udp.send(wire::encode_a1(client_.id), client_.main_port);
      const auto a2 = receive(net::Deadline::after(resend_interval));
      if (!a2) continue;
      client_.a = *wire::decode_a2(*a2);
      client_.stage_b = client_.main_port.with_port(static_cast<std::uint16_t>(client_.a.udp_port));
      if (kind_.socket_a_stage) fresh_.emplace();
      return;
    }
  }

  void send(std::uint32_t id) {
    if (kind_.socket_a_packet) fresh_.emplace();
    while (kind_.flushes && client_.udp.take()) {
    }
    ++sent_;
    if (lost()) return;
    ++arrived_;
    socket().send(client_.b1(id), client_.stage_b);
  }

  bool stage_b() {
    const auto end = net::Deadline::after(60s);
    std::vector<std::uint32_t> todo(client_.a.num);
    for (std::uint32_t i = 0; i < todo.size(); ++i) todo[i] = i;
    if (kind_.backwards) std::ranges::reverse(todo);
    last_ = todo.back();
    bool has_b2 = false;
    while (!end.passed() && !todo.empty()) {
      if (kind_.pause > 0ms && receive_until_b2(net::Deadline::after(kind_.pause))) has_b2 = true;
      std::vector<std::uint32_t> flight(
          todo.begin(), todo.begin() + std::min<std::ptrdiff_t>(kind_.window, std::ssize(todo)));
      for (const std::uint32_t id : flight) send(id);
      auto due = net::Deadline::after(resend_interval);
      while (!flight.empty()) {
        const auto packet = receive(due);
        if (!packet) break;
        if (packet->size() == 20 && !kind_.needs_last_ack) {
          client_.b = *wire::decode_b2(*packet);
          return true;
        }
        const auto ack = wire::decode_ack(*packet);
        if (packet->size() == 16 && std::erase(flight, ack->packet_id) > 0) {
          std::erase(todo, ack->packet_id);
        } else if (kind_.resends_on_stale) {
          send(flight.front());
          due = net::Deadline::after(resend_interval);
        }
      }
    }
    // All are acked: the last one asks for b2 again.
    while (!end.passed() && !has_b2) {
      has_b2 = receive_until_b2(net::Deadline::after(resend_interval));
      if (!has_b2) send(last_);
    }
    return has_b2;
  }

  bool receive_until_b2(net::Deadline deadline) {
    while (const auto packet = receive(deadline)) {
      if (packet->size() != 20) continue;
      client_.b = *wire::decode_b2(*packet);
      return true;
    }
    return false;
  }

  // Each packet once, and once more for each loss and each ack that the server withheld.
  [[nodiscard]] std::uint64_t needed() const {
    return client_.a.num + lost_ + (arrived_ - std::min(arrived_, acks_));
  }

  Packet all_d1() const {
    Packet data(client_.c.len2, client_.c.c);
    const Packet one = wire::encode(client_.c.secret_c, 1, client_.id, data, kind_.pad);
    Packet all;
    for (std::uint32_t i = 0; i < client_.c.num2; ++i)
      all.insert(all.end(), one.begin(), one.end());
    return all;
  }

  const Kind& kind_;
  Seeded draw_;
  Client client_;
  std::optional<Datagrams> fresh_;
  std::uint32_t last_ = 0;  // packet_id to be acked last
  bool last_ack_lost_ = false;
  std::uint64_t lost_ = 0, sent_ = 0, arrived_ = 0, acks_ = 0;
};

// All at once, since they mostly wait.
TEST(ClientKinds, AllCompleteWhileDatagramsAreLost) {
  Server server(3s, 25, 10'000);
  std::vector<net::JoiningThread> clients;
  for (std::uint64_t run = from_environment("SOCKHOP_RUNS", 5); run > 0; --run) {
    for (const Kind& kind : kinds) {
      clients.emplace_back([&, seed = clients.size()] {
        const std::string fault = LossyClient(server, kind, seed).run();
        EXPECT_EQ(fault, "") << kind.name << ", seed " << seed;
      });
    }
  }
}

}  // namespace
}  // namespace server
