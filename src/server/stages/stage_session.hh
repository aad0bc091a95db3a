// One client's way through stages b, c and d, on a thread of its own.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/address.hh"
#include "net/datagram.hh"
#include "net/file_descriptor.hh"
#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"
#include "server/stages/exercise_log.hh"
#include "server/stages/session_plan.hh"
#include "server/stages/timer_queue.hh"
#include "wire/stage.hh"

namespace server {

// What the command line sets for every session.
struct StageRules {
  std::chrono::milliseconds silence;  // allowed to a client
  unsigned loss_percent;              // of data packets not acked
  bool verbose;
  // Clients are exercised: the awkward plan of session 1 is drawn from this seed, that of
  // session 2 from the next number, and so on.
  std::optional<std::uint64_t> exercise_seed = {};
};

// Owns its sockets; they are gone, ports and all, when it is.
class StageSession {
 public:
  // How many descriptors a session needs at most beyond the one that it begins with.
  static constexpr int more_descriptors = 2;

  // Binds the UDP port of stage b on the address at which the client's a1 arrived, so that it is
  // there before a2 names it. Throws std::system_error.
  StageSession(std::uint64_t number, const net::Address& client, const net::Address& local,
               std::uint16_t student_id, const StageRules& rules);

  // The message that answers a1.
  [[nodiscard]] std::vector<std::uint8_t> a2() const;

  // Goes through the stages until the last secret is out, a rule is broken, the client falls
  // silent, or the pool stops; then says on one line of stderr how it went.
  void run(net::ThreadPool& pool);

 private:
  // Thrown inside: the session is over, and why.
  class Ended : public std::runtime_error {
   public:
    explicit Ended(const std::string& why) : std::runtime_error(why) {}
    // By the client, who broke a rule.
    Ended(wire::Rule rule, const std::string& why) : std::runtime_error(why), broken(rule) {}

    std::optional<wire::Rule> broken;
  };

  // What came at the UDP port of stage b.
  struct Arrival {
    net::Datagram datagram;
    // No right datagram is longer; the rest of a longer one is not needed to refuse it.
    std::array<std::uint8_t, 2048> buffer;

    [[nodiscard]] wire::Bytes packet() const {
      return wire::Bytes(buffer).first(std::min(datagram.size, buffer.size()));
    }
    // Of a right b1, which begins as an ack does.
    [[nodiscard]] std::uint32_t packet_id() const { return wire::decode_ack(packet())->packet_id; }
  };

  enum class Input { none, connection, datagram };

  static net::Listener open_or_reserve(const net::Address& local, int type,
                                       std::chrono::milliseconds late);
  void stage_b();
  void answer_b1(std::uint32_t packet_id, const net::Datagram& datagram);
  void open_tcp_port();
  void wait_for_descriptor() const;
  net::Stream stage_c();
  void stage_d(net::Stream& connection);
  void send_stream(net::Stream& connection, wire::Bytes message, const std::string& name);
  void receive_d1(net::Stream& connection, std::uint32_t index);
  void expect_quiet(net::Stream& connection, std::chrono::milliseconds span,
                    const wire::Fault& fault);

  // Waits for input, and does what is due meanwhile, until the client's time is over.
  Input wait(net::Deadline silent);
  // The next datagram that counts, without waiting; false when there is none.
  bool receive(Arrival& arrival);
  bool belongs(wire::Bytes packet, const net::Address& from) const;
  void send(wire::Bytes packet, const net::Address& to, const std::string& name);
  void check_stopping() const;
  void narrate(const std::string& text) const;
  std::string silence_text() const;
  std::string summary(const std::string& outcome) const;
  std::string exercise() const;

  struct Packet {
    unsigned arrivals = 0;
    bool acked = false;
  };

  const std::uint64_t number_;
  const std::uint16_t student_id_;
  const StageRules rules_;
  const net::Clock::time_point begin_ = net::Clock::now();
  const SessionPlan plan_;
  StageNumbers numbers_;                     // with the ports
  std::optional<ExerciseLog> exercise_log_;  // of an exercised client
  std::vector<Packet> packets_;              // of stage b, by packet_id
  std::uint32_t missing_;                    // of them, not acked yet
  TimerQueue timers_;
  std::vector<net::Address> sources_;  // of datagrams with the right psecret; that of a1 first
  net::Listener udp_;
  net::Listener tcp_;
  bool tcp_open_ = false;
  net::ThreadPool* pool_ = nullptr;
  char stage_ = 'b';
  std::uint64_t received_ = 0, sent_ = 0;
};

}  // namespace server
