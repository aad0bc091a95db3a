// A trace through the simulated network in virtual time: real packets, and many runs in a row
// against the same limits.
#pragma once

#include <string>
#include <vector>

#include "support/virtual_network.hh"
#include "support/virtual_path.hh"
#include "traceroute/report/hop_text.hh"
#include "traceroute/trace/trace.hh"

namespace traceroute {

struct TraceRun {
  // An answer that comes back, whether it is waited for or not; times since the start.
  struct Arrival {
    int ttl;  // of the probe
    bool router;
    Time when;
  };
  std::vector<Hop> hops;
  std::vector<Arrival> arrivals;
  Time took{};
  std::size_t packets = 0;
  bool reached = false;

  // What a reader sees, without the times: "1:198.18.0.1 2:* 3:198.18.0.2!X,198.18.0.3".
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Hop& hop : hops) {
      std::string who;
      for (const Probe& probe : hop.probes) {
        if (!probe.reply || probe.late) continue;
        const std::string answer = probe.reply->from.host() + mark(*probe.reply);
        if (who.find(answer) == std::string::npos) who += (who.empty() ? "" : ",") + answer;
      }
      all += (all.empty() ? "" : " ") + std::to_string(hop.ttl) + ':' + (who.empty() ? "*" : who);
    }
    return all;
  }
};

// Runs traces of one network one after another.
class VirtualHost {
 public:
  // With at least `interval` between two packets, if that is not 0.
  explicit VirtualHost(const simnet::Description& description, std::uint64_t seed = 1,
                       Time interval = {})
      : network_(description, seed), interval_(interval) {}

  TraceRun run(const Plan& plan) {
    Trace trace(plan);
    TraceRun result;
    std::multimap<Time, std::vector<std::uint8_t>> on_the_way;
    const Time start = now_;
    Time may_send = now_;
    while (true) {
      while (!on_the_way.empty() && on_the_way.begin()->first <= now_) {
        auto [sequence, reply] = reply_of(on_the_way.begin()->second, on_the_way.begin()->first);
        reply.ttl = wire::parse_ipv4(on_the_way.begin()->second)->ttl;
        trace.record(sequence, reply);
        on_the_way.erase(on_the_way.begin());
      }
      const std::size_t max = interval_ > Time::zero() ? 1 : Trace::full_batch;
      const auto due = now_ < may_send ? std::vector<std::size_t>{} : trace.due(now_, max);
      if (!due.empty()) may_send = now_ + interval_;
      for (const std::size_t index : due) {
        ++result.packets;
        const Probe& probe = trace.probes()[index];
        const auto outcome =
            network_.receive(packet_of(probe, static_cast<std::uint16_t>(index)), now_);
        for (const auto& answer : outcome.answers) {
          const bool router = outcome.fate == simnet::Fate::expired;
          result.arrivals.push_back({probe.ttl, router, now_ + answer.delay - start});
          on_the_way.insert({now_ + answer.delay, answer.packet});
        }
      }
      while (auto hop = trace.next_settled(now_)) result.hops.push_back(*hop);
      if (trace.done()) break;
      Time next = now_ < may_send ? may_send : trace.wake(now_);
      if (!on_the_way.empty()) next = std::min(next, on_the_way.begin()->first);
      if (next == Time::max() || next < now_) throw std::logic_error("the trace sleeps for ever");
      now_ = next;
    }
    result.took = now_ - start;
    for (const Probe& probe : result.hops.back().probes) {
      result.reached |= probe.reply && probe.reply->verdict == Verdict::destination;
    }
    return result;
  }
  // Time that passes between two runs.
  void wait(Time span) { now_ += span; }

 private:
  simnet::Network network_;
  Time interval_;
  Time now_ = std::chrono::hours(1);
};

// One run through a network of its own.
inline TraceRun run(const std::string& network, Plan plan = {}, std::uint64_t seed = 1) {
  const simnet::Description description = describe(network);
  return VirtualHost(description, seed).run(plan);
}

// What TraceRun::text() says of these routers.
inline std::string routers(int first, int last) {
  std::string all;
  for (int ttl = first; ttl <= last; ++ttl) {
    all += (ttl > first ? " " : "") + std::to_string(ttl) + ":198.18.0." + std::to_string(ttl);
  }
  return all;
}

}  // namespace traceroute
