// One trace: told the time and what arrived, it says which probe to send, which hop is settled,
// when to wake up and when all is done. It holds no socket, no clock and no stream; a finished one
// is a plain value with every probe in it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "traceroute/trace/probe.hh"
#include "traceroute/trace/schedule.hh"
#include "traceroute/trace/timeout.hh"

namespace traceroute {

// What one line shows: as many probes as were to be sent, in order of sending.
struct Hop {
  int ttl = 0;
  std::vector<Probe> probes;
};

class Trace final : public Measurement {
 public:
  static constexpr std::size_t full_batch = 4;

  explicit Trace(Plan plan);

  // The probes to send now, as indices into probes(); they count as sent at `now`. To be called
  // after record(). A few at a time, as answers that arrive meanwhile can make others needless, and
  // no more than `most`: while there are more, wake() is now.
  std::vector<std::size_t> due(Time now, std::size_t most = full_batch);
  void left(std::size_t probe, Time when) override;
  // A probe does not fit: it and all later ones will be no larger than `mtu`, and due() tells it
  // again. False when that is no size to go on with.
  bool shrink(std::size_t probe, std::size_t mtu);
  // Only the first answer counts.
  void record(std::size_t probe, Reply reply) override;
  // The next hop of which nothing more is waited for, each once and in order of the TTLs.
  std::optional<Hop> next_settled(Time now);
  // When to call due() and next_settled() again though nothing arrives.
  [[nodiscard]] Time wake(Time now) const;
  // Whether next_settled() has told all hops.
  [[nodiscard]] bool done() const { return next_ttl_ > last_ttl(); }

  [[nodiscard]] const Plan& plan() const override { return plan_; }
  [[nodiscard]] const std::vector<Probe>& probes() const override { return probes_; }
  // The TTL at which the path ended, with the destination or a refusal, if that is known.
  [[nodiscard]] std::optional<int> end() const;
  // The hop as it is known now.
  [[nodiscard]] Hop hop(int ttl) const;

 private:
  static constexpr int full_ttl = 255;

  [[nodiscard]] bool careful() const { return plan_.window || plan_.pause > Time::zero(); }
  [[nodiscard]] int last_ttl() const { return std::min(end_, plan_.max_ttl); }
  // What has been sent with a TTL from the first to the last asked for.
  struct Asked {
    std::vector<std::size_t> probes;
    bool answered = false;
  };
  [[nodiscard]] Asked& asked(int ttl);
  [[nodiscard]] const Asked& asked(int ttl) const;
  [[nodiscard]] int sent_count(int ttl) const;
  [[nodiscard]] std::vector<std::size_t> probes_of(int ttl) const;
  [[nodiscard]] int wanted(int ttl, Time now) const;
  [[nodiscard]] Evidence evidence(int ttl) const;
  [[nodiscard]] std::optional<Time> later_rtt(int ttl) const;
  [[nodiscard]] int silent_neighbours(int ttl) const;
  [[nodiscard]] std::size_t waiting(Time now) const;
  [[nodiscard]] Time next_deadline(Time now) const;
  void send(int ttl, Time now, std::vector<std::size_t>& batch);
  void send_rounds(Time now, std::size_t most, std::vector<std::size_t>& batch);
  void send_carefully(Time now, std::size_t most, std::vector<std::size_t>& batch);

  Plan plan_;
  std::vector<Probe> probes_;       // in order of sending
  std::vector<std::size_t> again_;  // to be sent once more
  std::size_t packet_size_;
  std::vector<Asked> asked_;  // by TTL, from the first on
  bool scout_sent_ = false;
  bool more_to_send_ = false;
  std::optional<Time> start_;
  Time last_sent_{};
  Reach progress_;
  Time largest_rtt_{};
  int end_ = full_ttl + 1;     // the lowest TTL that drew a final answer
  std::optional<Time> ended_;  // when the first of those arrived
  int guessed_distance_ = 0;   // of the destination, from the TTL left in its answer
  int next_ttl_;               // the next to be told by next_settled()
};

}  // namespace traceroute
