// What the checks have found, on standard output, as it comes: as TAP, or as JSON.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "client/check/run.hh"

namespace client {

// How many checks came out how.
struct Counts {
  std::size_t made = 0;
  std::size_t failed = 0;
  std::size_t silent = 0;  // failed, but do not count
};

class Report {
 public:
  virtual ~Report() = default;
  // Before all others.
  virtual void begin(const std::string& server, std::size_t groups) = 0;
  virtual void begin_group(const CheckGroup& group) = 0;
  virtual void add(const Check& check, const Result& result) = 0;
  virtual void end_group(const CheckGroup& group, bool ok) = 0;
  // After all others: no more checks can be made, and why; or all have been.
  virtual void bail_out(const std::string& why) = 0;
  virtual void end(const Counts& counts) = 0;
};

std::unique_ptr<Report> tap_report();
std::unique_ptr<Report> json_report();

// Why a failure of this check does not count; empty if it does.
std::string excuse_of(const Check& check, const Result& result);

}  // namespace client
