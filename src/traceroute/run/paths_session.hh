// traceroute --paths, from the first probe to the last line of output.
#pragma once

#include "traceroute/lookup/address_info.hh"
#include "traceroute/run/probe_sockets.hh"

namespace traceroute {

// Finds all parallel paths and prints them, as text or for Graphviz. Warnings of the latter go to
// stderr. When `stop` is readable, or a probe cannot be sent, what is known so far. Returns the
// exit status. Throws cli::Failure where the socket cannot keep a flow together.
int show_paths(const Plan& plan, FamilySocket& family_socket, AddressInfo& info, bool for_graphviz,
               int stop);

}  // namespace traceroute
