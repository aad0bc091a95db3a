#include "traceroute/session.hh"

#include <arpa/inet.h>

#include <cerrno>

#include "net/privilege.hh"
#include "net/socket.hh"
#include "traceroute/tracer.hh"

namespace traceroute {

namespace {

// The family of a host that is an address, else any.
net::Family family_of_literal(const std::string& host) {
  in_addr ignored{};
  if (host.find(':') != std::string::npos) return net::Family::ipv6;
  return inet_aton(host.c_str(), &ignored) != 0 ? net::Family::ipv4 : net::Family::any;
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

// Sockets of the families that the targets may turn out to have, opened before any name is read.
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

Style style_of(const Options& options) {
  Style style;
  style.numeric = options.numeric;
  style.extensions = options.extensions;
  style.origins = options.origins;
  style.way_back = options.way_back;
  return style;
}

}  // namespace

int run(const Options& options) {
  const bool many = !options.targets.empty();
  const bool any = options.family == net::Family::any && !many;
  std::vector<net::ProbeSocket> sockets =
      open_probe_sockets(options, any ? family_of_literal(options.host) : options.family);
  for (const net::ProbeSocket& socket : sockets) {
    if (many) net::enlarge_receive_buffer(socket.fd());
  }
  net::drop_privilege();

  Targets targets = many ? Targets::from_file(options.targets) : Targets(options.host);
  Directory directory(style_of(options));
  Tracer tracer(options, sockets, directory);
  return tracer.run(targets) ? 0 : 1;
}

}  // namespace traceroute
