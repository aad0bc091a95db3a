// A session of a check with the server under check, one step at a time: right unless a check makes
// it wrong.
#pragma once

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

// The server under check, shared by all checks.
struct Target {
  net::Address address;
  std::uint16_t student_id = 0;
  bool verbose = false;
  // Right a1s in a row without an answer: after a few the server is taken for dead.
  std::atomic<int> unanswered = 0;
};

// One check under way.
struct Trial {
  Target& target;
  std::size_t number = 0;  // of the check
  net::Deadline deadline;  // by which it must have come to an end
  std::string sent = {};   // what was sent last, in words
};

// The server breaks the rule; says what was seen.
class Broken : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The check could not be made; says why.
class NotMade : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What the check is about does not occur with this server.
class Skipped : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The server's messages.
enum class Message { a2, ack, b2, c2, d2 };

// How long a check waits for what has to come, for silence to count as silence, and for a session
// that must time out after 3 s. A packet may be lost on the way, so what may be sent again is.
inline constexpr auto answer_wait = 4s;
inline constexpr auto silence_wait = 2s;
inline constexpr auto forget_wait = 3700ms;
inline constexpr auto close_wait = 5s;
inline constexpr auto resend_wait = 500ms;

class CheckSession {
 public:
  explicit CheckSession(Trial& trial);

  // Stage a. Sends right a1s until an a2 comes; throws NotMade.
  void open();
  // The same, again in a fresh session, until a2 fits the purpose; throws Skipped after 8 sessions.
  void open_with(bool (*fits)(const wire::A2&), const std::string& purpose);

  // Stage b: sends the packet, again every 0.5 s, until it is acked or b2 comes; throws NotMade.
  void deliver(std::uint32_t packet_id);
  // Delivers what is not acked yet, and takes b2; throws NotMade.
  void finish_b();
  // Stages a and b.
  void reach_c();

  // Stage c: connects and takes c2 (in a session whose stages a and b are done); throws NotMade.
  void connect();
  void connect_once();  // without waiting for a listener that comes late
  void take_c2();
  // Stages a to c.
  void reach_d();
  void reach_d_with(bool (*fits)(const wire::C2&), const std::string& purpose);

  // Stage d.
  void send_d1(wire::Bytes bytes, const std::string& what);
  void send_all_d1();
  // All of the right messages as one piece of the stream.
  [[nodiscard]] std::vector<std::uint8_t> right_d1s() const;
  void take_d2();
  void reach_end();

  // Goes on until the message has come.
  void reach(Message message);

  // What comes over UDP until the deadline.
  enum class Event { nothing, refused, ack, b2, other };
  Event take(net::Deadline deadline);
  void send_udp(wire::Bytes packet, std::uint16_t port, const std::string& what);
  void send_b1(std::uint32_t packet_id);
  // From now on another socket of the client sends and receives.
  void change_socket();

  // How the connection ended, once it has, or what came instead by the deadline.
  struct End {
    bool closed = false;
    bool d2 = false;
    std::string seen;
  };
  End await_end(net::Deadline deadline);
  void half_close();
  void drop_connection(bool reset);

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
  net::Address last_from;  // of the last datagram

 private:
  void restart();
  [[nodiscard]] std::string of(std::uint32_t index) const;
  void narrate(const std::string& text) const;
  void expect_time() const;

  Trial& trial_;
  net::FileDescriptor socket_;
  std::optional<net::Stream> connection_;
  std::vector<std::uint8_t> came_;  // behind the first 25 bytes of c2
  std::vector<std::uint8_t> packets_[5];
};

// Throws NotMade unless the server still answers a right a1.
void expect_serving(Trial& trial);

}  // namespace client
