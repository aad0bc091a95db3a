// What can be typed on the client's command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/options.hh"
#include "net/address.hh"

namespace client {

struct Service;

struct Options {
  const Service* service = nullptr;
  net::Family family = net::Family::any;
  bool verbose = false;
  std::uint16_t student_id = 461;
  std::uint32_t window = 1;                // packets in flight in stage b
  std::chrono::milliseconds time{60'000};  // on the whole run, or silence of a server
  std::size_t jobs = 64;                   // checks at once
  std::optional<std::size_t> only;         // this check, or those of this hundred
  bool json = false;                       // the report of the checks
  bool datagrams = false;                  // -e: a datagram for each line
  std::string file;                        // -f: the name to ask for
  bool empty = false;                      // -f: 0 bytes are a file
  std::string output;  // -o: where the file or page goes; standard output when empty
  bool keep = false;   // -k: an incomplete page, and go on with one
  std::string host;    // or the URL
  std::uint16_t port = 0;
};

// Throws cli::UsageError and cli::Answer.
Options parse(int argc, char** argv);

}  // namespace client
