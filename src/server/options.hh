// What can be typed on the server's command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hh"
#include "net/address.hh"

namespace server {

struct Service;

constexpr std::size_t default_sessions = 10'000;

struct Options {
  const Service* service = nullptr;
  net::Family family = net::Family::any;
  bool verbose = false;
  std::string address;                  // to listen on; all of them when empty
  std::vector<net::Address> addresses;  // the same, resolved
  std::string directory;                // that the file and the web service give away
  bool list = false;                    // web: directories without an index.html
  std::optional<std::size_t> sessions;  // at once; default_sessions when not asked for
  std::chrono::milliseconds silence{};  // each service has its default, as it has for the port
  unsigned loss_percent = 25;
  std::optional<std::uint64_t> seed;  // of the first awkward session
  std::uint16_t port = 0;
  std::optional<std::size_t> per_host;  // sessions of one host at once; without it any number
  bool json = false;                    // a line for each session
  std::string log_file;
  bool log_time = false;
};

// Throws cli::UsageError and cli::Answer.
Options parse(int argc, char** argv);

}  // namespace server
