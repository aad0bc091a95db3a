// What the probes of one TTL have shown so far, flow by flow, and how fast this TTL may be asked.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "traceroute/trace/plan.hh"
#include "traceroute/trace/probe.hh"

namespace traceroute {

// Who answers at a TTL, counted from 0; or all who do not answer.
constexpr int nobody = -1;

struct Answerer {
  Reply reply;  // the first
  Time rtt{};   // the least
  [[nodiscard]] bool ends_path() const { return reply.verdict != Verdict::router; }
};

class TtlState {
 public:
  // A probe of a flow leaves; its answer is waited for until `deadline`.
  void sent(int flow, Time now, Time deadline);
  // Late answers count too.
  void answered(int flow, const Reply& reply, Time rtt);
  // Stops waiting for what has run out of time.
  void expire(Time now);

  // Whether a flow's place is known: it has been answered, or is silent for good. A probe or its
  // answer may be lost or a router at its limit, so that a flow is asked several times before that
  // is believed, unless nobody ever answers here.
  [[nodiscard]] bool is_settled(int flow) const;
  // Whether it has been asked at all, and is not settled though nothing is on the way.
  [[nodiscard]] bool is_unasked(int flow) const { return flow_state(flow).sent == 0; }
  [[nodiscard]] bool is_lost(int flow) const;
  [[nodiscard]] bool is_waiting(int flow) const { return flow_state(flow).waiting; }
  [[nodiscard]] int probes_of(int flow) const { return flow_state(flow).sent; }
  [[nodiscard]] int answers_of(int flow) const { return flow_state(flow).answers; }
  // Where a settled flow goes: one answerer, or nobody; several if its answers differ.
  [[nodiscard]] std::set<int> places(int flow) const;
  // The flows that have been asked are less than this.
  [[nodiscard]] int flows() const { return static_cast<int>(flows_state_.size()); }

  [[nodiscard]] const std::vector<Answerer>& answerers() const { return answerers_; }
  // The same flow has drawn different answers: a balancer before this level sends each packet its
  // own way.
  [[nodiscard]] bool is_mixed() const { return mixed_; }

  // Whether a flow's next probe may leave now. No router is asked faster than it answers: see
  // ttl_state.cc.
  [[nodiscard]] bool may_send(int flow, Time now) const;
  // The next time at which may_send(), expire() or is_settled() change; Time::max() if never.
  [[nodiscard]] Time next_change(Time now) const;
  [[nodiscard]] int outstanding() const;
  // The longest round trip, if anybody has answered.
  [[nodiscard]] std::optional<Time> largest_rtt() const { return largest_rtt_; }

 private:
  struct FlowState {
    std::set<int> places;
    int sent = 0;
    int answers = 0;
    bool waiting = false;
    Time asked{};
    Time deadline{};
  };
  [[nodiscard]] const FlowState& flow_state(int flow) const;
  [[nodiscard]] Time interval() const;
  [[nodiscard]] Time again(const FlowState& of_flow) const;
  void note(bool was_answered, Time asked, Time now);

  std::vector<FlowState> flows_state_;  // by flow
  std::vector<Answerer> answerers_;
  bool mixed_ = false;
  std::optional<Time> largest_rtt_;
  std::size_t rate_step_ = 0;  // how slowly it is asked
  Time shifted_{};             // when that was last changed
  std::deque<bool> recent_;    // whether the last probes since then were answered
  Time last_sent_{};
};

}  // namespace traceroute
