// A session of a check with the server under check, one step at a time: right unless a check makes
// it wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "client/check/target.hh"
#include "client/stages/exchange.hh"
#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace client {

using namespace std::chrono_literals;

// How long a check waits for what has to come, for silence to count as silence, for a session that
// must time out after 3 s, and for a connection that must be closed.
inline constexpr auto answer_wait = 4s;
inline constexpr auto silence_wait = 2s;
inline constexpr auto forget_wait = 3700ms;
inline constexpr auto close_wait = 5s;
// Sessions opened until one has the numbers that a check needs.
inline constexpr int max_sessions = 8;

using wire::Message;

// What a server can make a check send in a stage, and hold in memory.
inline constexpr std::uint32_t max_count = 10'000, max_bytes = 1024 * 1024;

// What a check seeks in an a2 or a c2, and what that is called: "num above 1". Any will do where
// nothing is sought.
template <typename Reply>
struct Sought {
  bool (*fits)(const Reply&) = nullptr;
  const char* what = "";
};

// One check under way.
struct Trial {
  Target& target;
  std::size_t number = 0;       // of the check
  net::Deadline deadline = {};  // by which it must have come to an end
  std::string sent = {};        // what was sent last, in words
};

// While it stands, the trial sends what may be the server's end.
class Suspicion {
 public:
  Suspicion(const Trial& trial, const std::string& what, bool in_turn = false)
      : suspects_(trial.target.suspects),
        what_("check " + std::to_string(trial.number) + " sent " + what),
        in_turn_(in_turn) {}
  ~Suspicion() { suspects_.add(what_, began_, in_turn_); }
  Suspicion(const Suspicion&) = delete;
  Suspicion& operator=(const Suspicion&) = delete;

 private:
  Suspects& suspects_;
  const std::string what_;
  const bool in_turn_;
  const net::Clock::time_point began_ = net::Clock::now();
};

// The server breaks the rule; says what was seen.
class Broken : public std::runtime_error {
 public:
  // With a reason why it does not count, where there is one.
  explicit Broken(const std::string& seen, std::string reason = "", bool no_a2 = false)
      : std::runtime_error(seen), excuse(std::move(reason)), unanswered(no_a2) {}

  std::string excuse;
  bool unanswered;  // a right a1 got no answer, perhaps for want of room
};
// The check could not be made; says why.
class NotMade : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// A right a1 got no answer at all.
class Unanswered : public NotMade {
  using NotMade::NotMade;
};
// The server does not answer any more: no check can be made.
class Dead : public Unanswered {
  using Unanswered::Unanswered;
};
// A right exchange came to its last message, but not to d2.
class D2Missing : public NotMade {
  using NotMade::NotMade;
};
// What the check is about does not occur with this server, or the time is over; says what was
// sought.
class Skipped : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The server asks for more than a check sends: no fault, unless the number shows a well-known one.
class TooMuch : public Skipped {
 public:
  TooMuch(Message of, const std::string& asked, std::uint32_t largest)
      : Skipped(asked + guess_of(largest)), message(of), odd(!guess_of(largest).empty()) {}

  Message message;
  bool odd;

 private:
  static std::string guess_of(std::uint32_t number);
};

// Every step throws NotMade when the server does not take it.
class CheckSession {
 public:
  explicit CheckSession(Trial& trial);

  // Takes every step up to a server's message, rightly.
  void reach(Message message);

  // Stage a: sends right a1s until an a2 comes. Throws Dead when the server is.
  void open();
  // The same, in one session after the other until a2 fits; throws Skipped if it never does.
  void open_with(const Sought<wire::A2>& sought);
  void open_with_packets();  // with a right packet to send at least
  // As open_with, and packet 0 is delivered. A late a2 may begin another session until then, which
  // has to fit, too.
  void open_and_deliver_first(const Sought<wire::A2>& sought);
  // As these; where another session may have fewer packets than this one, and a2 was not late,
  // tries a few: an ack that is left out costs half a second.
  void open_short();
  void open_short_with_packets();
  // Sends an a1 that open() then need not send.
  void send_a1();
  // Whether an a2 comes to it before the deadline.
  bool is_answered(net::Deadline deadline);

  // Stage b: sends a right packet, again every 0.5 s, until it is acked or b2 comes.
  void deliver(std::uint32_t packet_id);
  // Delivers what is not acked yet, and waits for b2.
  void finish_b();
  // A packet as a2 asks for it. Throws NotMade or TooMuch when a2 asks for what cannot be sent.
  [[nodiscard]] std::vector<std::uint8_t> right_b1(std::uint32_t packet_id) const;
  // Sends one packet, but no sooner than 0.5 s after it was sent last.
  void send_b1(std::uint32_t packet_id);
  void send_udp(wire::Bytes packet, std::uint32_t port, const std::string& what);
  // What is wrong, and might be the server's end: see Suspects.
  void send_wrong(wire::Bytes packet, std::uint32_t port, const std::string& what,
                  bool in_turn = false);
  // What was sent of each packet, and came for it: the ack of a copy may be late.
  struct SentB1 {
    net::Clock::time_point last;
    unsigned copies = 0, acks = 0;
  };
  [[nodiscard]] const std::map<std::uint32_t, SentB1>& sent_b1() const { return b1_sent_; }
  // From now on another socket of the client sends and receives.
  void change_socket();
  // The next thing that comes over UDP until the deadline. Acks and b2 are remembered below.
  // What comes after a2 and is no message of the server's is odd.
  enum class Event { nothing, refused, ack, b2, odd, other };
  Event take(net::Deadline deadline);

  // Stage c: connects to tcp_port, which may refuse for a while; takes c2, waiting for its padding.
  void connect(std::chrono::milliseconds max_late = max_tcp_late);
  void take_c2(std::chrono::milliseconds padding_wait = 300ms);
  // Stages a to c, in one session after the other until c2 fits; throws Skipped if it never does.
  void reach_c2_with(const Sought<wire::C2>& sought);

  // Stage d: sends a part of the stream, right or wrong; takes d2.
  void send_d1(wire::Bytes bytes, const std::string& what);
  void take_d2();
  // Sends messages, each a part of a stream, in one piece, or with pauses between them, as the
  // server is known to take them.
  using Packets = std::vector<std::vector<std::uint8_t>>;
  void send_messages(const Packets& messages, const std::string& what);
  void send_messages(const Packets& messages, const std::string& what, Pace pace);
  // The right messages; all of them as one piece.
  [[nodiscard]] Packets right_messages() const;
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

  // Finds out, if it is not known yet, how the server takes the messages of stage d.
  void find_pace();
  // Lets time pass.
  void pause(std::chrono::milliseconds span) const;
  // Begins from the start, on a new socket.
  void restart();

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
  std::chrono::nanoseconds a2_arrival{0};  // on the system's clock, where that tells it
  // Where an ack or b2 came from, if not from udp_port.
  std::optional<net::Address> other_source;

 private:
  void keep(Message message, wire::Bytes packet);
  void narrate(const std::string& text) const;
  // Throws Skipped when the time for the check is over.
  void expect_time() const;
  // Throws std::system_error when what was sent last could not be.
  void expect_sent() const;
  [[nodiscard]] net::Deadline soon(std::chrono::milliseconds span) const;
  [[nodiscard]] std::string name_b1(std::uint32_t packet_id) const;
  [[nodiscard]] bool from_server(const net::Address& from,
                                 const std::optional<wire::Header>& header) const;
  void note_late_port(std::uint32_t packet_id, bool refused);

  Trial& trial_;
  net::FileDescriptor socket_;
  std::error_code unsent_;  // why what was sent last could not be, if so
  std::optional<net::Clock::time_point> a1_sent_;
  net::Clock::time_point begin_, a2_came_, b2_came_;
  std::map<std::uint32_t, SentB1> b1_sent_;  // by packet_id
  ReplacedSessions replaced_;
  ResendInterval resend_;
  std::uint32_t last_b1_ = 0;    // the packet of stage b that was sent last
  bool refused_before_ = false;  // it was refused
  std::string odd_reply_;        // what came in place of its ack, in words
  std::optional<net::Stream> connection_;
  AfterC2 after_;
  std::map<Message, std::vector<std::uint8_t>> packets_;
};

// Throws NotMade or Dead unless the server still answers a right a1.
void expect_serving(Trial& trial);

}  // namespace client
