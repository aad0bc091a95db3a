// Which of a host's addresses is traced.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traceroute/options.hh"

namespace traceroute {

// The addresses of one family.
std::vector<net::Address> of_family(const std::vector<net::Address>& addresses, net::Family family);

// The one that there is a route to: IPv4 first, as other traceroutes choose, else the next family;
// of the family of an address to send from, and of none that has no socket, if there is such a one;
// the very first where there is a route to none, or where other options choose the way. Says on
// stderr when it is not the first.
net::Address choose(const std::string& name, const std::vector<net::Address>& addresses,
                    const Options& options, std::optional<net::Family> no_socket = {});

// Why nothing of a host is shown if the user was quicker than the name server.
std::string interrupted_look_up(const std::string& host);

}  // namespace traceroute
