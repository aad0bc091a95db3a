// A server of the four-stage protocol for many clients at once, with the ways of public servers:
// right ones that differ where the protocol leaves them free, and wrong ones.
#pragma once

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace scripted {

using namespace std::chrono_literals;
using Packet = std::vector<std::uint8_t>;

// How stage d is read: as a stream; with a recv() of a message's size for each message; with a
// large recv() for each message; or with one recv() for all.
enum class Reading { stream, recv_of_size, recv_a_message, one_recv };

// The default keeps the protocol, and leaves the first arrival of packet 1 unacked.
struct Ways {
  std::string name;

  // Within the rules.
  net::Family family = net::Family::ipv4;
  std::uint32_t num = 4, len = 5, num2 = 3, len2 = 6;
  bool random_num2 = false;      // 0 to num2
  int sessions_for_nothing = 0;  // first ones, whose num2 is 0
  std::uint8_t c = 0x63;
  std::optional<std::array<std::uint32_t, 4>> secrets = {};  // else fresh ones
  std::uint32_t max_secret = 0;                              // else drawn from 1 to this
  // What becomes of a message before it is sent; by its name: "a2", "ack", "b2", "c2", "d2".
  std::function<void(const std::string& message, Packet& packet)> change = [](auto&, auto&) {};
  std::chrono::milliseconds delay{0};                  // before each reply
  std::chrono::milliseconds a1_delay{0};               // for each a1, one after the other
  std::size_t a1_workers = 1;                          // that many at once, each so long
  std::size_t max_sessions = 10'000;                   // at once; more a1s are dropped
  bool one_client = false;                             // at a time: other a1s wait
  bool one_in_stage_b = false;                         // the same there, for others' packets
  bool newest_client = false;                          // an a1 ends the session before
  bool newest_of_id = false;                           // the same, of its student_id
  std::chrono::milliseconds udp_late{0}, tcp_late{0};  // the port opens after it was named
  bool a2_from_fresh_port = false, acks_from_fresh_port = false;
  int acks_lost = 0;                        // of each packet, first ones
  int late_acks = 0;                        // first ones, 0.6 s late
  unsigned ack_percent = 100;               // of packets acked, by chance
  std::chrono::milliseconds acks_after{0};  // none before
  bool every_ack_twice = false, every_a2_twice = false;
  bool stale_acks = false;          // each ack is followed by that of the packet before
  bool in_order_only = false;       // an unexpected id ends the session
  bool refuses_duplicates = false;  // of acked packets
  bool b2_before_last_ack = false;
  int b2_lost = 0;  // first ones; sent again for a packet that comes again
  bool c2_in_bytes = false, d2_in_bytes = false;  // one byte a segment
  bool c2_padding_late = false;                   // goes out together with d2
  Reading reading = Reading::stream;
  bool refuses_early_half_close = false;

  // What may happen to it, or be wrong with it.
  int a1_lost = 0;  // first ones
  // The first a2 is held back until a second a1 comes, which replaces the session of the first.
  bool newest_session_only = false;
  std::vector<std::uint32_t> first_nums = {};  // of the first sessions, if not as of the others
  bool wants_dynamic_source = false;           // source ports below 49152 are not answered
  bool garbage = false;                        // datagrams of odd sizes before each reply
  // Rules that are not checked in the messages of a stage.
  std::set<std::pair<char, wire::Rule>> unchecked = {};
  std::function<bool(std::uint16_t student_id)> serves = [](auto) { return true; };
  // How it understands a client's message of a stage.
  std::function<void(char stage, Packet& packet)> reads_as = [](auto, auto&) {};
  std::function<bool(wire::Bytes a1)> dies_of = [](auto) { return false; };
  bool one_secret = false;                                          // in all stages
  bool same_secrets = false;                                        // in every session
  bool acks_all = false;                                            // at the first time
  bool b2_early = false;                                            // before the last packet
  bool b2_for_last_id = false;                                      // whatever has come before
  bool counts_duplicates = false;                                   // of acked packets, for b2
  bool goes_on_after_faults = false;                                // in stage b
  std::string words_for_faults = {};                                // the same, before its end
  bool waits_in_b = false, waits_in_c = false, waits_in_d = false;  // for ever
  bool checks_first_message = false;                                // of stage d, and no other
  bool takes_more_messages = false;                                 // than num2
  bool no_d2_for_nothing = false;                                   // where num2 is 0
  bool never_reads = false;                                         // in stage d
  bool keeps_open = false;                                          // after d2
  bool closes_at_once = false;                                      // every connection
  bool floods = false;         // whoever sends an a1, with datagrams of all sizes
  bool floods_stream = false;  // after c2
  int dies_after = -1;         // sessions; it is mute from then on
};

inline void PrintTo(const Ways& ways, std::ostream* out) { *out << ways.name; }

// Serves on loopback until it is destroyed.
class Server {
 public:
  explicit Server(Ways ways);
  ~Server();
  [[nodiscard]] const net::Address& address() const { return udp_.address; }
  // What was wrong first in what a client has sent, if anything.
  [[nodiscard]] std::string complaint() const;

 private:
  struct Session;

  void serve();
  void answer_a1(const net::Datagram& a1, wire::Bytes packet);
  std::chrono::milliseconds wait_for_a_worker();
  void run(Session& session);
  bool stage_b(Session& session);
  bool answer_b1(Session& session, std::uint32_t id, const net::Datagram& b1);
  std::optional<net::Stream> stage_c(Session& session);
  void stage_d(Session& session, net::Stream& connection);
  bool receive_messages(Session& session, net::Stream& connection);
  void send(const Session& session, const std::string& name, Packet packet, const net::Address& to);
  static void flood(const Session& session);
  bool right(char stage, const std::optional<wire::Fault>& fault);
  bool complain(const std::string& text);  // false
  std::array<std::uint32_t, 4> draw_secrets();
  Packet changed(const std::string& name, Packet packet) const;
  Packet read(char stage, wire::Bytes bytes) const;

  const Ways ways_;
  net::Listener udp_;
  std::array<std::uint32_t, 4> first_secrets_;
  int a1_lost_ = 0;
  std::atomic<int> count_ = 0, acks_ = 0;
  std::vector<std::atomic<int>> newest_ =
      std::vector<std::atomic<int>>(65536);  // session, by student_id
  std::vector<net::Clock::time_point> workers_free_at_;
  Packet held_a2_;
  std::string complaint_;
  mutable std::mutex mutex_;
  std::mutex in_stage_b_;
  // Threads that are over are joined, so that only the sessions under way cost memory.
  struct Running {
    std::shared_ptr<std::atomic<bool>> over;
    net::JoiningThread thread;
  };
  std::atomic<bool> stop_ = false;
  std::list<Running> sessions_;
  net::JoiningThread thread_;
};

}  // namespace scripted
