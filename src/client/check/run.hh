// Makes checks, many at once, each in sessions of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/check/checks.hh"
#include "client/check/pulse.hh"
#include "net/joining_thread.hh"

namespace client {

// Whether a check is made again at the end: by itself if a right a1 was not answered or could not
// be sent, since the server may have no room for many sessions; few at once if this process was
// held up.
enum class AtTheEnd { no, alone, few_at_once };

// How a check came out.
struct Result {
  enum class Kind { holds, broken, not_made, skipped };
  Kind kind = Kind::holds;
  std::string sent, seen;
  std::string excuse = {};  // why it does not count
  AtTheEnd at_the_end = AtTheEnd::no;

  [[nodiscard]] bool ok() const { return kind == Kind::holds || kind == Kind::skipped; }
};

// Makes the checks, those that take longest first, so many at a time, from its construction on;
// fewer at a time where the system gives no more threads. Waits for them in its destructor. They
// have 240 s, and the more the fewer are made at a time, and the longer the server takes for an a1.
// A server may have room for fewer sessions at once than the checks open: those that got none are
// made at the end, one after the other; before them, few at once, what failed while this process
// was held up.
class CheckRun {
 public:
  CheckRun(Target& target, const std::vector<Check>& checks, std::size_t jobs);

  // Waits until a check has been made, telling meanwhile how many have. nullopt when no more can be
  // made, since the server is found dead, or to serve one client only, or the time for all is over,
  // or the program is to end.
  // Throws std::bad_alloc where that is for want of memory.
  std::optional<Result> wait_for(std::size_t index,
                                 const std::function<void(std::size_t made)>& tell);

 private:
  // Makes the next check; false when there is none.
  bool make_next();
  struct Next {
    std::size_t index;
    bool last_time;  // it is made at the end
  };
  std::optional<Next> take_next();
  void give_up();
  [[nodiscard]] bool over() const;

  Target& target_;
  const std::vector<Check>& checks_;
  const std::vector<std::size_t> order_;  // in which they begin
  std::vector<std::optional<Result>> results_;
  std::mutex mutex_;
  std::condition_variable another_;
  std::size_t next_ = 0, running_ = 0, made_ = 0;
  bool gave_up_ = false;
  std::vector<std::size_t> held_up_, alone_;  // to be made at the end
  Pulse pulse_;
  std::vector<net::JoiningThread> threads_;
};

}  // namespace client
