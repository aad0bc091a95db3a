// One round: a probe for each hop that is asked this time.
#pragma once

#include <optional>
#include <vector>

#include "traceroute/trace/probe.hh"

namespace traceroute::watch {

class Round final : public Measurement {
 public:
  // Asks these in this order, from `start` on, with `gap` between two probes: a burst would meet
  // the limits of routers that are not busy otherwise.
  Round(const Plan& plan, std::uint64_t number, std::vector<int> ttls, Time start, Time gap);

  // The probes to send now, as indices into probes(). None beyond a destination that has answered.
  std::vector<std::size_t> due(Time now);
  // These, the last ones of a batch, could not be sent and will not be.
  void withdraw(std::size_t count);
  // When due() or done() changes though nothing arrives; Time::max() if never.
  [[nodiscard]] Time wake(Time now) const;
  // Whether nothing is to be sent and no answer to be waited for.
  [[nodiscard]] bool done(Time now) const { return wake(now) == Time::max(); }

  [[nodiscard]] const Plan& plan() const override { return plan_; }
  [[nodiscard]] const std::vector<Probe>& probes() const override { return probes_; }
  void left(std::size_t probe, Time when) override { probes_[probe].sent = when; }
  void record(std::size_t probe, Reply reply) override;

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] Time start() const { return start_; }
  // Whether the destination answered.
  [[nodiscard]] bool reached() const { return reached_at_.has_value(); }

 private:
  [[nodiscard]] bool all_asked() const;
  [[nodiscard]] Time give_up_at(std::size_t index) const;
  [[nodiscard]] Time next_to_send() const {
    return start_ + gap_ * static_cast<Time::rep>(probes_.size());
  }

  const Plan& plan_;
  std::uint64_t number_;
  std::vector<int> ttls_;
  Time start_;
  Time gap_;
  std::vector<Probe> probes_;      // one for each of the first TTLs
  std::optional<int> reached_at_;  // the lowest TTL
  Time rtt_{};                     // to the destination
};

}  // namespace traceroute::watch
