// The sockets that probes go out by, as the command line wants them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "traceroute/options.hh"
#include "traceroute/probe/prober.hh"

namespace traceroute {

// A socket of each family, but for one that cannot be had, say because this machine lacks it.
struct ProbeSockets {
  std::vector<ProbeSocket> opened;
  std::optional<net::Family> refused{};
  std::string why = "not of the family that was asked for";  // or why it is refused
};

// Those of the families that the targets may turn out to have, to be opened before any name is
// read: each by the best way that this user is allowed to go. Throws std::system_error, or
// cli::Failure where no way is allowed, when there is none at all.
ProbeSockets open_probe_sockets(const Options& options);

// The socket of each family and what sends by it, made ready when a destination first needs it.
struct FamilySocket {
  ProbeSocket& socket;
  Prober prober;
  bool in_use = false;
  std::string refusal{};  // why it cannot be used
};

class FamilySockets {
 public:
  // Both outlive it.
  FamilySockets(const Options& options, ProbeSockets& sockets);

  // The one of the family of a plan's destination, and in the plan the way and the address that its
  // packets have. Before a socket is used first, says on stderr which way it goes unless that is
  // the best one. Throws std::runtime_error where there is none or it cannot be used as the options
  // want.
  FamilySocket& towards(Plan& plan);
  [[nodiscard]] std::optional<net::Family> refused() const { return sockets_.refused; }
  [[nodiscard]] const std::vector<std::unique_ptr<FamilySocket>>& all() const { return all_; }

 private:
  FamilySocket& ready(const net::Address& destination);

  const Options& options_;
  ProbeSockets& sockets_;
  std::vector<std::unique_ptr<FamilySocket>> all_;
};

}  // namespace traceroute
