#include "traceroute/session.hh"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>

#include "net/privilege.hh"
#include "net/socket.hh"
#include "traceroute/lookups.hh"
#include "traceroute/names.hh"
#include "traceroute/prober.hh"
#include "traceroute/report.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

// How long the trace is held up for a name that does not come.
constexpr auto lookup_patience = 500ms;

Time now() { return net::Clock::now().time_since_epoch(); }

const char* describe(net::ProbeWay way) {
  return way == net::ProbeWay::ping ? "ping sockets" : "UDP and the error queue";
}

// The best way that this user is allowed to go.
net::ProbeSocket open_socket(int family, const net::ProbeSocketOptions& options) {
  for (const auto way : {net::ProbeWay::raw, net::ProbeWay::ping, net::ProbeWay::udp}) {
    try {
      net::ProbeSocket socket(family, way, options);
      if (way != net::ProbeWay::raw)
        cli::say(std::string("no right to raw sockets: using ") + describe(way));
      return socket;
    } catch (const std::system_error& error) {
      const int code = error.code().value();
      if (code != EPERM && code != EACCES) throw;
    }
  }
  throw cli::Failure(
      "no socket can be opened: setcap cap_net_raw+ep on this program, or widen sysctl "
      "net.ipv4.ping_group_range");
}

}  // namespace

int run(const Options& options) {
  const auto addresses = net::resolve(options.host, 0, options.family, net::Deadline::after(30s));
  const auto preferred = std::find_if(addresses.begin(), addresses.end(),
                                      [](const auto& a) { return a.family() == AF_INET; });
  const net::Address destination = preferred != addresses.end() ? *preferred : addresses.front();
  net::ProbeSocket socket = open_socket(destination.family(), options.socket);
  net::drop_privilege();

  Plan plan = options.plan;
  plan.destination = destination;
  const std::size_t size = packet_size(options, destination.family());
  Prober prober(socket, {size, options.first_sequence});
  Trace trace(plan);
  Lookups names(reverse_name, lookup_patience);
  Lookups origins(origin_as, lookup_patience);
  Style style;
  style.numeric = options.numeric;
  style.extensions = options.extensions;
  style.origins = options.origins;
  style.way_back = options.way_back;
  style.name = [&](const net::Address& a) { return names.answer(a).value_or(""); };
  style.origin = [&](const net::Address& a) { return origins.answer(a).value_or(""); };
  cli::print(header(plan, size));

  std::deque<Hop> settled;
  while (!trace.done() || !settled.empty()) {
    const auto due = trace.due(now());
    if (!due.empty()) {
      if (const auto error = prober.send(trace, due)) {
        throw std::system_error(error, "send to " + destination.host());
      }
    }
    prober.receive();
    for (const Probe& probe : trace.probes()) {
      if (!probe.reply) continue;
      if (!options.numeric) names.ask(probe.reply->from);
      if (options.origins) origins.ask(probe.reply->from);
    }
    while (auto hop = trace.next_settled(now())) settled.push_back(*hop);
    names.clear();
    while (!settled.empty()) {
      const auto& probes = settled.front().probes;
      const bool known = std::all_of(probes.begin(), probes.end(), [&](const Probe& p) {
        return !p.reply || ((options.numeric || names.answer(p.reply->from)) &&
                            (!options.origins || origins.answer(p.reply->from)));
      });
      if (!known) break;
      cli::print(line(settled.front(), style));
      settled.pop_front();
    }
    if (trace.done() && settled.empty()) break;
    if (!trace.due(now()).empty()) continue;
    const Time wake = trace.done() ? Time::max() : trace.wake(now());
    net::Deadline deadline =
        wake == Time::max() ? net::Deadline() : net::Deadline(net::Clock::time_point(wake));
    deadline = deadline.or_sooner(names.deadline()).or_sooner(origins.deadline());
    net::wait_readable({socket.fd(), names.fd(), origins.fd()}, deadline);
  }
  return 0;
}

}  // namespace traceroute
