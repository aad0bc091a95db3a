// What traces print: lines as they become ready if there is one trace, a whole block for each if
// there are many, a line of JSON, or one map in the end.
#pragma once

#include <cstdint>
#include <ctime>
#include <deque>
#include <string>

#include "traceroute/lookup/address_info.hh"
#include "traceroute/map/map.hh"
#include "traceroute/options.hh"

namespace traceroute {

// Lines wait for all names, or show those that are known.
enum class Names { all, known };
// Takes the first hops as lines, as far as they need not wait.
std::string take_lines(std::deque<Hop>& hops, AddressInfo& info, Names names = Names::all);

// One trace under way, and what is printed of it.
struct Run {
  explicit Run(Plan plan)
      : trace(std::move(plan)), text(header(trace.plan())), started(std::time(nullptr)) {}

  Trace trace;
  std::deque<Hop> hops;  // not told yet
  std::string text;      // of those before, not printed yet
  std::int64_t started;  // in seconds since 1970
  std::int64_t ended = 0;
  std::string failure;  // why it is not whole, or empty
};

class Output {
 public:
  // Both outlive it.
  Output(const Options& options, AddressInfo& info);

  // Prints what can be printed now; true when that was the last of it.
  bool show(Run& run, Names names = Names::all);
  // A target could not be traced.
  void fail(const Plan& plan, const std::string& why);
  // All traces have ended.
  void finish();

 private:
  enum class Form { lines, blocks, json, map };

  const Options& options_;
  AddressInfo& info_;
  Form form_;
  MapFacts map_;
};

}  // namespace traceroute
