// A session of a check with the server under check, one step at a time: right unless a check makes
// it wrong.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace client {

using namespace std::chrono_literals;

// How long a check waits for what has to come, for silence to count as silence, for a port that
// comes late, for a session that must time out after 3 s, and for a connection that must be closed.
inline constexpr auto answer_wait = 4s;
inline constexpr auto silence_wait = 2s;
inline constexpr auto late_wait = 3s;
inline constexpr auto forget_wait = 3700ms;
inline constexpr auto close_wait = 5s;
// A packet that is not acked is sent again after this; one may be lost on the way.
inline constexpr auto resend_wait = 500ms;
// Sessions opened until one has the numbers that a check needs.
inline constexpr int max_sessions = 8;

// Local ports for the sockets of checks, each once, so that no session hears what was for another
// before it, and no server takes two sessions for one. They are dynamic ports (RFC 6335), as the
// strictest servers want, but of those that Linux gives to nobody by itself (ip(7),
// ip_local_port_range): a server on the same host does not get them either.
class LocalPorts {
 public:
  LocalPorts();
  std::uint16_t next();

 private:
  static constexpr unsigned first_ = 61000, count_ = 65536 - first_;
  std::atomic<unsigned> given_;
};

// The server under check, shared by all checks.
struct Target {
  net::Address address;
  std::uint16_t student_id = 0;
  bool verbose = false;
  // Right a1s in a row without an answer: after a few the server is taken for dead.
  std::atomic<int> unanswered = 0;
  LocalPorts ports = {};
};

// One check under way.
struct Trial {
  Target& target;
  std::size_t number = 0;       // of the check
  net::Deadline deadline = {};  // by which it must have come to an end
  std::string sent = {};        // what was sent last, in words
};

// The server breaks the rule; says what was seen.
class Broken : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The check could not be made; says why.
class NotMade : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What the check is about does not occur with this server; says what was sought.
class Skipped : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The server's messages, in their order.
enum class Message { a2, ack, b2, c2, d2 };

// Every step throws NotMade when the server does not take it.
class CheckSession {
 public:
  explicit CheckSession(Trial& trial);

  // Takes every step up to a message, rightly.
  void reach(Message message);

  // Stage a: sends right a1s until an a2 comes.
  void open();
  // The same, in one session after the other until a2 fits; throws Skipped if it never does.
  void open_with(bool (*fits)(const wire::A2&), const std::string& what);

  // Stage b: sends a right packet, again every 0.5 s, until it is acked or b2 comes.
  void deliver(std::uint32_t packet_id);
  // Delivers what is not acked yet, and waits for b2.
  void finish_b();
  // Sends one packet, right or wrong.
  void send_b1(std::uint32_t packet_id);
  void send_udp(wire::Bytes packet, std::uint32_t port, const std::string& what);
  // From now on another socket of the client sends and receives.
  void change_socket();
  // The next thing that comes over UDP until the deadline. Acks and b2 are remembered below. What
  // comes from elsewhere than the server's ports, as they are known, is for somebody else.
  enum class Event { nothing, refused, ack, b2, other };
  Event take(net::Deadline deadline);

  // Stage c: connects to tcp_port, trying for a while if it comes late or only once; takes c2.
  void connect();
  void connect_once();
  void take_c2();
  // Stages a to c, in one session after the other until c2 fits; throws Skipped if it never does.
  void reach_c2_with(bool (*fits)(const wire::C2&), const std::string& what);

  // Stage d: sends a part of the stream, right or wrong; all of it, message by message; takes d2.
  void send_d1(wire::Bytes bytes, const std::string& what);
  void send_all_d1();
  void take_d2();
  // All of the right messages as one piece.
  [[nodiscard]] std::vector<std::uint8_t> right_d1s() const;
  void half_close();
  void drop_connection(bool reset);
  // What comes over the connection until it is closed or the deadline passes.
  struct End {
    bool closed = false;
    bool d2 = false;   // something of the size of d2 came
    std::string seen;  // in words
  };
  End await_end(net::Deadline deadline);

  // A message as it came, and the header it should have had.
  [[nodiscard]] wire::Bytes packet(Message message) const;
  [[nodiscard]] wire::Header expected_header(Message message) const;

  std::uint16_t student_id;
  wire::A2 a{};
  wire::B2 b{};
  wire::C2 c{};
  wire::D2 d{};
  std::set<std::uint32_t> acked;
  bool has_b2 = false;
  net::Address a2_from;

 private:
  void restart();
  void keep(Message message, wire::Bytes packet);
  void narrate(const std::string& text) const;
  void expect_time() const;
  [[nodiscard]] bool from_server(const net::Address& from) const;

  Trial& trial_;
  net::FileDescriptor socket_;
  unsigned from_elsewhere_ = 0;
  std::optional<net::Stream> connection_;
  std::vector<std::uint8_t> came_;  // behind the first 25 bytes of c2
  std::array<std::vector<std::uint8_t>, 5> packets_;
};

// Throws NotMade unless the server still answers a right a1.
void expect_serving(Trial& trial);

}  // namespace client
