// The server under check, and what is known of it: shared by all checks.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.hh"
#include "net/deadline.hh"

namespace client {

// Local ports for the sockets of checks, each once in this process, so that no session hears what
// was for another before it, and no server takes two sessions for one. They are dynamic ports (RFC
// 6335), as the strictest servers want, but of those that Linux gives to nobody by itself (ip(7),
// ip_local_port_range): a server on the same host does not get them either.
inline constexpr unsigned first_local_port = 61000, local_ports = 65536 - first_local_port;
std::uint16_t next_local_port();

// What was sent to the server that may have been its end: all that was wrong, sent after the last
// right a1 that was answered and before the first one that was not. A server that looks at its
// sockets in turn may answer an a1 before it sees what came at another one sooner: only a wrong a1,
// which waited at the same one, is cleared by the first answer, all else by that to an a1 sent
// after such a one.
class Suspects {
 public:
  // It went out at some time from `began` until now. A wrong a1 in its turn (see OneAtATime) is
  // named before others.
  void add(const std::string& what, net::Clock::time_point began, bool in_turn);
  // An a2 came after so long, or none came, for an a1 that was sent then.
  void answered(net::Clock::time_point a1_sent, net::Clock::duration time);
  void unanswered(net::Clock::time_point a1_sent);
  // "check 115 sent a1 of 0 bytes: 0 bytes, 24 expected", a few of them in one line.
  [[nodiscard]] std::string text() const;

 private:
  struct Sent {
    net::Clock::time_point began, ended, alive;  // when an a1 was answered that went out after it
    std::string what;
    bool in_turn;
  };
  mutable std::mutex mutex_;
  std::vector<Sent> sent_;
  net::Clock::time_point first_unanswered_ = net::Clock::time_point::max();
  // A server that answers each a1 on a thread of its own may end before it has answered.
  net::Clock::duration max_on_its_way_ = std::chrono::milliseconds(50);
};

// How the messages of stage d must go out so that the server takes them.
enum class Pace { unknown, at_once, apart };

// Wrong a1s go to the server one after the other, each when a right one has been answered after the
// one before: so that one alone is suspect. A slow server is not waited for longer than a while,
// since all that wait hold up the checks.
class OneAtATime {
 public:
  // A place, from when it is free until it is given back.
  class Turn {
   public:
    explicit Turn(OneAtATime& line);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    OneAtATime& line_;
    unsigned number_;
  };

 private:
  static constexpr auto max_turn = std::chrono::milliseconds(500);

  std::mutex mutex_;
  std::condition_variable left_;
  unsigned newest_ = 0;
  net::Clock::time_point free_at_ = {};  // at the latest
};

// How many right a1s are on their way at once: one more after each that is answered soon, half as
// many after one that is answered late. One that is not answered at all while others are on their
// way says nothing: the server may be busy with those.
class A1Limit {
 public:
  // Of one a1, from its sending until it is answered or given up; waits until there is room.
  class Place {
   public:
    explicit Place(A1Limit& limit);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    // Waits until no other a1 is on its way. False if none was since this place was taken.
    bool be_alone();
    void answered(net::Clock::duration time);

   private:
    void take();

    A1Limit& limit_;
    bool began_alone_ = false;
    unsigned number_ = 0;
  };

  // Answers to single ones have taken so long: as long is soon. To be told before there are checks.
  void add_time_of_one(net::Clock::duration time) { soon_ = std::max(soon_, time * 3 / 2); }

 private:
  static constexpr int max_at_once = 16;

  std::mutex mutex_;
  std::condition_variable left_;
  int at_once_ = max_at_once, on_their_way_ = 0, waiting_alone_ = 0;
  unsigned newest_ = 0;
  net::Clock::duration soon_ = std::chrono::seconds(1);
};

// The longest time seen.
class MaxTime {
 public:
  void add(net::Clock::duration time);
  [[nodiscard]] std::chrono::milliseconds get() const { return std::chrono::milliseconds(max_); }

 private:
  std::atomic<std::int64_t> max_ = 0;
};

// The secrets of all sessions: one that stands for another one's shows what sessions share.
class KnownSecrets {
 public:
  void add(std::uint32_t secret, std::string_view name);
  // "secretB", as which it came; empty if it did not.
  [[nodiscard]] std::string name(std::uint32_t secret) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::string_view> names_;
};

struct Target {
  net::Address address = {};
  std::uint16_t student_id = 0;
  bool verbose = false;
  // By when all checks must have come to an end.
  net::Deadline deadline = {};
  int stop = -1;  // a descriptor that can be read once the program is to end

  // Sessions in a row whose right a1 got no a2.
  std::atomic<int> unanswered = 0;
  std::atomic<net::Clock::time_point> last_answer = net::Clock::time_point();
  std::atomic<bool> dead = false;
  Suspects suspects = {};
  // Of who sends a wrong a1, until a right one has been answered.
  OneAtATime wrong_a1 = {};
  A1Limit a1_limit = {};
  // Whether the server takes one a1 after the other, each for a while: then many at once are none.
  bool one_after_the_other = false;
  // How it showed that it serves one client at a time, so that checks would harm each other; empty
  // if it did not.
  std::string one_client = {};
  std::atomic<Pace> pace = Pace::unknown;
  // How long after a2 udp_port opened, and after b2 tcp_port, where they refused at first.
  MaxTime udp_late = {}, tcp_late = {};
  // After how long packets of stage b go out again, where a session had to find that out.
  MaxTime resend = {};
  KnownSecrets secrets = {};
};

}  // namespace client
