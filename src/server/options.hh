// What can be typed on the server's command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/program.hh"
#include "net/address.hh"

namespace server {

extern const cli::Program program;

struct Options {
  enum class Answer { none, help, version };
  Answer answer = Answer::none;  // asked for instead of any work
  net::Family family = net::Family::any;
  bool verbose = false;
  std::string address;  // to listen on; all of them when empty
  std::size_t sessions = 10'000;
  std::chrono::milliseconds silence{3'000};
  unsigned loss_percent = 25;
  std::uint16_t port = 12235;
};

// Throws cli::UsageError.
Options parse(int argc, char** argv);

}  // namespace server
