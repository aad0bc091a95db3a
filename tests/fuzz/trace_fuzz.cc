// A whole trace against a path that does what the input says, with answers that are late, twice
// there or of any kind, sends that fail, and an end at any time. It ends, in bounded time and with
// a bounded number of packets; it tells each hop once and in order; no answer that came in time is
// lost, and none stands where it does not belong.
#include <cstdio>
#include <cstdlib>
#include <map>

#include "support/virtual_path.hh"
#include "traceroute/report/hop_text.hh"

namespace {

using namespace std::chrono_literals;
using namespace traceroute;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  unsigned next() { return at_ < size_ ? data_[at_++] : 0; }
  bool one_in(unsigned n) { return next() % n == 1; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

Plan plan_of(Input& in) {
  Plan plan;
  plan.first_ttl = static_cast<int>(in.next() % 8 + 1);
  plan.max_ttl = plan.first_ttl + static_cast<int>(in.next() % 40);
  if (in.one_in(16)) plan.max_ttl = 255;
  plan.queries = static_cast<int>(in.next() % 5 + 1);
  if (in.one_in(4)) plan.window = static_cast<int>(in.next() % 20 + 1);
  if (in.one_in(8)) plan.pause = 1ms * in.next();
  if (in.one_in(4)) plan.waits = Waits{10ms * in.next(), 0.1 * in.next(), 0.1 * in.next()};
  if (in.one_in(4)) plan.give_up = static_cast<int>(in.next() % 6 + 1);
  plan.find_mtu = in.one_in(4);
  plan.packet_size = 60 + (in.one_in(4) ? 10 * in.next() : 0);
  return plan;
}

// Mostly a path of some length, whose destination and routers answer seldom, late or wrongly.
std::optional<Answer> answer_to(const Probe& probe, int length, Input& in) {
  const unsigned what = in.next();
  if (what % 4 == 3) return std::nullopt;
  Time rtt = 1ms * std::min(probe.ttl, length);
  if (what % 16 == 1) rtt = 20ms * in.next();
  if (what % 16 == 2) rtt = 100us * in.next();
  Verdict verdict = probe.ttl >= length ? Verdict::destination : Verdict::router;
  if (what % 16 == 4) verdict = Verdict::refusal;
  if (what == 255) verdict = static_cast<Verdict>(in.next() % 3);
  Answer answer{verdict, rtt, std::min(probe.ttl, length) % 250 + 1, 3, 4};
  if (what % 64 == 9) answer.mtu = in.next() * 16;
  return answer;
}

void check_hop(const Hop& hop, const Trace& trace, int ttl) {
  require(hop.ttl == ttl, "hops in order");
  const auto queries = static_cast<std::size_t>(trace.plan().queries);
  require(hop.probes.size() == queries || (trace.stopped() && hop.probes.size() < queries),
          "as many probes as there are queries");
  bool shown = false;
  for (const Probe& probe : hop.probes) {
    shown |= probe.reply.has_value();
    if (probe.ttl == ttl) continue;
    require(probe.ttl > ttl && trace.end() == ttl, "a probe of another hop is shown");
    require(!probe.reply || probe.reply->verdict != Verdict::router, "a router is moved");
  }
  for (const Probe& probe : trace.probes()) {
    // The scout's TTL, which is no hop's.
    const bool known = probe.ttl == ttl && ttl != 255 && probe.reply && !probe.late;
    require(!known || shown, "an answer that came in time is lost");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const Plan plan = plan_of(in);
  const int length = static_cast<int>(in.next() % 40 + 1);
  const bool fails = in.one_in(4);
  const bool stops = in.one_in(4);
  constexpr int max_retries = 12;
  const auto hops = static_cast<std::size_t>(plan.max_ttl - plan.first_ttl + 1);
  const std::size_t max = hops * static_cast<std::size_t>(plan.queries + max_retries) + 1;

  Trace trace(plan);
  std::multimap<Time, std::pair<std::size_t, Answer>> on_the_way;
  std::map<std::size_t, bool> in_flight;
  Time now = 1h;
  int ttl = plan.first_ttl;
  for (int steps = 0; !trace.done(); ++steps) {
    require(steps < 200000, "it ends");
    while (!on_the_way.empty() && on_the_way.begin()->first <= now) {
      const auto [probe, answer] = on_the_way.begin()->second;
      const Time arrived = on_the_way.begin()->first;
      on_the_way.erase(on_the_way.begin());
      trace.record(probe, reply_of(answer, arrived));
      if (answer.type == 3 && in.one_in(16)) trace.record(probe, reply_of(answer, arrived));
    }
    auto due = trace.due(now);
    if (fails && !due.empty() && in.one_in(4)) {
      const std::size_t kept = in.next() % due.size();
      trace.withdraw(std::span(due).subspan(kept));
      due.resize(kept);
    }
    for (const std::size_t probe : due) {
      if (in.one_in(16)) trace.left(probe, now + 100us);
      if (const auto answer = answer_to(trace.probes()[probe], length, in)) {
        on_the_way.insert({now + answer->rtt, {probe, *answer}});
      }
    }
    if (stops && in.one_in(32)) trace.stop(now + 1ms * in.next());
    require(trace.probes().size() <= max, "a bounded number of packets");
    while (const auto hop = trace.next_settled(now)) {
      check_hop(*hop, trace, ttl++);
      Style style;
      style.numeric = style.extensions = style.way_back = true;
      line(*hop, style);
    }
    if (trace.done()) break;
    Time next = trace.wake(now);
    if (!on_the_way.empty()) next = std::min(next, on_the_way.begin()->first);
    require(next != Time::max(), "it never sleeps for ever");
    require(next >= now, "it never wakes in the past");
    // Who could not send tries again a little later.
    now = fails ? std::max(next, now + 1ms) : next;
  }
  require(ttl - 1 <= plan.max_ttl, "no hop beyond the last");
  require(trace.stopped() || plan.give_up || ttl - 1 == std::min(trace.last_ttl(), plan.max_ttl) ||
              ttl - 1 >= trace.last_ttl(),
          "all hops are told");
  return 0;
}
