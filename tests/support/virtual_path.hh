// A path that answers a Trace in virtual time: a whole trace takes microseconds.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <vector>

#include "traceroute/trace/trace.hh"

namespace traceroute {

// What becomes of a probe: its answer and how long that takes. Nothing: silence.
struct Answer {
  Verdict verdict;
  Time rtt;
  int responder;  // the last byte of 192.0.2.0
  int type = 11;
  int code = 0;
  std::optional<std::uint32_t> mtu = std::nullopt;
};
// `count` is how many probes of this TTL there were before.
using VirtualPath = std::function<std::optional<Answer>(const Probe& probe, int count)>;

inline net::Address address(int last_byte) {
  return net::resolve("192.0.2." + std::to_string(last_byte), 0, net::Family::ipv4, {})[0];
}

inline Reply reply_of(const Answer& answer, Time arrived) {
  Reply reply;
  reply.verdict = answer.verdict;
  reply.from = address(answer.responder);
  reply.arrived = arrived;
  reply.type = answer.verdict == Verdict::destination ? 0 : answer.type;
  reply.code = answer.code;
  reply.ttl = 65 - answer.responder;
  reply.mtu = answer.mtu;
  return reply;
}

struct Played {
  Trace trace;
  std::vector<Hop> hops;  // as they were settled
  Time took{};
  std::size_t packets = 0;
  std::size_t max_at_once = 0;  // packets in one batch
};

// Runs a trace to its end, at the moments that it asks for.
inline Played play(const Plan& plan, const VirtualPath& path) {
  Played played{Trace(plan), {}, {}, 0, 0};
  Trace& trace = played.trace;
  constexpr Time start = std::chrono::hours(1);
  std::multimap<Time, std::pair<std::size_t, Answer>> on_the_way;
  std::map<int, int> counts;
  Time now = start;
  while (true) {
    while (!on_the_way.empty() && on_the_way.begin()->first <= now) {
      const auto [probe, answer] = on_the_way.begin()->second;
      trace.record(probe, reply_of(answer, on_the_way.begin()->first));
      on_the_way.erase(on_the_way.begin());
    }
    const auto due = trace.due(now);
    played.packets += due.size();
    played.max_at_once = std::max(played.max_at_once, due.size());
    for (const std::size_t probe : due) {
      const Probe& sent = trace.probes()[probe];
      if (const auto answer = path(sent, counts[sent.ttl]++)) {
        on_the_way.insert({now + answer->rtt, {probe, *answer}});
      }
    }
    while (auto hop = trace.next_settled(now)) played.hops.push_back(*hop);
    if (trace.done()) break;
    Time next = trace.wake(now);
    if (!on_the_way.empty()) next = std::min(next, on_the_way.begin()->first);
    if (next == Time::max() || next < now) throw std::logic_error("the trace sleeps for ever");
    now = next;
  }
  played.took = now - start;
  return played;
}

}  // namespace traceroute
