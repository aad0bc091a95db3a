// One client's way through stages b, c and d, on a thread of its own.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "cli/log.hh"
#include "net/address.hh"
#include "net/datagram.hh"
#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"
#include "server/stages/session_log.hh"
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
  std::size_t per_host = 0;           // sessions of one host at once; 0: any number
  cli::LogWriter* records = nullptr;  // a line of JSON for each session
};

// A fault of a datagram that may be longer than what was taken of it: its size is told whole.
inline std::optional<wire::Fault> with_size(std::optional<wire::Fault> fault,
                                            const net::Datagram& datagram) {
  if (fault && fault->rule == wire::Rule::size) {
    fault->seen = std::to_string(datagram.size) + " bytes";
  }
  return fault;
}

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
  // silent, or the pool stops; then says on one line of stderr how it went. It may be that a2 could
  // not be sent.
  void run(net::ThreadPool& pool, std::error_code a2_unsent = {});

 private:
  // Thrown inside: the session is over.
  struct Ended {
    std::string what;                       // "b1: step 2, 1 expected"
    std::optional<wire::Fault> fault = {};  // the rule that the client broke, if it did
    std::string message = {};               // that broke it: "b1"
    std::string context = {};  // what the session itself did, where it explains the end
  };
  // By a message that breaks a rule: "b1", "d1 2 of 5", "c1: the client spoke before c2".
  static Ended broken(const std::string& message, const wire::Fault& fault) {
    return {message + ": " + fault.text(), fault, message.substr(0, message.find(':'))};
  }

  // What came at the UDP port of stage b.
  struct Arrival {
    net::Datagram datagram;
    // No right datagram is longer; the rest of a longer one is not needed to refuse it.
    std::array<std::uint8_t, 2048> buffer;

    [[nodiscard]] wire::Bytes packet() const {
      return wire::Bytes(buffer).first(std::min(datagram.size, buffer.size()));
    }
    // When it came, on the system's clock where that told it.
    [[nodiscard]] std::chrono::nanoseconds time() const {
      return datagram.arrival.count() > 0 ? datagram.arrival : net::Clock::now().time_since_epoch();
    }
    // Of a right b1, which begins as an ack does.
    [[nodiscard]] std::uint32_t packet_id() const { return wire::decode_ack(packet())->packet_id; }
  };

  enum class Input { none, connection, datagram };

  static net::Listener open_or_reserve(const net::Address& local, int type,
                                       std::chrono::milliseconds late);
  void stage_b();
  void receive_b1();
  void take_b1(const Arrival& arrival);
  void open_tcp_port();
  void wait_for_descriptor() const;
  net::Stream stage_c();
  void send_b2(const net::Address& to);
  void stage_d(net::Stream& connection);
  void send_stream(net::Stream& connection, wire::Bytes message, const std::string& name,
                   const std::string& fields);
  void receive_d1(net::Stream& connection, std::uint32_t index, std::span<std::uint8_t, 3> padding);
  void check_padding_before(std::uint32_t index, wire::Bytes padding, wire::Bytes next) const;
  void expect_quiet(net::Stream& connection, std::chrono::milliseconds span,
                    const std::string& message, wire::Rule rule);

  // Waits for input, and does what is due meanwhile, until the client has been silent for too
  // long, or has sent nothing new for much longer.
  Input wait();
  void expect_within(std::chrono::milliseconds span);
  // The next datagram that counts, without waiting; false when there is none.
  bool receive(Arrival& arrival);
  // The rule that it breaks, if it does.
  std::optional<wire::Fault> fault_of(const Arrival& arrival) const;
  bool belongs(wire::Bytes packet, const net::Address& from) const;
  void pass_over(const Arrival& arrival);
  void send(wire::Bytes packet, const net::Address& to, const std::string& name,
            const std::string& fields);
  void check_stopping() const;
  // With the time since the session began: "session 1: > b2 to 127.0.0.1:4242 at 0.512 s: …".
  void narrate(const std::string& event, const std::string& fields = {}) const;
  std::string silence_text() const;
  std::string standstill_text() const;
  std::chrono::milliseconds max_standstill() const { return 10 * rules_.silence; }
  std::string summary(const std::string& outcome) const;
  std::string conduct() const;
  void record(const Ended* ended) const;

  const std::uint64_t number_;
  const net::Address client_;  // that sent a1
  const std::uint16_t student_id_;
  const StageRules rules_;
  const net::Clock::time_point begin_ = net::Clock::now();
  const std::chrono::system_clock::time_point time_ = std::chrono::system_clock::now();
  const SessionPlan plan_;
  StageNumbers numbers_;  // with the ports
  SessionLog log_;
  std::uint32_t missing_;  // packets of stage b that are not acked yet
  TimerQueue timers_;
  net::Deadline silent_, standstill_;
  unsigned since_silent_ = 0;  // datagrams and connections
  std::vector<net::Address>
      sources_;              // of datagrams with the right psecret, and of a1; the newest last
  std::string passed_over_;  // what may have been the client's, in words: the first of it
  net::Listener udp_;
  net::Listener tcp_;
  bool tcp_open_ = false;
  net::ThreadPool* pool_ = nullptr;
  char stage_ = 'b';
  std::uint64_t received_ = 0, sent_ = 0;
  std::error_code unsent_;  // why the last datagram could not be sent, if so
};

}  // namespace server
