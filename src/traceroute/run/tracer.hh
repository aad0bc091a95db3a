// Traces any number of targets side by side, over one socket of each family and within a bound on
// packets a second.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "traceroute/lookup/resolver.hh"
#include "traceroute/probe/prober.hh"
#include "traceroute/run/output.hh"
#include "traceroute/run/targets.hh"
#include "traceroute/trace/token_bucket.hh"

namespace traceroute {

class Tracer {
 public:
  // The options, the sockets and the directory outlive it.
  Tracer(const Options& options, std::vector<ProbeSocket>& sockets, AddressInfo& directory);

  // Traces all targets; returns whether all could be traced. Throws std::system_error.
  bool run(Targets& targets);

 private:
  // The probes of a family.
  struct FamilySocket {
    ProbeSocket& socket;
    Prober prober;
    bool in_use = false;
  };
  struct ActiveTrace : Run {
    ActiveTrace(Plan the_plan, FamilySocket& the_lane, std::size_t the_number)
        : Run(std::move(the_plan)), family_socket(the_lane), number(the_number) {}
    FamilySocket& family_socket;
    std::size_t number;  // in order of beginning
    Time turn{};         // when to look at it next
  };

  void take_answers();
  void take_turns(Time now);
  void take_turn(ActiveTrace& traced, Time now);
  void show_waiting();
  void begin_targets(Targets& targets, Time now);
  void begin(const Resolved& resolved, Time now);
  FamilySocket& lane_to(const net::Address& destination);
  void set_turn(ActiveTrace& traced, Time turn);
  bool send(ActiveTrace& traced, std::span<const std::size_t> probes);
  void end(ActiveTrace& traced);
  [[nodiscard]] bool may_begin(Time now) const;
  void wait(const Targets& targets, Time now);

  const Options& options_;
  AddressInfo& info_;
  Output output_;
  Resolver resolver_;
  TokenBucket budget_;
  std::vector<std::unique_ptr<FamilySocket>> sockets_;
  std::map<const Measurement*, std::unique_ptr<ActiveTrace>> traces_;
  std::set<std::tuple<Time, std::size_t, ActiveTrace*>> turns_;  // whose turn it is when
  std::size_t begun_ = 0;
  bool all_went_well_ = true;
};

}  // namespace traceroute
