#include "traceroute/run/probe_sockets.hh"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>

#include "cli/program.hh"
#include "net/error.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "traceroute/lookup/resolver.hh"
#include "traceroute/run/destination.hh"

namespace traceroute {

namespace {

// The family of a host that is an address, else any.
net::Family family_of_literal(const std::string& host) {
  in_addr ignored{};
  if (const auto address = net::Address::parse(host)) return address->unmapped().family();
  if (host.find(':') != std::string::npos) return net::Family::ipv6;
  return inet_aton(host.c_str(), &ignored) != 0 ? net::Family::ipv4 : net::Family::any;
}

// A socket of a family, by the best way that this user is allowed to go.
ProbeSocket open_probe_socket(net::Family family, const ProbeSocketOptions& options) {
  for (const auto way : {ProbeWay::raw, ProbeWay::ping, ProbeWay::udp}) {
    try {
      return {family, way, options};
    } catch (const std::system_error& error) {
      const int code = error.code().value();
      const bool no_ping_sockets = way == ProbeWay::ping && code == EPROTONOSUPPORT;
      if (code != EPERM && code != EACCES && !no_ping_sockets) throw;
    }
  }
  throw cli::Failure(
      "no right to any socket: setcap cap_net_raw+ep on this program, or widen the sysctl "
      "net.ipv4.ping_group_range");
}

// To be called once before a socket is used: sets the source address and the flow label.
void prepare(ProbeSocket& socket, const Options& options, const net::Address& destination) {
  const ProbeWay way = socket.way();
  if (way == ProbeWay::ping) cli::say("no right to a raw socket: using a ping socket");
  if (way == ProbeWay::udp)
    cli::say("no right to a raw or a ping socket: using UDP and the error queue");
  if (!options.source.empty()) {
    const auto found = of_family(addresses_of(options.source, net::Family::any), socket.family());
    if (found.empty()) {
      // It is told of each target, and so names none.
      const std::string to = socket.family() == net::Family::ipv6 ? "IPv6" : "IPv4";
      throw cli::Failure("send from " + options.source + " to " + to + ": not of the same family");
    }
    const net::Address& source = found.front();
    if (net::bind_to(socket.fd(), source) != 0) net::fail("send from " + source.host());
  }
  if (options.flow_label != 0 && socket.family() == net::Family::ipv6)
    socket.set_flow_label(destination, options.flow_label);
}

// The address that packets of a prepared socket to a destination bear, if that is known.
std::optional<net::Address> source_of(const ProbeSocket& socket, const Options& options,
                                      const net::Address& destination) {
  if (!options.source.empty()) {
    const net::Address bound = net::local_address(socket.fd());
    if (!bound.same_host(net::Address::wildcard(bound.family(), 0))) return bound;
  }
  // Other routes may be taken then.
  const ProbeSocketOptions& way = options.socket;
  if (!way.interface.empty() || way.mark || way.bypass_routing) return std::nullopt;
  return net::source_towards(destination);
}

}  // namespace

FamilySockets open_probe_sockets(const Options& options) {
  const bool known = options.family != net::Family::any || !options.targets.empty();
  const net::Family family = known ? options.family : family_of_literal(options.plan.name);
  FamilySockets sockets;
  std::exception_ptr refusal;
  for (const auto each : {net::Family::ipv4, net::Family::ipv6}) {
    if (family != net::Family::any && family != each) continue;
    // One family that cannot be had does not take the other along.
    try {
      sockets.all.push_back(std::make_unique<FamilySocket>(open_probe_socket(each, options.socket),
                                                           options.first_sequence));
    } catch (const std::runtime_error& error) {
      if (!refusal) refusal = std::current_exception();
      sockets.refused = each;
      sockets.why = error.what();
    }
  }
  if (sockets.all.empty()) std::rethrow_exception(refusal);
  return sockets;
}

FamilySocket& FamilySockets::towards(Plan& plan, const Options& options) {
  const net::Address& destination = plan.destination;
  const auto of_family = std::ranges::find_if(
      all, [&](const auto& each) { return each->socket.family() == destination.family(); });
  if (of_family == all.end()) throw cli::Failure("send to " + destination.host() + ": " + why);
  FamilySocket& found = **of_family;
  if (!found.refusal.empty()) throw cli::Failure(found.refusal);
  try {
    if (!found.in_use) prepare(found.socket, options, destination);
  } catch (const std::runtime_error& error) {
    found.refusal = error.what();
    throw;
  }
  found.in_use = true;
  plan.by_udp = found.socket.way() == ProbeWay::udp;
  plan.source = source_of(found.socket, options, destination);
  return found;
}

}  // namespace traceroute
