// What can be typed on the server's command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/program.hh"
#include "net/address.hh"

namespace server {

extern const cli::Program program;

enum class Service { stages, echo, file, web };

struct Options {
  enum class Action { none, help, version };
  Action action = Action::none;  // asked for instead of any work
  net::Family family = net::Family::any;
  Service service = Service::stages;
  bool verbose = false;
  std::string address;    // to listen on; all of them when empty
  std::string directory;  // that the file and the web service give away
  bool list = false;      // web: directories without an index.html
  std::size_t sessions = 10'000;
  std::chrono::milliseconds silence{};  // each service has its default, as it has for the port
  unsigned loss_percent = 25;
  bool exercise = false;              // four stages: clients, with awkward sessions
  std::optional<std::uint64_t> seed;  // of the first of them
  std::uint16_t port = 0;
};

// Throws cli::UsageError.
Options parse(int argc, char** argv);

}  // namespace server
