// Finds all parallel paths to a destination, with probes of many flows at all TTLs at once. Told
// the time and what arrived, it says which probe to send, when to wake up and when all is done; it
// holds no socket, no clock and no stream. Which probes it takes is said in probe_demand.hh.
#pragma once

#include "traceroute/multipath/probe_demand.hh"

namespace traceroute {

// The checksum of the n-th flow: by these, balancers choose a path. No two of the first 65,535 are
// alike, and none is 0xffff, which is as good as 0. Another seed draws others, and the same seed
// the same ones: what a search misses with some flows, it may find with others.
std::uint16_t flow_checksum(std::uint32_t seed, int n);

class Multipath final : public Measurement {
 public:
  // Of the plan, neither queries nor MTU discovery count.
  explicit Multipath(Plan plan);

  // The probes to send now, as indices into probes(); they count as sent at `now`.
  std::vector<std::size_t> due(Time now);
  // As of the last due(): when to call it again though nothing arrives, and whether that is needed.
  [[nodiscard]] Time wake() const { return wake_; }
  [[nodiscard]] bool done() const { return done_; }

  void left(std::size_t probe, Time when) override { probes_[probe].sent = when; }
  void record(std::size_t probe, Reply reply) override;
  [[nodiscard]] const Plan& plan() const override { return plan_; }
  [[nodiscard]] const std::vector<Probe>& probes() const override { return probes_; }

  // What is known now.
  [[nodiscard]] PathGraph graph() const;

 private:
  [[nodiscard]] int open_until(Time now) const;
  [[nodiscard]] ProbeDemand demand(int until) const;
  int ask_silent_hops(ProbeDemand& wanted, int until) const;
  bool look_farther();
  void send(const ProbeDemand& demand, Time now, std::vector<std::size_t>& batch);
  [[nodiscard]] Time patience(const TtlState& level) const;
  [[nodiscard]] Time patience_with_silence() const;
  void take_answers_of_flows(PathNode& node) const;

  Plan plan_;
  std::vector<Probe> probes_;
  std::vector<int> flow_of_;  // of each probe
  PathEvidence evidence_;
  std::optional<Time> started_;
  // The last TTL that is looked at, the one that has to answer to change that, and whether one flow
  // is sent beyond, to all of them.
  int horizon_;
  int edge_;
  bool is_scouting_ = false;
  Proof proof_;
  Time largest_rtt_{};
  Time last_sent_{};
  Time last_end_{};  // when somebody last said that a path ends
  Time wake_{};
  bool done_ = false;
};

}  // namespace traceroute
