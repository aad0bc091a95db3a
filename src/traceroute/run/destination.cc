#include "traceroute/run/destination.hh"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/program.hh"
#include "net/socket.hh"

namespace traceroute {

std::vector<net::Address> of_family(const std::vector<net::Address>& addresses,
                                    net::Family family) {
  std::vector<net::Address> found;
  std::ranges::copy_if(addresses, std::back_inserter(found),
                       [family](const net::Address& a) { return a.family() == family; });
  return found;
}

net::Address choose(const std::string& name, const std::vector<net::Address>& addresses,
                    const Options& options, std::optional<net::Family> no_socket) {
  std::vector<net::Address> in_order = addresses;
  // Not std::ranges': the range it returns is not for clang before 16 with libstdc++.
  std::stable_partition(in_order.begin(), in_order.end(),
                        [](const net::Address& a) { return a.family() == net::Family::ipv4; });
  if (const auto source = net::Address::parse(options.source)) {
    auto reachable = of_family(addresses, source->unmapped().family());
    if (!reachable.empty()) in_order = std::move(reachable);
  }
  auto usable = in_order;
  std::erase_if(usable, [&](const net::Address& a) { return a.family() == no_socket; });
  if (!usable.empty()) in_order = std::move(usable);
  const net::Address& first = in_order.front();
  const auto& way = options.socket;
  const bool chosen = !way.interface.empty() || way.mark || way.bypass_routing;
  if (in_order.size() == 1 || chosen || !net::lacks_route(first)) return first;
  const auto next = std::ranges::find_if_not(in_order, net::lacks_route);
  if (next == in_order.end()) return first;
  cli::say(name + ": no route to " + first.host() + ", tracing to " + next->host());
  return *next;
}

std::string interrupted_look_up(const std::string& host) {
  return "interrupted: the address of " + host + " is not known yet";
}

}  // namespace traceroute
