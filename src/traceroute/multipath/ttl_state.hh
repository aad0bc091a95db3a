// What the probes of one TTL have shown so far, flow by flow, and how fast this TTL may be asked.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "traceroute/trace/plan.hh"
#include "traceroute/trace/probe.hh"

namespace traceroute {

// Who answers at a TTL, counted from 0; or all who do not answer.
constexpr int nobody = -1;

struct Answerer {
  Reply reply;                     // the first
  bool is_trusted = true;          // false: it refuses some packets of a flow and lets others pass
  bool refuses_elsewhere = false;  // at other TTLs, too
  Time asked{};                    // when one of its flows was, the last time
  [[nodiscard]] bool ends_path() const { return reply.verdict != Verdict::router; }
};

class TtlState {
 public:
  // A probe of a flow leaves.
  void sent(int flow, std::size_t probe, Time now);
  // Late answers count too. One that is not trusted is as good as none.
  void answered(int flow, std::size_t probe, const Reply& reply, Time rtt, bool is_trusted);
  // Stops waiting for what was sent longer ago than that.
  void expire(Time now, Time patience);
  // The refusals from an address are no longer trusted.
  void distrust(const net::Address& address);
  // An address refuses at another TTL. Returns whether it does so here, too.
  bool note_refused_elsewhere(const net::Address& address);

  // Whether a flow's place is known: it was answered, or it is silent for good. Since packets get
  // lost and routers limit their answers, a flow is asked several times before it counts as silent;
  // once where nobody at all has answered.
  [[nodiscard]] bool is_settled(int flow) const;
  [[nodiscard]] bool is_unasked(int flow) const { return flow_state(flow).sent == 0; }
  // Asked, but not settled, and no probe is on the way.
  [[nodiscard]] bool is_lost(int flow) const;
  [[nodiscard]] bool is_waiting(int flow) const { return flow_state(flow).waiting > 0; }
  [[nodiscard]] int waiting_of(int flow) const { return flow_state(flow).waiting; }
  [[nodiscard]] int probes_of(int flow) const { return flow_state(flow).sent; }
  [[nodiscard]] Time asked_at(int flow) const { return flow_state(flow).asked; }  // last
  [[nodiscard]] int answers_of(int flow) const { return flow_state(flow).answers; }
  // Who answers a settled flow: one answerer, or nobody; several if its answers differ; none if all
  // of its packets were refused by one that is not trusted and others were not.
  [[nodiscard]] const std::vector<int>& places(int flow) const;
  // The flows that have been asked are less than this.
  [[nodiscard]] int flows() const { return static_cast<int>(flows_state_.size()); }

  [[nodiscard]] const std::vector<Answerer>& answerers() const { return answerers_; }
  // One flow has drawn different answers: a balancer before this TTL sends each packet its own way.
  [[nodiscard]] bool is_mixed() const { return mixed_; }

  // Flows that are silent beside others may pass a router that answers and has run out of answers,
  // or loses many. They count as passing a silent one when each of the others has proved to answer
  // most of what it is asked at this rate. The flows to ask for that.
  [[nodiscard]] std::vector<int> flows_to_check() const;
  // Whether a silent router may stand beside those that answer, which cannot be told from losses.
  [[nodiscard]] bool may_hide_silence() const;
  // All probes that are no longer waited for.
  struct Tally {
    int lost = 0, all = 0;
    void add(const Tally& other) {
      lost += other.lost;
      all += other.all;
    }
  };
  [[nodiscard]] Tally tally() const;

  // When a flow's next probe may leave; Time::max(): not before an answer comes or a probe expires.
  // No router is asked faster than it answers: see ttl_state.cc. Who ended a path elsewhere, the
  // last time at `last_end`, may be silent here only because of its limit.
  [[nodiscard]] Time may_send_at(int flow, Time last_end) const;
  // When the next probe expires; Time::max() if none is on the way.
  [[nodiscard]] Time next_expiry(Time patience) const;
  [[nodiscard]] int outstanding() const { return static_cast<int>(outstanding_.size()); }
  // The longest round trip, if anybody has answered.
  [[nodiscard]] std::optional<Time> largest_rtt() const { return largest_rtt_; }

 private:
  struct FlowState {
    std::vector<int> answered_by;  // each once
    std::vector<int> places;       // those of them that count
    int sent = 0;
    int answers = 0;  // that are trusted
    int waiting = 0;
    Tally now;  // at the present rate
    Time asked{};
    bool is_given_up = false;  // asked in vain

    [[nodiscard]] Tally tally() const { return {sent - waiting - answers, sent - waiting}; }
  };
  struct Outstanding {
    std::size_t probe;
    int flow;
    Time asked;
    bool is_retry;  // of a flow that has not been answered
  };
  [[nodiscard]] const FlowState& flow_state(int flow) const;
  [[nodiscard]] bool is_trusted(int place) const;
  [[nodiscard]] bool is_answered(const FlowState& flow) const;  // by one who is trusted
  [[nodiscard]] bool retries_seem_vain() const;
  [[nodiscard]] bool retries_are_vain() const;
  [[nodiscard]] bool knows_silent_routers() const;
  [[nodiscard]] Tally tally_of(int place) const;
  [[nodiscard]] bool is_settled(const FlowState& of_flow) const;

  [[nodiscard]] bool seems_silent_at_times() const;
  void check_silence();
  void find_places(FlowState& flow);
  void find_all_places();
  void note(const Outstanding& probe, bool was_answered, Time now);

  std::vector<FlowState> flows_state_;   // by flow
  std::deque<Outstanding> outstanding_;  // in order of sending
  std::vector<Answerer> answerers_;
  bool any_trusted_ = false;  // of them
  bool mixed_ = false;
  bool believes_silence_ = true;  // of flows that nobody answers
  std::optional<Time> largest_rtt_;
  std::size_t rate_step_ = 0;        // how slowly it is asked
  Time shifted_{};                   // when that was last changed
  std::deque<bool> recent_;          // whether the last probes since then were answered
  std::deque<bool> recent_retries_;  // the same of retries, at the slowest rate
  Time last_sent_{};
  Time last_retry_{};
};

}  // namespace traceroute
