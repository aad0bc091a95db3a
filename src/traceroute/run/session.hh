// A trace from the command line's words to its last line of output.
#pragma once

#include "traceroute/options.hh"

namespace traceroute {

// Opens the sockets, gives up privilege, traces the paths to the target or targets and prints what
// the options ask for. Returns the exit status; throws what cli::run reports.
int run(const Options& options);

}  // namespace traceroute
