// What can be typed on the client's command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/program.hh"
#include "net/address.hh"

namespace client {

extern const cli::Program program;

struct Options {
  enum class Answer { none, help, version };
  Answer answer = Answer::none;  // asked for instead of any work
  net::Family family = net::Family::any;
  bool verbose = false;
  std::uint16_t student_id = 461;
  std::uint32_t window = 1;  // packets in flight in stage b
  std::chrono::milliseconds time{30'000};
  std::string host;
  std::uint16_t port = 12235;
};

// Throws cli::UsageError.
Options parse(int argc, char** argv);

}  // namespace client
