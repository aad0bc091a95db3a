// A whole trace against a path that does what the input says: it ends, in bounded time and with a
// bounded number of packets, and tells each hop once and in order.
#include <cstdlib>

#include "support/virtual_path.hh"
#include "traceroute/report/hop_text.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  std::size_t at = 0;
  const auto next = [&]() -> unsigned { return at < size ? data[at++] : 0; };

  traceroute::Plan plan;
  plan.first_ttl = static_cast<int>(next() % 8 + 1);
  plan.max_ttl = plan.first_ttl + static_cast<int>(next() % 24);
  plan.queries = static_cast<int>(next() % 5 + 1);
  if (next() % 4 == 0) plan.window = static_cast<int>(next() % 20 + 1);
  if (next() % 8 == 0) plan.pause = 1ms * next();
  if (next() % 4 == 0) plan.waits = traceroute::Waits{10ms * next(), 0.1 * next(), 0.1 * next()};
  plan.find_mtu = next() % 4 == 0;
  plan.packet_size = 100 + 10 * next();

  const auto played = traceroute::play(plan, [&](const traceroute::Probe& probe, int) {
    const unsigned what = next();
    const traceroute::Time rtt = what % 16 == 0 ? 100ms * next() : 100us * next();
    const auto verdict = what % 8 < 5    ? traceroute::Verdict::router
                         : what % 8 == 5 ? traceroute::Verdict::destination
                                         : traceroute::Verdict::refusal;
    traceroute::Answer answer{verdict, rtt, probe.ttl % 250 + 1, 3, 4};
    if (what % 32 >= 24) answer.mtu = next() * 16;
    return what % 3 == 0 ? std::nullopt : std::optional(answer);
  });

  const std::size_t hops = static_cast<std::size_t>(plan.max_ttl - plan.first_ttl + 1);
  constexpr int max_retries = 8;
  const std::size_t most = hops * static_cast<std::size_t>(plan.queries + max_retries) + 1;
  if (played.trace.probes().size() > most || played.hops.size() > hops) std::abort();
  int ttl = plan.first_ttl;
  for (const traceroute::Hop& hop : played.hops) {
    if (hop.ttl != ttl++ || hop.probes.size() != static_cast<std::size_t>(plan.queries))
      std::abort();
    traceroute::Style style;
    style.numeric = style.extensions = style.way_back = true;
    traceroute::line(hop, style);
  }
  return 0;
}
