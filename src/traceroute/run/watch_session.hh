// traceroute --watch, from the first probe to the report.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <vector>

#include "traceroute/lookup/resolver.hh"
#include "traceroute/run/probe_sockets.hh"
#include "traceroute/run/targets.hh"
#include "traceroute/run/watch_output.hh"
#include "traceroute/trace/token_bucket.hh"

namespace traceroute {

class WatchSession {
 public:
  // All of them outlive it.
  WatchSession(const Options& options, FamilySockets& sockets, AddressInfo& info,
               WatchOutput& output);

  // Watches the paths to all targets, until `stop` becomes readable, the user quits or all rounds
  // are over. Returns the exit status. Throws std::system_error.
  int run(Targets& targets, int stop);

 private:
  struct WatchedPath {
    WatchedPath(Plan plan, Time interval, FamilySocket& the_socket)
        : watch(std::move(plan), interval), family_socket(the_socket) {}
    watch::Watch watch;
    FamilySocket& family_socket;
    std::deque<std::unique_ptr<watch::Round>> rounds;  // that are not over
    std::uint64_t begun = 0;
    Time next{};          // when the next one begins
    std::string failure;  // why the last probe could not be sent, or empty
    bool ended = false;   // nothing could ever be sent
  };

  void begin_targets(Targets& targets, Time now);
  void begin(const Resolved& resolved, Time now);
  void begin_rounds(Time now);
  void end_rounds(WatchedPath& path, Time now);
  void send(WatchedPath& path, watch::Round& round, Time now);
  void fail(const Plan& plan, const std::string& why);
  [[nodiscard]] bool wants_round(const WatchedPath& path) const;
  [[nodiscard]] bool over(const Targets& targets) const;
  [[nodiscard]] std::vector<const watch::Watch*> watches() const;
  void wait(const Targets& targets, int stop, Time now);

  const Options& options_;
  AddressInfo& info_;
  WatchOutput& output_;
  FamilySockets& sockets_;
  Resolver resolver_;
  TokenBucket budget_;
  std::list<WatchedPath> paths_;
  std::deque<WatchedPath*> queue_;  // that can begin a round, in this order
  bool all_went_well_ = true;
};

}  // namespace traceroute
