// One trace: told the time and what arrived, it says which probe to send, which hop is settled,
// when to wake up and when all is done. It holds no socket, no clock and no stream; a finished one
// is a plain value with every probe in it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "traceroute/trace/known_path.hh"
#include "traceroute/trace/schedule.hh"

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
  // no more than `max`: while there are more, wake() is now.
  std::vector<std::size_t> due(Time now, std::size_t max = full_batch);
  // These, the last ones of a batch, could not be sent: they are due again.
  void withdraw(std::span<const std::size_t> probes);
  // Sends no more; what is known at `when` is final. Hops beyond the farthest answer are not
  // reported, and a hop may have fewer probes than there are queries.
  void stop(Time when) { stop_at_ = when; }
  [[nodiscard]] bool stopped() const { return stop_at_.has_value(); }
  void left(std::size_t probe, Time when) override;
  // A probe is too large for the path: it and all later ones become `mtu` bytes at most, and due()
  // returns it again. False when that size is too small to go on, or one of too many.
  bool shrink(std::size_t probe, std::size_t mtu);
  // Only the first answer counts.
  void record(std::size_t probe, Reply reply) override;
  // Shown where no answer comes.
  void record_unknown(std::size_t probe, const Reply& error) override;
  // The next hop of which nothing more is waited for, each once and in order of the TTLs.
  std::optional<Hop> next_settled(Time now);
  // When to call due() and next_settled() again though nothing arrives.
  [[nodiscard]] Time wake(Time now) const;
  // Whether next_settled() has told all hops.
  [[nodiscard]] bool done() const { return next_ttl_ > last_ttl(); }

  [[nodiscard]] const Plan& plan() const override { return plan_; }
  [[nodiscard]] const std::vector<Probe>& probes() const override { return path_.probes(); }
  // The TTL at which the path ended, with the destination or a refusal, if that is known.
  [[nodiscard]] std::optional<int> end() const { return path_.end(); }
  // The last hop there is to show.
  [[nodiscard]] int last_ttl() const {
    return last_shown_.value_or(path_.end().value_or(plan_.max_ttl));
  }
  // Whether the destination has answered at one of the hops shown.
  [[nodiscard]] bool reached() const;
  // The hop as it is known now.
  [[nodiscard]] Hop hop(int ttl) const;
  // All there are to show.
  [[nodiscard]] std::vector<Hop> hops() const;

 private:
  [[nodiscard]] bool careful() const { return plan_.window || plan_.pause > Time::zero(); }
  [[nodiscard]] int last_to_send() const;
  [[nodiscard]] int sent_count(int ttl) const { return static_cast<int>(path_.sent(ttl).size()); }
  [[nodiscard]] Retry retry_of(int ttl, Time now) const;
  [[nodiscard]] int wanted(int ttl, Time now) const;
  [[nodiscard]] bool over_budget(Time now) const;
  [[nodiscard]] std::vector<std::size_t> awaited(int ttl) const;
  [[nodiscard]] bool waits_for(int ttl, Time now) const;
  [[nodiscard]] int last_before_star(int ttl) const;
  [[nodiscard]] Time deadline(int ttl, const std::vector<std::size_t>& indices) const;
  [[nodiscard]] Time in_window_until(std::size_t index) const;
  [[nodiscard]] std::size_t waiting(Time now) const;
  [[nodiscard]] Time next_deadline(Time now) const;
  void send(int ttl, Time now, std::vector<std::size_t>& batch);
  void send_rounds(Time now, std::size_t max, std::vector<std::size_t>& batch);
  void send_carefully(Time now, std::size_t max, std::vector<std::size_t>& batch);

  [[nodiscard]] Time large_packet_pause() const;

  Plan plan_;
  KnownPath path_;
  std::vector<std::size_t> again_;  // to be sent once more
  std::size_t packet_size_;
  int sizes_found_ = 0;
  bool more_to_send_ = false;
  std::optional<Time> start_;
  std::optional<Time> stop_at_;
  std::optional<int> last_shown_;  // of a path that is not traced to its end
  Time paused_until_{};
  int silent_hops_ = 0;  // told last, in a row
  Time last_sent_{};
  Reach progress_;
  int next_ttl_;  // the next to be told by next_settled()
};

}  // namespace traceroute
