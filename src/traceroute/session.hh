// A trace from the command line's words to its last line of output.
#pragma once

#include "traceroute/options.hh"

namespace traceroute {

// Opens the sockets, gives up privilege, resolves the host, traces the path and prints each hop as
// soon as it is settled. Returns the exit status; throws what cli::run reports.
int run(const Options& options);

}  // namespace traceroute
