// Traces any number of targets side by side, over one socket of each family and within a bound on
// packets a second.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "traceroute/budget.hh"
#include "traceroute/output.hh"
#include "traceroute/prober.hh"
#include "traceroute/resolver.hh"
#include "traceroute/targets.hh"

namespace traceroute {

class Tracer {
 public:
  // The options, the sockets and the directory outlive it.
  Tracer(const Options& options, std::vector<net::ProbeSocket>& sockets, Directory& directory);

  // Traces all targets; returns whether all could be traced. Throws std::system_error.
  bool run(Targets& targets);

 private:
  // The probes of a family.
  struct Lane {
    net::ProbeSocket& socket;
    Prober prober;
    bool in_use = false;
  };
  struct Traced : Run {
    Traced(Plan the_plan, Lane& the_lane, std::size_t the_number)
        : Run(std::move(the_plan)), lane(the_lane), number(the_number) {}
    Lane& lane;
    std::size_t number;  // in order of beginning
    Time turn{};         // when to look at it next
  };

  void take_answers();
  void take_turns(Time now);
  void take_turn(Traced& traced, Time now);
  void show_waiting();
  void begin_targets(Targets& targets, Time now);
  void begin(const Resolved& resolved, Time now);
  Lane& lane_to(const net::Address& destination);
  void set_turn(Traced& traced, Time turn);
  bool send(Traced& traced, std::span<const std::size_t> probes);
  void end(Traced& traced);
  [[nodiscard]] bool may_begin(Time now) const;
  void wait(const Targets& targets, Time now);

  const Options& options_;
  Directory& directory_;
  Output output_;
  Resolver resolver_;
  Budget budget_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::map<const Measurement*, std::unique_ptr<Traced>> traced_;
  std::set<std::tuple<Time, std::size_t, Traced*>> turns_;  // whose turn it is when
  std::size_t begun_ = 0;
  bool all_went_well_ = true;
};

}  // namespace traceroute
