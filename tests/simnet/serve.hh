// The two things that are simulated while a command runs.
#pragma once

#include <string>

#include "simnet/model/description.hh"
#include "simnet/sandbox.hh"

namespace simnet {

struct Job {
  std::string truth;  // file for the truth; empty for none
  std::uint64_t seed = 0;
  std::vector<Description> later;  // the networks that follow, one at each SIGUSR1
  std::vector<std::string> command;
  std::string user;  // whom it runs as; empty: as this process
  std::vector<std::pair<std::string, std::string>> sysctls;
};

// Runs the command behind a simulated path; returns its exit status.
int serve_path(const Description& description, const Job& job);

// Runs the command at the near end of a simulated link. The far end is a network namespace that it
// inherits as the descriptor named by $SIMNET_FAR: nsenter --net="$SIMNET_FAR" COMMAND.
int serve_link(const Description& description, const Job& job);

}  // namespace simnet
