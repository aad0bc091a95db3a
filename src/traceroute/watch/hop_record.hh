// What is known of one hop: who answers there, how fast, how often, and how often to ask.
#pragma once

#include <deque>
#include <optional>

#include "traceroute/watch/gaps.hh"
#include "traceroute/watch/quantiles.hh"
#include "traceroute/watch/responders.hh"
#include "traceroute/watch/tally.hh"

namespace traceroute::watch {

class HopRecord {
 public:
  static constexpr std::size_t kept = 64;  // of the last answers

  // The round trips of one responder.
  struct Rtts {
    std::optional<Time> last, best, worst;
    Quantiles quantiles;
    Time steps{};  // the sum of the differences between two in a row

    void add(Time rtt);
    [[nodiscard]] std::optional<Time> median() const;
    // The mean difference between two in a row.
    [[nodiscard]] std::optional<Time> jitter() const;
  };

  // What is shown of a probe.
  struct Sample {
    Outcome outcome = Outcome::lost;
    Time rtt{};  // if it was answered
  };

  static Outcome outcome_of(const Probe& probe);
  // A probe whose time is over, in order of sending. Returns a change of the responder.
  std::optional<Responders::Change> take(std::uint64_t round, const Probe& probe);

  [[nodiscard]] const Responders& responders() const { return responders_; }
  [[nodiscard]] const Rtts& rtts() const { return rtts_; }
  // All probes but those that were refused, and those of them at the present pace.
  [[nodiscard]] const Tally& total() const { return total_; }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] const Gaps& gaps() const { return gaps_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::uint64_t asked() const { return total_.asked + refused_; }
  // The last ones, the newest at the end.
  [[nodiscard]] const std::deque<Sample>& last() const { return last_; }
  // The number of probes since the last answer: lost, or refused.
  [[nodiscard]] std::uint64_t missing_in_a_row() const { return missing_in_a_row_; }
  [[nodiscard]] bool answers() const { return total_.lost < total_.asked; }
  // Whether it was asked, and has answered, in one of the last rounds, as often as it is asked.
  [[nodiscard]] bool asked_lately(std::uint64_t round) const { return lately(asked_in_, round); }
  [[nodiscard]] bool answered_lately(std::uint64_t round) const {
    return lately(answered_in_, round);
  }
  // Whether its last answer is newer than that of the other one.
  [[nodiscard]] bool answered_after(const HopRecord& other) const {
    return answered_in_ > other.answered_in_;
  }
  // The last answer, if it was a router's: the path does not end here.
  [[nodiscard]] bool passed() const { return passed_; }
  // Begins anew, but for who answers.
  void forget_outcomes();

  // Whether to ask in the next round, that of this number; if so, that is noted.
  bool ask(std::uint64_t round);
  // Asked in each n-th one.
  [[nodiscard]] std::uint64_t every() const;
  // The router answers by a bound: from the next round on it is asked no faster than it answers.
  void slow_down(std::uint64_t slowest);
  // Whether a probe of this round was sent at the present pace.
  [[nodiscard]] bool at_present_pace(std::uint64_t round) const { return round > old_pace_until_; }
  [[nodiscard]] bool limited() const { return limited_; }

 private:
  void begin_pace(std::uint64_t every);
  [[nodiscard]] bool lately(std::uint64_t event, std::uint64_t round) const;

  Responders responders_;
  Rtts rtts_;
  Tally total_;
  Tally tally_;
  Gaps gaps_;
  std::uint64_t refused_ = 0;
  std::deque<Sample> last_;
  std::uint64_t missing_in_a_row_ = 0;
  bool passed_ = false;
  std::uint64_t every_ = 1;
  bool limited_ = false;
  std::uint64_t times_asked_ = 0;
  std::uint64_t asked_in_ = 0;        // the last round
  std::uint64_t old_pace_until_ = 0;  // a round
  std::uint64_t answered_in_ = 0;
  std::uint64_t rounds_between_ = 0;  // the last two answers
};

}  // namespace traceroute::watch
