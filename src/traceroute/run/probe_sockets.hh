// The sockets that probes go out by, as the command line wants them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "traceroute/options.hh"
#include "traceroute/probe/prober.hh"

namespace traceroute {

// The socket of a family and what sends by it, made ready when a destination first needs it.
struct FamilySocket {
  FamilySocket(ProbeSocket opened, std::optional<std::uint16_t> first_sequence)
      : socket(std::move(opened)), prober(socket, first_sequence) {}

  ProbeSocket socket;
  Prober prober;
  bool in_use = false;
  std::string refusal;  // why it cannot be used
};

// One of each family, but for one that cannot be had, say because this machine lacks it.
struct FamilySockets {
  std::vector<std::unique_ptr<FamilySocket>> all;
  std::optional<net::Family> refused;
  std::string why = "not of the family that was asked for";  // or why it is refused

  // The one of the family of a plan's destination, and in the plan the way and the address that its
  // packets have. Before a socket is used first, says on stderr which way it goes unless that is
  // the best one. Throws std::runtime_error where there is none or it cannot be used as the options
  // want.
  FamilySocket& towards(Plan& plan, const Options& options);
};

// Those of the families that the targets may turn out to have, to be opened before any name is
// read: each by the best way that this user is allowed to go. Throws std::system_error, or
// cli::Failure where no way is allowed, when there is none at all.
FamilySockets open_probe_sockets(const Options& options);

}  // namespace traceroute
