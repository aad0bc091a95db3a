// Traces any number of targets side by side, over one socket of each family and within a bound on
// packets a second.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "traceroute/lookup/resolver.hh"
#include "traceroute/run/output.hh"
#include "traceroute/run/probe_sockets.hh"
#include "traceroute/run/targets.hh"
#include "traceroute/trace/token_bucket.hh"

namespace traceroute {

class Tracer {
 public:
  // All of them outlive it.
  Tracer(const Options& options, FamilySockets& sockets, AddressInfo& info);

  // Traces all targets, until `stop` becomes readable: then what is known is printed. Returns the
  // exit status. Throws std::system_error.
  int run(Targets& targets, int stop);

 private:
  struct ActiveTrace : Run {
    ActiveTrace(Plan the_plan, FamilySocket& the_socket, std::size_t the_number)
        : Run(std::move(the_plan)), family_socket(the_socket), number(the_number) {}
    FamilySocket& family_socket;
    std::size_t number;                // in order of beginning
    Time turn{};                       // when to look at it next
    std::optional<Time> without_room;  // since when nothing could be sent
  };

  void take_answers();
  void take_turns(Time now);
  void take_turn(ActiveTrace& traced, Time now);
  void show_waiting();
  void begin_targets(Targets& targets, Time now);
  void begin(const Resolved& resolved, Time now);
  void begin(Plan plan, const net::Address& destination, Time now);
  void set_turn(ActiveTrace& traced, Time turn);
  void send(ActiveTrace& traced, std::span<const std::size_t> probes, Time now);
  void fail(const Plan& plan, const std::string& why);
  void interrupt(const Targets& targets, Time now);
  void end(ActiveTrace& traced);
  [[nodiscard]] bool may_begin(Time now) const;
  void wait(const Targets& targets, int stop, Time now);

  const Options& options_;
  AddressInfo& info_;
  Output output_;
  Resolver resolver_;
  TokenBucket budget_;
  FamilySockets& sockets_;
  std::map<const Measurement*, std::unique_ptr<ActiveTrace>> traces_;
  std::set<std::tuple<Time, std::size_t, ActiveTrace*>> turns_;  // whose turn it is when
  std::size_t begun_ = 0;
  bool all_went_well_ = true;
};

}  // namespace traceroute
