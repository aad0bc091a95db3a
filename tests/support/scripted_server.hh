// A server of the four-stage protocol that differs from the text in chosen ways, as public servers
// do.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/datagram.hh"
#include "net/listener.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace scripted {

using namespace std::chrono_literals;
using Packet = std::vector<std::uint8_t>;

// One server's ways; the default keeps the protocol.
struct Ways {
  std::string name;
  int family = AF_INET;
  std::uint32_t num = 4, len = 5, num2 = 3, len2 = 6;
  std::uint8_t c = 0x63;
  std::uint32_t secrets[4] = {101, 102, 103, 104};
  // What becomes of a message before it is sent; by its name: "a2", "ack", "b2", "c2", "d2".
  std::function<void(const std::string& message, Packet& packet)> change = [](auto&, auto&) {};

  int a1_lost = 0;  // first ones
  // The first a2 is held back until a second a1 comes, which replaces the session of the first.
  bool newest_session_only = false;
  bool a2_from_fresh_port = false;
  bool wants_dynamic_source = false;                   // source ports below 49152 are not answered
  bool garbage = false;                                // datagrams of odd sizes before each reply
  std::chrono::milliseconds udp_late{0}, tcp_late{0};  // the port opens after it was named
  int acks_lost = 0;                                   // of each packet, first ones
  bool every_ack_twice = false;
  bool stale_acks = false;          // each ack is followed by that of the packet before
  bool in_order_only = false;       // an unexpected id ends the session
  bool refuses_duplicates = false;  // of acked packets, sooner than 0.5 s
  int b2_lost = 0;                  // first ones; sent again for a packet that comes again
  bool b2_before_last_ack = false;
  bool c2_unpadded = false;
  bool c2_in_bytes = false;      // one byte a segment
  bool c2_padding_late = false;  // goes out together with d2
  bool one_recv_a_message = false;
  bool refuses_early_half_close = false;
  bool d2_in_bytes = false;
  bool keeps_open = false;  // after d2
};

// Serves sessions on loopback until it is destroyed.
class Server {
 public:
  explicit Server(Ways ways);
  ~Server();
  [[nodiscard]] const net::Address& address() const { return udp_.address; }
  // What went wrong from the server's point of view, if anything.
  [[nodiscard]] std::string complaint() const { return complaint_; }

 private:
  void serve(const std::stop_token& stop);
  void answer_a1(const net::Datagram& a1, wire::Bytes packet);
  void take_b1(const net::Datagram& datagram, wire::Bytes packet);
  void send(int fd, const std::string& name, Packet packet, const net::Address& to);
  void serve_tcp(const std::stop_token& stop, net::FileDescriptor accepted);
  void complain(const std::string& text);

  Ways ways_;
  net::Listener udp_;
  net::FileDescriptor fresh_;
  net::Listener stage_b_;
  std::optional<net::Deadline> open_stage_b_at_, open_tcp_at_;
  net::Listener tcp_;
  std::uint16_t id_ = 0;
  int a1_count_ = 0, b2_count_ = 0;
  Packet held_a2_;
  std::vector<int> seen_;
  std::vector<net::Clock::time_point> acked_at_;
  std::set<std::uint32_t> acked_;
  std::string complaint_;
  std::jthread thread_;
};

}  // namespace scripted
