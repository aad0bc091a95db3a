// A search against a network that does what a row of random bytes says: losses, late, double and
// misplaced answers, balancers by flow and by packet, refusals and liars.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "traceroute/multipath/multipath.hh"
#include "traceroute/multipath/stopping_rule.hh"
#include "traceroute/report/paths_text.hh"

namespace traceroute {

// The next byte of the row; 0 behind its end.
using Bytes = std::function<unsigned()>;

class RandomSearch {
 public:
  explicit RandomSearch(Bytes next) : next_(std::move(next)), multipath_(draw_plan()) {
    for (int ttl = 0; ttl <= max_length; ++ttl) hops_.push_back(draw_hop());
    length_ = static_cast<int>(next_() % max_length + 1);
    loss_ = next_() % 4 == 0 ? next_() : next_() % 26;
  }

  // Runs it to its end. Returns what was wrong with it, or an empty text.
  std::string run() {
    Time now = std::chrono::hours(1);
    const Time start = now;
    for (int turn = 0; turn < max_turns; ++turn) {
      deliver(now);
      const auto batch = multipath_.due(now);
      for (const std::size_t probe : batch) answer(probe, now);
      if (multipath_.probes().size() > max_search_probes) return "too many probes";
      if (multipath_.done()) return fault_of_result();
      const Time wake = multipath_.wake();
      if (wake == Time::max()) return "it sleeps for ever";
      if (wake < now || (wake == now && batch.empty())) return "it wakes up for nothing";
      if (wake > now + max_sleep) return "it sleeps too long";
      Time next = wake;
      if (!arrivals_.empty()) next = std::min(next, arrivals_.begin()->first);
      // Woken up too early, or late.
      if (next_() % 16 == 1) next = now + (next - now) / 2;
      if (next_() % 16 == 1) next += std::chrono::milliseconds(next_());
      now = std::max(now, next);
      if (now > start + max_duration) return "it takes too long";
    }
    return "it takes too many turns";
  }

  [[nodiscard]] const Multipath& multipath() const { return multipath_; }

 private:
  static constexpr int max_length = 30;
  static constexpr int max_turns = 200000;
  static constexpr Time max_sleep = std::chrono::seconds(40);
  static constexpr Time max_duration = std::chrono::minutes(15);

  struct Hop {
    unsigned kind = 0;   // see place()
    unsigned width = 1;  // nodes
    Time delay{};
  };

  Plan draw_plan() {
    Plan plan;
    plan.name = "random";
    plan.first_ttl = static_cast<int>(next_() % 16 == 0 ? next_() % 8 + 1 : 1);
    plan.max_ttl = plan.first_ttl + static_cast<int>(next_() % 34);
    if (next_() % 8 == 0) plan.window = static_cast<int>(next_() % 20 + 1);
    if (next_() % 16 == 0) plan.pause = std::chrono::milliseconds(next_() % 32);
    if (next_() % 16 == 0) {
      plan.waits = Waits{std::chrono::milliseconds(10 * next_()), 0.1 * next_(), 0.1 * next_()};
    }
    return plan;
  }

  Hop draw_hop() {
    Hop hop;
    hop.kind = next_() % 2 == 0 ? 0 : next_() % 32;
    const unsigned width = next_();
    hop.width = width < 128 ? 1 : width < 240 ? width % 5 + 1 : width % 16 + 1;
    const unsigned slow = next_();
    hop.delay = std::chrono::microseconds(slow < 240 ? slow * 40 : slow * 5000);
    return hop;
  }

  // The number of the node at a hop that answers a probe; nullopt: nobody does.
  std::optional<std::size_t> place(const Hop& hop, const Probe& probe) {
    const std::size_t by_flow = (probe.flow * 0x9e3779b1U >> 7) + probe.flow;
    switch (hop.kind) {
      case 1:  // a balancer by packet is before it
        return next_() % hop.width;
      case 2:  // a liar: each flow has an address of its own
        return 100 + probe.flow;
      case 3:  // a liar: each packet
        return 100 + liar_++;
      case 4:  // silent
        return std::nullopt;
      case 5:  // one of the nodes is
        return by_flow % hop.width == 0 ? std::nullopt : std::optional(by_flow % hop.width);
      default:
        return by_flow % hop.width;
    }
  }

  Verdict verdict(const Hop& hop, const Probe& probe) {
    if (probe.ttl >= length_) return Verdict::destination;
    if (hop.kind == 6) return next_() % 2 == 0 ? Verdict::refusal : Verdict::router;
    if (hop.kind == 7) return probe.flow % 3 == 0 ? Verdict::refusal : Verdict::router;
    if (hop.kind == 8) return probe.flow % 3 == 0 ? Verdict::destination : Verdict::router;
    if (hop.kind == 9) return static_cast<Verdict>(next_() % 3);
    return Verdict::router;
  }

  static net::Address address(int ttl, std::size_t place) {
    const auto number = static_cast<std::uint32_t>(ttl) << 24 | static_cast<std::uint32_t>(place);
    return net::Address(wire::Writer().u32(number).done());
  }

  void answer(std::size_t index, Time now) {
    const Probe& probe = multipath_.probes()[index];
    const int ttl = std::min(probe.ttl, length_);
    const Hop& hop = hops_[static_cast<std::size_t>(ttl)];
    const auto node = place(hop, probe);
    if (!node || next_() < loss_) return;
    Reply reply;
    reply.verdict = verdict(hop, probe);
    reply.from = address(ttl, *node);
    Time delay = ttl * std::chrono::milliseconds(3) + hop.delay;
    const unsigned trouble = next_();
    if (trouble == 255) delay += std::chrono::milliseconds(100 * next_());
    // An answer that is taken for that of another probe.
    if (trouble == 254) index = (next_() << 8 | next_()) % multipath_.probes().size();
    reply.arrived = now + delay;
    arrivals_.insert({reply.arrived, {index, reply}});
    if (trouble > 250) arrivals_.insert({now + 2 * delay, {index, reply}});
  }

  void deliver(Time now) {
    while (!arrivals_.empty() && arrivals_.begin()->first <= now) {
      const auto [index, reply] = arrivals_.begin()->second;
      multipath_.record(index, reply);
      arrivals_.erase(arrivals_.begin());
    }
  }

  std::string fault_of_result() {
    const PathGraph graph = multipath_.graph();
    if (graph.nodes.size() > max_search_probes) return "too many nodes";
    for (const PathLink& link : graph.links) {
      if (graph.nodes.at(link.to).ttl != graph.nodes.at(link.from).ttl + 1) return "a false link";
    }
    Style style;
    style.numeric = true;
    const std::string text = paths_text(graph, style);
    const auto verdicts = std::ranges::count_if(
        std::array{"95 %", "may be more", "nobody answers"},
        [&](const char* words) { return text.find(words) != std::string::npos; });
    return verdicts == 1 ? "" : "not one verdict";
  }

  Bytes next_;
  Multipath multipath_;
  std::vector<Hop> hops_;  // by TTL
  int length_ = 0;
  unsigned loss_ = 0;  // of 256
  std::size_t liar_ = 0;
  std::multimap<Time, std::pair<std::size_t, Reply>> arrivals_;
};

}  // namespace traceroute
