// What traces print: lines as they become ready if there is one trace, a whole block for each if
// there are many, a line of JSON, or one map in the end.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "traceroute/lookup/address_info.hh"
#include "traceroute/map/map.hh"
#include "traceroute/options.hh"

namespace traceroute {

// The lines of one trace: in order, and each only when all is known that it shows.
class Printer {
 public:
  void add(Hop hop) { hops_.push_back(std::move(hop)); }
  // The lines that are ready by now, each told once.
  std::string ready_lines(AddressInfo& info);
  // The same, whether they are ready or not.
  std::string all_lines(AddressInfo& info);
  // Whether all have been told.
  [[nodiscard]] bool empty() const { return hops_.empty(); }

 private:
  std::deque<Hop> hops_;
};

// One trace under way, and what is printed of it.
struct Run {
  explicit Run(Plan plan) : trace(std::move(plan)) {}

  Trace trace;
  Printer printer;
  std::string text;          // not printed yet
  std::int64_t started = 0;  // in seconds since 1970
  std::int64_t ended = 0;
  std::string failure;  // why it is not whole, or empty
};

class Output {
 public:
  // Both outlive it.
  Output(const Options& options, AddressInfo& info);

  void begin(Run& run);
  // Prints what can be printed now; true when that was the last of it. Lines wait for all names, or
  // show those that are known.
  enum class Names { all, known };
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
  Map map_;
};

}  // namespace traceroute
