// A path watched in rounds: told the time and what arrived, it says whom to ask in each round, what
// was lost where, and what changed. It holds no socket, no clock and no stream, and no more memory
// after a week than after a minute: of each hop counters, 64 outcomes and a histogram.
#pragma once

#include <optional>
#include <vector>

#include "traceroute/watch/end_watch.hh"
#include "traceroute/watch/hop_record.hh"
#include "traceroute/watch/round.hh"

namespace traceroute::watch {

// What the missing answers of a hop mean.
enum class Meaning {
  none,     // none is missing
  unknown,  // too few to tell
  loss,     // lost on the way: all later hops and the destination lose at least as much
  limited,  // not given: packets go on to later hops, or answers come as regularly as by a bound
  silent,   // nobody answers
  refused,  // somebody says that packets go no farther, all of them or some
};

class Watch {
 public:
  Watch(Plan plan, Time interval);

  // The next round, which begins now. The Watch outlives it.
  Round next_round(Time now);
  // A round that is over; to be called in their order. Returns what it shows to have happened.
  std::vector<Event> take(const Round& round);
  // Forgets all but who answers.
  void reset();

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] Time interval() const { return interval_; }
  [[nodiscard]] std::uint64_t rounds() const { return rounds_taken_; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  [[nodiscard]] const HopRecord& hop(int ttl) const { return hops_[index(ttl)]; }
  // The last hop there is to show: the end of the path, or the farthest that answers.
  [[nodiscard]] int last_ttl() const { return end_.value_or(farthest_); }
  // Whether the path is known to its end, and the destination stands there.
  [[nodiscard]] bool reached() const;
  // Whether the destination has ever answered: else it is the farthest router that is lost.
  [[nodiscard]] bool was_reached() const { return was_reached_; }
  [[nodiscard]] std::optional<Time> lost_since() const { return end_watch_.lost_since(); }
  [[nodiscard]] Meaning meaning(int ttl) const;
  // The first hop that packets are lost on the way to; 0 if there is none.
  [[nodiscard]] int first_loss() const;

 private:
  [[nodiscard]] std::size_t index(int ttl) const {
    return static_cast<std::size_t>(ttl - plan_.first_ttl);
  }
  [[nodiscard]] int last_to_ask() const;
  [[nodiscard]] bool is_own_loss(int ttl) const;
  // The nearest hop from which on answers are missing everywhere.
  [[nodiscard]] int first_missing() const;
  void find_end(std::uint64_t round);
  [[nodiscard]] bool goes_on_beyond(int ttl, std::uint64_t round) const;
  void learn_paces(const Round& round);
  void watch_end(const Round& round, std::vector<Event>& events);

  Plan plan_;
  Time interval_;
  std::vector<HopRecord> hops_;
  Pairs pairs_;
  EndWatch end_watch_;
  std::uint64_t rounds_begun_ = 0;
  std::uint64_t rounds_taken_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t no_farther_ = 0;  // rounds in which nobody answered from farther than before
  int farthest_;
  std::optional<int> end_;
  bool was_reached_ = false;  // ever
  int witness_ = 0;           // whose answers show the losses of the whole path
};

}  // namespace traceroute::watch
