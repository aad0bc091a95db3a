// What the answers so far say of one path: which hop each belongs to, and where the path ends.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "traceroute/trace/probe.hh"
#include "traceroute/trace/timeout.hh"

namespace traceroute {

class KnownPath {
 public:
  explicit KnownPath(const Plan& plan);

  [[nodiscard]] const std::vector<Probe>& probes() const { return probes_; }
  [[nodiscard]] Probe& probe(std::size_t index) { return probes_[index]; }
  // A probe of a hop, or the scout, which has the greatest TTL and belongs to no hop. Returns its
  // index.
  std::size_t add(Probe probe);
  std::size_t add_scout(Probe probe);
  // The last one was not sent after all.
  void remove_last();
  // To be called when a probe has got its first reply. Refusals from the hops before `first_open`,
  // which have been reported, come too late to end the path there.
  void take(std::size_t index, int first_open);

  // The probes sent for a hop.
  [[nodiscard]] const std::vector<std::size_t>& sent(int ttl) const { return at(ttl).probes; }
  // Whether a probe is one more than every hop gets; when a hop's last of those was sent.
  [[nodiscard]] bool is_retry(std::size_t index) const;
  [[nodiscard]] Time last_of_queries(int ttl) const;
  [[nodiscard]] bool scout_sent() const { return scout_.has_value(); }
  [[nodiscard]] bool answered(int ttl) const { return at(ttl).answers > 0; }
  // Whether it is known who is there: a router, or the destination. A refusal may come from any
  // router before it.
  [[nodiscard]] bool resolved(int ttl) const { return at(ttl).router || at(ttl).destination; }
  [[nodiscard]] bool refused(int ttl) const { return at(ttl).refused; }
  // The probes that a hop shows, as many as there are queries once they have been sent.
  [[nodiscard]] std::vector<std::size_t> shown(int ttl) const;

  // The farthest hop that anything came back for; one less than the first if nothing did.
  [[nodiscard]] int farthest_answer() const;
  // The farthest hop that answered as a router; one less than the first if none did.
  [[nodiscard]] int farthest() const { return farthest_; }
  // Where the path ends: at the lowest TTL that the destination answered, or else at the lowest
  // one that was refused and from beyond which no router answered.
  [[nodiscard]] std::optional<int> end() const { return end_; }
  // Where the destination seems to stand if only the scout has reached it: where its answer's TTL
  // says, and not before a router. Ends the path at such a hop, with the scout's answer.
  [[nodiscard]] std::optional<int> supposed_end() const;
  void end_with_scout(int ttl);
  [[nodiscard]] bool ends_in_refusal() const { return end_ && !destination_ttl_; }
  // When the last refusal came.
  [[nodiscard]] Time last_refusal() const { return last_refusal_; }
  // When a refusal is the end, if nothing answers from beyond it meanwhile.
  [[nodiscard]] Time refusal_stands_at() const;
  // Whether a router refused some packets and forwarded others.
  [[nodiscard]] bool refuses_some() const { return refuses_some_; }

  // When the destination answered first, and how soon; the number of hops to it, by the TTL left in
  // its answer.
  [[nodiscard]] const std::optional<Time>& destination() const { return destination_; }
  [[nodiscard]] Time destination_rtt() const { return destination_rtt_; }
  [[nodiscard]] int guessed_distance() const { return guessed_distance_; }
  // When it answered last, if it left other probes unanswered.
  [[nodiscard]] std::optional<Time> limits_echoes(Time now) const;

  // Whether it answered fewer than half of the probes that seem to have reached it.
  [[nodiscard]] bool misses_most_echoes() const;

  // Whether more than half of the hops before the farthest answer lost most of their answers.
  [[nodiscard]] bool mostly_silent() const;
  // How many hops have answered, or lie before the first one traced; whether that is only the
  // first few of the path.
  [[nodiscard]] int answering_hops() const { return answering_hops_ + first_ttl_ - 1; }
  [[nodiscard]] bool few_answer() const { return answering_hops() <= first_few_hops; }
  [[nodiscard]] bool heard_nothing() const { return max_rtt_ == Time::zero(); }
  [[nodiscard]] Time max_rtt() const { return max_rtt_; }
  // The round trip to the next hop that answered.
  [[nodiscard]] std::optional<Time> later_rtt(int ttl) const;
  // What bears on how long a hop is waited for.
  [[nodiscard]] KnownTimes times(int ttl) const;

 private:
  struct HopState {
    std::vector<std::size_t> probes;
    int answers = 0;
    bool router = false;
    bool destination = false;
    bool refused = false;
    Time min_router_rtt = Time::max();
    Time max_router_rtt{};
  };
  [[nodiscard]] HopState& at(int ttl) { return hops_[static_cast<std::size_t>(ttl - first_ttl_)]; }
  [[nodiscard]] const HopState& at(int ttl) const {
    return hops_[static_cast<std::size_t>(ttl - first_ttl_)];
  }
  [[nodiscard]] bool is_scout(std::size_t index) const { return scout_ == index; }
  void note_at_hop(const Probe& probe, int first_open);
  void find_end(int first_open);
  [[nodiscard]] bool finds_some_refused() const;
  [[nodiscard]] bool finds_slow_router() const;
  [[nodiscard]] bool is_refused_farther_on(int ttl) const;
  // From which TTL on probes seem to reach the destination, which has answered.
  [[nodiscard]] int reached_from() const;

  int first_ttl_;
  int max_ttl_;
  std::size_t queries_;
  std::vector<Probe> probes_;  // in order of sending
  std::vector<HopState> hops_;
  std::optional<std::size_t> scout_;
  int farthest_;
  int answering_hops_ = 0;
  std::optional<int> end_;
  std::optional<int> destination_ttl_;
  std::optional<Time> destination_;
  Time destination_rtt_{};
  Time last_echo_{};
  int guessed_distance_ = 0;
  std::optional<Time> refused_;  // when the first refusal came
  Time refusal_rtt_{};
  Time last_refusal_{};
  bool refuses_some_ = false;
  Time max_rtt_{};
  bool slow_router_ = false;
};

// Whether a hop of which nobody knows who it is should be sent another probe at `now`, and when
// next if nothing arrives; Time::max() if never.
struct Retry {
  bool due = false;
  Time next = Time::max();
};
Retry retry(const KnownPath& path, int ttl, Time now);

}  // namespace traceroute
