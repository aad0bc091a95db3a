// What can be typed on the client's command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/program.hh"
#include "net/address.hh"

namespace client {

extern const cli::Program program;

enum class Service { stages, check, echo, echo_datagrams, file, web };

struct Options {
  enum class Action { none, help, version };
  Action action = Action::none;  // asked for instead of any work
  net::Family family = net::Family::any;
  Service service = Service::stages;
  bool verbose = false;
  std::uint16_t student_id = 461;
  std::uint32_t window = 1;                // packets in flight in stage b
  std::chrono::milliseconds time{30'000};  // on the whole run, or silence of a server
  std::size_t jobs = 64;                   // checks at once
  std::string file;                        // -f: the name to ask for
  std::string output;  // -o: where the file or page goes; standard output when empty
  bool keep = false;   // -k: an incomplete page, and go on with one
  std::string host;    // or the URL
  std::uint16_t port = 0;
};

// Throws cli::UsageError.
Options parse(int argc, char** argv);

}  // namespace client
