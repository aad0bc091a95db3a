// When losses begin and end at the end of the path, and when it is lost altogether. Told what
// became of each probe, in order of sending.
#pragma once

#include <bitset>
#include <optional>

#include "traceroute/watch/responders.hh"
#include "traceroute/watch/tally.hh"

namespace traceroute::watch {

// What happens to a path, as a line of the log tells it.
struct Event {
  enum class Kind { change, loss_begins, loss_ends, destination_lost, destination_back };
  Kind kind = Kind::change;
  Time when{};
  // The destination has never answered: what is lost and comes back is the farthest router.
  bool never_reached = false;
  int ttl = 0;  // of the hop that changed, or from which on losses are seen; 0: none
  // Of a change, with the medians of the round trips.
  std::optional<Responder> from{}, to{};  // of a destination that is lost: who refuses, if anybody
  Time before{}, after{};
  Tally tally{};  // of a loss: the probes of that time
  Time lasted{};  // of what ended
};

class EndWatch {
 public:
  // `lossy`: what is lost here is lost on the way, as far as that can be told. Of the event, the
  // hop and who is there are left open.
  std::optional<Event> add(Outcome outcome, bool lossy, Time sent);

  // Since when nobody answers, if that is so.
  [[nodiscard]] std::optional<Time> lost_since() const { return lost_since_; }
  // The end is another one from now on. It has answered once, or nobody would know of it.
  void begin_anew();

 private:
  [[nodiscard]] bool is_lost() const;
  [[nodiscard]] bool loss_is_over() const;
  void note(bool answered, Time sent);

  static constexpr std::size_t window = 60;
  std::bitset<window> recent_;  // 1: lost; the newest first
  Tally all_;  // but those that are missing now in a row; what is refused is missing
  std::uint64_t missing_in_a_row_ = 0;
  std::uint64_t lost_in_a_row_ = 0;  // of those
  std::uint64_t answered_in_a_row_ = 0;
  Time first_missing_{};  // of those in a row
  Time first_of_loss_{};  // when the oldest loss of `recent_` was sent, or about then
  std::optional<Time> lost_since_;
  std::optional<Time> lossy_since_;
  Tally episode_;  // of losses
};

}  // namespace traceroute::watch
