#include "traceroute/session.hh"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "net/privilege.hh"
#include "net/socket.hh"
#include "traceroute/finished_path.hh"
#include "traceroute/paths_session.hh"
#include "traceroute/picture.hh"
#include "traceroute/printer.hh"
#include "traceroute/prober.hh"

namespace traceroute {

namespace {

using namespace std::chrono_literals;

constexpr auto resolver_patience = 30s;

// The family of a host that is an address, else any.
net::Family family_of_literal(const std::string& host) {
  in_addr ignored{};
  if (host.find(':') != std::string::npos) return net::Family::ipv6;
  return inet_aton(host.c_str(), &ignored) != 0 ? net::Family::ipv4 : net::Family::any;
}

// The first IPv4 address, as other traceroutes choose, else the first of all.
net::Address choose(const std::vector<net::Address>& addresses) {
  for (const net::Address& address : addresses) {
    if (address.family() == AF_INET) return address;
  }
  return addresses.front();
}

// A socket of a family, by the best way that this user is allowed to go.
net::ProbeSocket open_probe_socket(int family, const net::ProbeSocketOptions& options) {
  for (const auto way : {net::ProbeWay::raw, net::ProbeWay::ping, net::ProbeWay::udp}) {
    try {
      return {family, way, options};
    } catch (const std::system_error& error) {
      const int code = error.code().value();
      if (code != EPERM && code != EACCES) throw;
    }
  }
  throw cli::Failure(
      "no right to any socket: setcap cap_net_raw+ep on this program, or widen the sysctl "
      "net.ipv4.ping_group_range");
}

// Sockets of the families that the host may turn out to have, opened before its name is read.
std::vector<net::ProbeSocket> open_probe_sockets(const Options& options, net::Family family) {
  std::vector<net::ProbeSocket> sockets;
  if (family != net::Family::ipv6) sockets.push_back(open_probe_socket(AF_INET, options.socket));
  if (family == net::Family::ipv4) return sockets;
  try {
    sockets.push_back(open_probe_socket(AF_INET6, options.socket));
  } catch (const std::system_error& error) {
    const bool lacks_ipv6 = error.code().value() == EAFNOSUPPORT;
    if (!lacks_ipv6 || sockets.empty()) throw;
  }
  return sockets;
}

void say_way(net::ProbeWay way) {
  if (way == net::ProbeWay::ping) cli::say("no right to a raw socket: using a ping socket");
  if (way == net::ProbeWay::udp) {
    cli::say("no right to a raw or a ping socket: using UDP and the error queue");
  }
}

Time now() { return net::Clock::now().time_since_epoch(); }

net::Deadline deadline_at(Time time) {
  return time == Time::max() ? net::Deadline() : net::Deadline(net::Clock::time_point(time));
}

// Runs a trace to its end.
void follow(Trace& trace, Prober& prober, const net::ProbeSocket& socket, Printer& printer) {
  while (true) {
    // Received before sending: what has arrived may make a probe needless.
    for (const net::Address& responder : prober.receive()) printer.expect(responder);
    const Time time = now();
    const auto due = trace.due(time);
    if (const auto error = prober.send(trace, due)) {
      const net::Address& destination = trace.plan().destination;
      const bool too_big = error.value() == EMSGSIZE && trace.plan().find_mtu;
      if (too_big && trace.shrink(due.front(), socket.refused_by_mtu())) continue;
      throw std::system_error(error, "send to " + destination.host());
    }
    while (auto hop = trace.next_settled(time)) printer.add(std::move(*hop));
    printer.print();
    if (trace.done() && printer.empty()) return;
    const net::Deadline wake = trace.done() ? net::Deadline() : deadline_at(trace.wake(time));
    const auto [names, origins] = printer.fds();
    net::wait_readable({socket.fd(), names, origins}, wake.or_sooner(printer.deadline()));
  }
}

// Whether the locale's characters are UTF-8; the program never changes its own, so the environment
// is asked, in the order of locale(7).
bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    std::string charset = value;
    for (char& c : charset) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return charset.find("utf-8") != std::string::npos || charset.find("utf8") != std::string::npos;
  }
  return false;
}

void draw_networks(const Trace& trace, const Style& style, bool explained) {
  const auto source = net::source_towards(trace.plan().destination);
  const Path path = finished_path(trace, style, source ? source->host() : "");
  cli::print('\n' + picture(path, {locale_is_utf8(), explained}));
}

}  // namespace

int run(const Options& options) {
  const net::Family literal = family_of_literal(options.host);
  const bool any = options.family == net::Family::any;
  std::vector<net::ProbeSocket> sockets =
      open_probe_sockets(options, any ? literal : options.family);
  net::drop_privilege();

  Plan plan = options.plan;
  plan.destination = choose(
      net::resolve(options.host, 0, options.family, net::Deadline::after(resolver_patience)));
  const int family = plan.destination.family();
  net::ProbeSocket& socket = sockets.back().family() == family ? sockets.back() : sockets.front();
  say_way(socket.way());
  if (!options.source.empty()) {
    const auto same_family = family == AF_INET6 ? net::Family::ipv6 : net::Family::ipv4;
    socket.bind_source(
        net::resolve(options.source, 0, same_family, net::Deadline::after(resolver_patience))[0]);
  }
  if (options.flow_label != 0 && family == AF_INET6) {
    socket.set_flow_label(plan.destination, options.flow_label);
  }

  plan.packet_size = packet_size(options, family);
  Style style;
  style.numeric = options.numeric;
  style.extensions = options.extensions;
  style.origins = options.origins;
  style.way_back = options.way_back;
  Printer printer(style);
  Prober prober(socket, options.first_sequence);
  if (options.paths) {
    show_paths(plan, prober, socket, printer, options.dot);
    return 0;
  }
  Trace trace(plan);
  cli::print(header(plan));
  follow(trace, prober, socket, printer);
  if (options.networks) draw_networks(trace, printer.style(), options.explained);
  return 0;
}

}  // namespace traceroute
