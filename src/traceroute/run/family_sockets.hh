// The socket of each family and what sends by it, made ready when a destination first needs it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "traceroute/options.hh"
#include "traceroute/probe/prober.hh"

namespace traceroute {

struct FamilySocket {
  ProbeSocket& socket;
  Prober prober;
  bool in_use = false;
  std::string refusal{};  // why it cannot be used
};

class FamilySockets {
 public:
  // Both outlive it.
  FamilySockets(const Options& options, std::vector<ProbeSocket>& sockets);

  // The one of a destination's family. Throws cli::Failure where there is none, and
  // std::runtime_error where it cannot be used as the options want.
  FamilySocket& towards(const net::Address& destination);
  [[nodiscard]] const std::vector<std::unique_ptr<FamilySocket>>& all() const { return all_; }

 private:
  const Options& options_;
  std::vector<std::unique_ptr<FamilySocket>> all_;
};

}  // namespace traceroute
